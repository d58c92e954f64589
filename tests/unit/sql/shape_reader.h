// Reads a shape back: each `?` takes the next literal. Written apart from the scanner, so that the two check each
// other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapri::sql::pg {

// The literals as they were written; nullopt where the bytes are not a sequence of length and token.
inline std::optional<std::vector<std::string>> split_literals(std::string_view literals) {
  std::vector<std::string> tokens;
  while (!literals.empty()) {
    if (literals.size() < 4) return std::nullopt;
    std::size_t size = 0;
    for (std::size_t i = 4; i-- > 0;) size = size << 8U | static_cast<std::uint8_t>(literals[i]);
    if (literals.size() - 4 < size) return std::nullopt;
    tokens.emplace_back(literals.substr(4, size));
    literals.remove_prefix(4 + size);
  }
  return tokens;
}

namespace detail {

inline bool in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || c < 0;
}

// The end of what is quoted at `at`: a name, a kept string or a hint; `at` where nothing is. What was quoted before
// ended at `quoted_before`.
inline std::size_t end_of_verbatim(std::string_view shape, std::size_t at, std::size_t quoted_before) {
  if (shape.substr(at).starts_with("/*")) return shape.find("*/", at) + 2;
  const bool word_before = at > quoted_before && in_word(shape[at - 1]);
  if (shape[at] == '$' && !word_before) {
    const std::size_t close = shape.find('$', at + 1);
    if (close == std::string_view::npos || (at + 1 < shape.size() && shape[at + 1] >= '0' && shape[at + 1] <= '9')) {
      return at;
    }
    const std::string_view tag = shape.substr(at, close + 1 - at);
    return shape.find(tag, close + 1) + tag.size();
  }
  if (shape[at] != '\'' && shape[at] != '"') return at;
  const bool escapes = word_before && (shape[at - 1] == 'e' || shape[at - 1] == 'E') && shape[at] == '\'' &&
                       (at < quoted_before + 2 || !in_word(shape[at - 2]));
  const char quote = shape[at];
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
inline std::optional<std::string> read_back(std::string_view shape, std::string_view literals) {
  const auto tokens = split_literals(literals);
  if (!tokens) return std::nullopt;
  std::string text;
  std::size_t next = 0;
  std::size_t quoted = 0;  // where the last quoted token ended
  bool question = false;
  for (std::size_t at = 0; at < shape.size();) {
    const std::size_t end = detail::end_of_verbatim(shape, at, quoted);
    if (end > at) {
      text += shape.substr(at, end - at);
      at = end;
      quoted = end;
    } else if (shape.substr(at).starts_with("\\?")) {
      text += '?';
      question = true;
      at += 2;
    } else if (shape[at] == '?') {
      if (next >= tokens->size()) return std::nullopt;
      text += (*tokens)[next++];
      ++at;
    } else {
      text += shape[at++];
    }
  }
  if (question && (next >= tokens->size() || !(*tokens)[next++].empty())) return std::nullopt;
  if (next != tokens->size()) return std::nullopt;
  return text;
}

}  // namespace tapri::sql::pg
