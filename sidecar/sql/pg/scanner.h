// Where PostgreSQL's lexical tokens end (manual, 4.1 "Lexical Structure"; scan.l of version 15). Private to sql/pg.
//
// Each function takes the text and the offset at which its token starts and returns the offset after it, or kOpen where
// the token has no end or is not one that every supported server version reads alike. Total on any bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sql/pg/words.h"

namespace tapri::sql::pg {

inline constexpr std::size_t kOpen = std::string_view::npos;

enum class Byte : std::uint8_t { other, blank, letter, digit, quote, double_quote, dollar, operation, punctuation };

namespace detail {

using Classes = std::array<Byte, 256>;

constexpr void set_class(Classes& classes, std::string_view bytes, Byte byte) {
  for (const char c : bytes) classes[static_cast<unsigned char>(c)] = byte;
}

constexpr Classes make_classes() {
  Classes classes{};
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const auto byte = static_cast<char>(c);
    if (is_letter(byte) || byte == '_' || c >= 0x80) classes[c] = Byte::letter;
    if (is_digit(byte)) classes[c] = Byte::digit;
  }
  // A vertical tab is a blank from version 16 on only: other.
  set_class(classes, " \t\n\r\f", Byte::blank);
  set_class(classes, "~!@#^&|`?+-*/%<>=", Byte::operation);
  set_class(classes, ",()[].;:", Byte::punctuation);
  set_class(classes, "'", Byte::quote);
  set_class(classes, "\"", Byte::double_quote);
  set_class(classes, "$", Byte::dollar);
  return classes;
}
inline constexpr Classes kClasses = make_classes();

}  // namespace detail

// Letters include "_" and every byte above 127.
[[nodiscard]] inline Byte classify(char c) { return detail::kClasses[static_cast<unsigned char>(c)]; }
[[nodiscard]] inline bool continues_word(char c) {
  const Byte byte = classify(c);
  return byte == Byte::letter || byte == Byte::digit || byte == Byte::dollar;
}

// Does a comment start at `at`?
[[nodiscard]] bool starts_comment(std::string_view sql, std::size_t at);
// After the run of blanks and comments at `at`, which may be empty.
[[nodiscard]] std::size_t end_of_blanks(std::string_view sql, std::size_t at);
// After one comment. A line comment ends before its line break; block comments nest.
[[nodiscard]] std::size_t end_of_comment(std::string_view sql, std::size_t at);

[[nodiscard]] std::size_t end_of_word(std::string_view sql, std::size_t at);
// After a number. A number that runs into a word, a dot or a parameter is kOpen: versions differ on those.
[[nodiscard]] std::size_t end_of_number(std::string_view sql, std::size_t at);
// After a run of operator characters, which a comment cuts short.
[[nodiscard]] std::size_t end_of_operator(std::string_view sql, std::size_t at);

enum class Escapes : std::uint8_t { doubled, backslash, none };
// After a quoted string or identifier whose first quote is at `at`.
[[nodiscard]] std::size_t end_of_quoted(std::string_view sql, std::size_t at, Escapes escapes);
// $12: after its digits; kOpen where a letter follows.
[[nodiscard]] std::size_t end_of_parameter(std::string_view sql, std::size_t at);

struct DollarQuoted {
  std::size_t end = kOpen;
  std::string_view content;
};
[[nodiscard]] DollarQuoted dollar_quoted(std::string_view sql, std::size_t at);

}  // namespace tapri::sql::pg
