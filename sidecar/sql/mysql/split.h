// Cuts a text into its statements.
//
// Semicolons count where the server's parser would end a statement: outside quotes and comments, and outside the bodies
// of routines, triggers and events (BEGIN ... END, CASE ... END). Where a body's end cannot be told, what follows
// belongs to its definition, which may do anything anyway.
// Total on any bytes, linear. Thread-safety: any thread.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "sql/mysql/dialect.h"
#include "sql/mysql/scanner.h"

namespace tapri::sql::mysql {

// One statement: its tokens, without the semicolon.
struct Piece {
  std::size_t first = 0;
  std::size_t end = 0;
};
// What holds no token is left out.
[[nodiscard]] std::vector<Piece> pieces_of(const std::vector<Token>& tokens);

// Views of `sql`, from the first token of each statement to its last. Where the text is not understood (an open quote),
// the rest is one piece.
[[nodiscard]] std::vector<std::string_view> split_statements(std::string_view sql, const Dialect& dialect);

}  // namespace tapri::sql::mysql
