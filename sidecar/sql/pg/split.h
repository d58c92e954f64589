// Cuts a text into its statements, for tools that take several at once. The proxy never cuts: a string is one request.
//
// Semicolons count where PostgreSQL's lexer and psql would count them: outside quotes, comments and parentheses, and
// outside the bodies of SQL-standard routines (BEGIN ATOMIC ... END). Assumes standard_conforming_strings = on.
// Total on any bytes, linear. Thread-safety: any thread.
#pragma once

#include <string_view>
#include <vector>

namespace tapri::sql::pg {

// Views of `sql`, without the semicolon and the blanks at either end; the comments before a statement belong to it.
// What holds nothing but blanks and comments is left out. Where a quote or comment has no end, the rest is one piece.
[[nodiscard]] std::vector<std::string_view> split_statements(std::string_view sql);

}  // namespace tapri::sql::pg
