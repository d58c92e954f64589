// Cuts a text into the tokens of MySQL and MariaDB, as the session's dialect has them.
//
// Follows sql/sql_lex.cc of both servers. Comments vanish, but for executable ones (/*!50000 ... */, MariaDB's
// /*M!100100 ... */), whose contents are tokens where the server would take them, and for optimiser hints. What the
// servers differ on, or is no token to them, is `bad`: then the text is not understood.
// Total on any bytes, linear, allocates nothing. Thread-safety: none; a scanner is one pass over one text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sql/mysql/dialect.h"
#include "sql/mysql/token.h"

namespace tapri::sql::mysql {

// A blank to the server's lexer.
[[nodiscard]] constexpr bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

class Scanner {
 public:
  // Both must outlive it. Texts of 4 GiB and more are bad.
  Scanner(std::string_view sql, const Dialect& dialect);
  // The next token; `end` or `bad` are returned again and again.
  [[nodiscard]] Token next();
  // Whether an executable comment was met so far, taken or not: the version decides what the text means.
  [[nodiscard]] bool saw_executable() const { return saw_executable_; }
  // Past the blanks and comments at `at`, which is where the text starts.
  [[nodiscard]] std::size_t offset() const { return at_; }

 private:
  bool skip_blanks();
  bool block_comment();
  bool executable_comment(std::size_t digits_at, bool for_mariadb);
  bool skip_comment(bool may_nest);
  void line_comment();

  void scan(Token& token);
  void word(Token& token);
  void number(Token& token);
  bool based_number(Token& token);
  void fraction(Token& token);
  void quoted(Token& token, std::size_t open, TokenKind kind, bool escapes);
  void variable(Token& token);
  void dot(Token& token);
  void symbol(Token& token);
  void finish(Token& token, TokenKind kind, std::size_t end);

  [[nodiscard]] char byte(std::size_t at) const { return at < sql_.size() ? sql_[at] : '\0'; }
  [[nodiscard]] bool continues_word(std::size_t at) const;
  [[nodiscard]] std::size_t end_of_word(std::size_t at) const;
  [[nodiscard]] std::size_t end_of_digits(std::size_t at) const;
  [[nodiscard]] bool is_plain(std::size_t begin, std::size_t end) const;

  std::string_view sql_;
  const Dialect& dialect_;
  const std::uint8_t* classes_;  // of bytes
  std::size_t at_ = 0;
  bool bad_ = false;
  bool in_executable_ = false;
  bool saw_executable_ = false;
  bool after_name_ = false;  // the last token was a name, and nothing stands between it and what follows
  bool after_dot_ = false;   // likewise a dot: what follows is a name, whatever it starts with
  std::uint32_t literals_ = 0;
  std::uint32_t parameters_ = 0;
};

// All tokens, words looked up, hints left out; the last is `end` or `bad`.
struct Tokens {
  std::vector<Token> tokens;
  bool saw_executable = false;
  bool sets_variables = false;  // a hint has SET_VAR
};
[[nodiscard]] Tokens tokens_of(std::string_view sql, const Dialect& dialect);

// What a quoted name, string or variable stands for; other tokens as they are written. `token` is the token's text.
[[nodiscard]] std::string unquoted(std::string_view token, const Dialect& dialect);

}  // namespace tapri::sql::mysql
