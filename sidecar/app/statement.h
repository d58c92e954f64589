// A statement's text as shape and facts, outside of any session.
//
// Thread-safety: pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "app/language.h"
#include "session/shape_table.h"

namespace tapri::app {

struct ParsedStatement {
  session::ShapeRef shape;
  std::string literals;  // lifted out of the text, as lift_literals() leaves them
};

// As session::Analyzer parses it. `max_statement`: bytes; longer texts are not analysed.
[[nodiscard]] ParsedStatement parse_statement(std::string_view sql, const Language& language,
                                              std::size_t max_statement);

// "shop.orders", or "orders" where no schema was written.
[[nodiscard]] std::string name_text(const sql::QualifiedName& name);

// `text` on one line: line breaks and other control characters are blanks, bytes that are not UTF-8 are replaced.
[[nodiscard]] std::string one_line(std::string_view text);

}  // namespace tapri::app
