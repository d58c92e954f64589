#include "sql/mysql/scanner.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

namespace tapri::sql::mysql {
namespace {

// After `--` these make it a comment.
bool is_blank_or_control(char c) { return (c >= 0 && c <= ' ') || c == '\x7f'; }

bool is_hex(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }

// What a byte may be, outside quotes.
enum Class : std::uint8_t {
  kWord = 1,  // continues a name
  kBlank = 2,
  kComment = 4,  // may start one, or end an executable one
  kSymbol = 8,
  kLong = 16,  // may start a symbol of several bytes
};
using Classes = std::array<std::uint8_t, 256>;

constexpr Classes classes(bool unicode) {
  Classes out{};
  const auto add = [&out](std::string_view bytes, Class value) {
    for (const char c : bytes) out[static_cast<unsigned char>(c)] |= value;
  };
  for (std::size_t c = 0; c < out.size(); ++c) {
    const auto byte = static_cast<char>(c);
    if (is_letter(byte) || is_digit(byte) || (c >= 0x80 && unicode)) out[c] = kWord;
    if (is_blank(byte)) out[c] = kBlank;
  }
  add("_$", kWord);
  add("#-/*", kComment);
  add("+-*/%^&|~!<>=(),;:{}", kSymbol);
  add("<-!>:|&", kLong);
  return out;
}
constexpr Classes kUnicode = classes(true);
constexpr Classes kSingleByte = classes(false);

// The longest first.
constexpr std::array<std::string_view, 12> kLongSymbols = {
    "<=>", "->>", "<=", ">=", "<>", "!=", "<<", ">>", ":=", "||", "&&", "->"};

Symbol symbol_of(std::string_view text) {
  std::uint32_t code = 0;
  for (const char c : text) code = code << 8U | static_cast<unsigned char>(c);
  return code;
}

}  // namespace

Scanner::Scanner(std::string_view sql, const Dialect& dialect)
    : sql_(sql),
      dialect_(dialect),
      classes_(dialect.charset == Charset::unicode ? kUnicode.data() : kSingleByte.data()) {
  bad_ = dialect.charset == Charset::unsafe || dialect.foreign_syntax ||
         sql.size() >= std::numeric_limits<std::uint32_t>::max();
}

bool Scanner::continues_word(std::size_t at) const {
  return at < sql_.size() && (classes_[static_cast<unsigned char>(sql_[at])] & kWord) != 0;
}

std::size_t Scanner::end_of_word(std::size_t at) const {
  while (continues_word(at)) ++at;
  return at;
}

std::size_t Scanner::end_of_digits(std::size_t at) const {
  while (is_digit(byte(at))) ++at;
  return at;
}

// A name's bytes can be read without knowing the character set.
bool Scanner::is_plain(std::size_t begin, std::size_t end) const {
  const std::string_view text = sql_.substr(begin, end - begin);
  if (text.find('\0') != std::string_view::npos) return false;
  return dialect_.charset == Charset::unicode || std::all_of(text.begin(), text.end(), [](char c) { return c > 0; });
}

Token Scanner::next() {
  Token token;
  const std::size_t before = at_;
  if (!bad_ && !skip_blanks()) bad_ = true;
  token.blank = at_ != before;
  token.begin = token.end = static_cast<std::uint32_t>(at_);
  if (token.blank) after_name_ = after_dot_ = false;
  if (bad_) {
    token.kind = TokenKind::bad;
    return token;
  }
  if (at_ >= sql_.size()) {
    // An executable comment must be closed.
    if (in_executable_) token.kind = TokenKind::bad;
    bad_ = in_executable_;
    return token;
  }
  scan(token);
  if (token.kind == TokenKind::bad) {
    bad_ = true;
    return token;
  }
  after_name_ = token.kind == TokenKind::word;
  if (token.is_literal()) token.index = literals_++;
  if (token.kind == TokenKind::parameter) token.index = parameters_++;
  at_ = token.end;
  return token;
}

// False: what stands there is no whole comment.
bool Scanner::skip_blanks() {
  for (;;) {
    const char c = byte(at_);
    const std::uint8_t kind = classes_[static_cast<unsigned char>(c)];
    if ((kind & (kBlank | kComment)) == 0) return true;
    if ((kind & kBlank) != 0) {
      ++at_;
    } else if (c == '#' || (c == '-' && byte(at_ + 1) == '-' && is_blank_or_control(byte(at_ + 2)))) {
      line_comment();
    } else if (c == '/' && byte(at_ + 1) == '*') {
      if (byte(at_ + 2) == '+') return true;
      if (!block_comment()) return false;
    } else if (in_executable_ && c == '*' && byte(at_ + 1) == '/') {
      in_executable_ = false;
      at_ += 2;
    } else {
      return true;
    }
  }
}

// A NUL byte would end it, too: it is left for scan() to refuse.
void Scanner::line_comment() { at_ = std::min(sql_.find_first_of(std::string_view("\n\0", 2), at_), sql_.size()); }

bool Scanner::block_comment() {
  if (byte(at_ + 2) == '!') return executable_comment(at_ + 3, false);
  if (byte(at_ + 2) == 'M' && byte(at_ + 3) == '!' && dialect_.server == Server::mariadb) {
    return executable_comment(at_ + 4, true);
  }
  return skip_comment(false);
}

// MariaDB takes the versions of MySQL that came after 5.6 for another product's.
bool Scanner::executable_comment(std::size_t digits_at, bool for_mariadb) {
  saw_executable_ = true;
  if (in_executable_) return false;
  const std::size_t digits = std::min<std::size_t>(end_of_digits(digits_at) - digits_at, 6);
  if (digits < 5) {
    in_executable_ = true;
    at_ = digits_at;
    return true;
  }
  std::uint32_t version = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    version = version * 10 + static_cast<std::uint32_t>(sql_[digits_at + i] - '0');
  }
  const bool foreign = dialect_.server == Server::mariadb && !for_mariadb && version >= 50'700 && version <= 99'999;
  if (version > dialect_.version || foreign) return skip_comment(true);
  in_executable_ = true;
  at_ = digits_at + digits;
  return true;
}

// One that is not taken may hold another one.
bool Scanner::skip_comment(bool may_nest) {
  std::size_t at = at_ + 2;
  bool inner = false;
  while (at + 1 < sql_.size()) {
    const bool opens = may_nest && !inner && sql_[at] == '/' && sql_[at + 1] == '*';
    const bool closes = sql_[at] == '*' && sql_[at + 1] == '/';
    at += opens || closes ? 2U : 1U;
    if (opens) inner = true;
    if (!closes) continue;
    if (!inner) {
      at_ = at;
      return true;
    }
    inner = false;
  }
  return false;
}

void Scanner::finish(Token& token, TokenKind kind, std::size_t end) {
  token.kind = kind;
  token.end = static_cast<std::uint32_t>(end);
}

void Scanner::scan(Token& token) {
  const bool is_name = after_dot_ && continues_word(at_);
  const char c = sql_[at_];
  after_dot_ = false;
  token.kind = TokenKind::bad;
  if (is_name || is_letter(c) || c == '_' || c < 0)
    return is_name ? finish(token, TokenKind::word, end_of_word(at_)) : word(token);
  if (is_digit(c)) return number(token);
  switch (c) {
    case '\'':
      return quoted(token, at_, TokenKind::string, !dialect_.no_backslash_escapes);
    case '"':
      if (dialect_.ansi_quotes) return quoted(token, at_, TokenKind::name, false);
      return quoted(token, at_, TokenKind::string, !dialect_.no_backslash_escapes);
    case '`':
      return quoted(token, at_, TokenKind::name, false);
    case '@':
      return variable(token);
    case '.':
      return dot(token);
    case '?':
      if (!continues_word(at_ + 1)) finish(token, TokenKind::parameter, at_ + 1);
      return;
    case '/':
      if (byte(at_ + 1) != '*') return symbol(token);
      // An optimiser hint: the only comment that is left here.
      if (const std::size_t close = sql_.find("*/", at_ + 3); close != std::string_view::npos) {
        finish(token, TokenKind::hint, close + 2);
      }
      return;
    default:
      return symbol(token);
  }
}

void Scanner::word(Token& token) {
  if (!continues_word(at_)) return;
  const char first = lower(sql_[at_]);
  if (byte(at_ + 1) == '\'') {
    if (first == 'n') return quoted(token, at_ + 1, TokenKind::string, !dialect_.no_backslash_escapes);
    if (first == 'x' || first == 'b') return quoted(token, at_ + 1, TokenKind::bits, false);
  }
  finish(token, TokenKind::word, end_of_word(at_));
}

// A name may start with digits; what runs into letters is one, unless it is an exponent.
void Scanner::number(Token& token) {
  if (based_number(token)) return;
  const std::size_t end = end_of_digits(at_);
  if (byte(end) == '.') return fraction(token);
  if (lower(byte(end)) == 'e') {
    const bool sign = byte(end + 1) == '+' || byte(end + 1) == '-';
    const std::size_t exponent = end + (sign ? 2U : 1U);
    if (is_digit(byte(exponent))) return finish(token, TokenKind::number, end_of_digits(exponent));
  }
  if (continues_word(end)) return finish(token, TokenKind::word, end_of_word(end));
  finish(token, TokenKind::number, end);
}

// 0x1F and 0b01.
bool Scanner::based_number(Token& token) {
  const char base = byte(at_ + 1);
  if (sql_[at_] != '0' || (base != 'x' && base != 'b')) return false;
  std::size_t end = at_ + 2;
  while (base == 'x' ? is_hex(byte(end)) : byte(end) == '0' || byte(end) == '1') ++end;
  if (end == at_ + 2 || continues_word(end)) return false;
  finish(token, TokenKind::bits, end);
  return true;
}

void Scanner::fraction(Token& token) {
  std::size_t end = end_of_digits(end_of_digits(at_) + 1);
  if (lower(byte(end)) == 'e') {
    const bool sign = byte(end + 1) == '+' || byte(end + 1) == '-';
    end += sign ? 2U : 1U;
    if (!is_digit(byte(end))) return;
    end = end_of_digits(end);
  }
  finish(token, TokenKind::number, end);
}

void Scanner::quoted(Token& token, std::size_t open, TokenKind kind, bool escapes) {
  const char quote = sql_[open];
  for (std::size_t at = open + 1; at < sql_.size(); ++at) {
    if (sql_[at] == '\\' && escapes) {
      ++at;
    } else if (sql_[at] == quote) {
      if (kind != TokenKind::bits && byte(at + 1) == quote) {
        ++at;
        continue;
      }
      if (kind == TokenKind::name && !is_plain(open, at)) return;
      return finish(token, kind, at + 1);
    }
  }
}

void Scanner::variable(Token& token) {
  const char c = byte(at_ + 1);
  if (c == '@') return finish(token, TokenKind::system_variable, at_ + 2);
  if (c == '`') return quoted(token, at_ + 1, TokenKind::user_variable, false);
  if (c == '\'' || c == '"') {
    return quoted(token, at_ + 1, TokenKind::user_variable,
                  !dialect_.no_backslash_escapes && !(c == '"' && dialect_.ansi_quotes));
  }
  std::size_t end = at_ + 1;
  while (continues_word(end) || byte(end) == '.') ++end;
  if (end > at_ + 1) finish(token, TokenKind::user_variable, end);
}

void Scanner::dot(Token& token) {
  if (!after_name_ && is_digit(byte(at_ + 1))) return fraction(token);
  token.symbol = "."_s;
  after_dot_ = true;
  finish(token, TokenKind::symbol, at_ + 1);
}

void Scanner::symbol(Token& token) {
  const std::string_view rest = sql_.substr(at_);
  const std::uint8_t kind = classes_[static_cast<unsigned char>(rest.front())];
  if ((kind & kSymbol) == 0) return;
  if ((kind & kLong) == 0 || (rest.size() > 1 && (classes_[static_cast<unsigned char>(rest[1])] & kSymbol) == 0)) {
    token.symbol = static_cast<unsigned char>(rest.front());
    return finish(token, TokenKind::symbol, at_ + 1);
  }
  for (const std::string_view known : kLongSymbols) {
    if (!rest.starts_with(known)) continue;
    token.symbol = symbol_of(known);
    return finish(token, TokenKind::symbol, at_ + known.size());
  }
  token.symbol = symbol_of(rest.substr(0, 1));
  finish(token, TokenKind::symbol, at_ + 1);
}

}  // namespace tapri::sql::mysql
