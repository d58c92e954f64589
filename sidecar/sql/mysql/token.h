// The tokens of MySQL and MariaDB SQL. Private to sql/mysql.
#pragma once

#include <cstdint>
#include <string_view>

#include "sql/mysql/words.h"

namespace tapri::sql::mysql {

// Operators and punctuation: their bytes, the last one lowest.
using Symbol = std::uint32_t;
inline constexpr Symbol kNoSymbol = 0;

consteval Symbol operator""_s(const char* text, std::size_t size) {
  std::uint32_t code = 0;
  for (std::size_t i = 0; i < size; ++i) code = code << 8U | static_cast<unsigned char>(text[i]);
  return code;
}

enum class TokenKind : std::uint8_t {
  end,              // of the text; also of the range that a parser was given
  bad,              // what follows is not understood: open quotes and comments, bytes that start nothing
  word,             // unquoted name or keyword
  name,             // in backquotes, or in double quotes under ANSI_QUOTES
  string,           // quoted text, with an N before it or not
  number,           // 12, 1.5, 1e3
  bits,             // 0x1F, x'1F', 0b01, b'01'
  parameter,        // ?
  user_variable,    // @a, @'a', @`a`; also what stands behind the name in user@host
  system_variable,  // @@, without the name behind it
  symbol,
  hint,  // /*+ ... */
};

struct Token {
  TokenKind kind = TokenKind::end;
  bool blank = false;         // blanks or comments stand before it
  Word word = kNoWord;        // of a word that the grammar knows; filled in by tokens()
  Symbol symbol = kNoSymbol;  // of a symbol
  std::uint32_t begin = 0;    // where its text stands
  std::uint32_t end = 0;
  std::uint32_t index = 0;  // of a literal or a parameter: which one of the text it is, from 0

  [[nodiscard]] bool is_literal() const {
    return kind == TokenKind::string || kind == TokenKind::number || kind == TokenKind::bits;
  }
};

}  // namespace tapri::sql::mysql
