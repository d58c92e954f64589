// Reads a shape back: each `?` takes the next literal. Written apart from the scanner, so that the two check each
// other.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/mysql/dialect.h"
#include "sql/mysql/shape.h"

namespace tapri::sql::mysql {

namespace detail {

// The end of what is quoted at `at`: a name, a variable's name, a hint; `at` where nothing is.
inline std::size_t end_of_verbatim(std::string_view shape, std::size_t at, const Dialect& dialect) {
  if (shape.substr(at).starts_with("/*")) return shape.find("*/", at + 2) + 2;
  const char quote = shape[at];
  if (quote != '`' && quote != '"' && quote != '\'') return at;
  const bool escapes = quote != '`' && !dialect.no_backslash_escapes && !(quote == '"' && dialect.ansi_quotes);
  for (++at; at < shape.size(); ++at) {
    if (escapes && shape[at] == '\\') {
      ++at;
    } else if (shape[at] == quote) {
      if (at + 1 >= shape.size() || shape[at + 1] != quote) return at + 1;
      ++at;
    }
  }
  return at;
}

}  // namespace detail

// The text that shape and literals stand for, but for its blanks and comments; nullopt where they do not fit together.
inline std::optional<std::string> read_back(std::string_view shape, std::string_view literals, const Dialect& dialect) {
  const std::vector<std::string_view> tokens = literal_tokens(literals);
  std::string text;
  std::size_t next = 0;
  bool markers = false;
  for (std::size_t at = 0; at < shape.size();) {
    const std::size_t end = detail::end_of_verbatim(shape, at, dialect);
    if (end > at) {
      text += shape.substr(at, end - at);
      at = end;
    } else if (shape.substr(at).starts_with("\\?")) {
      text += '?';
      markers = true;
      at += 2;
    } else if (shape[at] == '?') {
      if (next >= tokens.size()) return std::nullopt;
      text += tokens[next++];
      ++at;
    } else {
      text += shape[at++];
    }
  }
  if (next != tokens.size() || markers != literals.ends_with(std::string_view("\0\0\0\0", 4))) return std::nullopt;
  return text;
}

}  // namespace tapri::sql::mysql
