#include "sql/pg/scanner.h"

#include "sql/pg/words.h"

namespace tapri::sql::pg {
namespace {

char at_or_nul(std::string_view sql, std::size_t at) { return at < sql.size() ? sql[at] : '\0'; }

std::size_t end_of_digits(std::string_view sql, std::size_t at) {
  while (at < sql.size() && is_digit(sql[at])) ++at;
  return at;
}

std::size_t end_of_block_comment(std::string_view sql, std::size_t at) {
  std::size_t depth = 0;
  while (at + 1 < sql.size()) {
    if (sql[at] == '/' && sql[at + 1] == '*') {
      ++depth;
      at += 2;
    } else if (sql[at] == '*' && sql[at + 1] == '/') {
      at += 2;
      if (--depth == 0) return at;
    } else {
      ++at;
    }
  }
  return kOpen;
}

}  // namespace

bool starts_comment(std::string_view sql, std::size_t at) {
  return at + 1 < sql.size() && ((sql[at] == '-' && sql[at + 1] == '-') || (sql[at] == '/' && sql[at + 1] == '*'));
}

std::size_t end_of_comment(std::string_view sql, std::size_t at) {
  if (sql[at] == '/') return end_of_block_comment(sql, at);
  const std::size_t end = sql.find_first_of("\r\n", at);
  return end == std::string_view::npos ? sql.size() : end;
}

std::size_t end_of_blanks(std::string_view sql, std::size_t at) {
  while (at < sql.size()) {
    if (classify(sql[at]) == Byte::blank) {
      ++at;
    } else if (starts_comment(sql, at)) {
      at = end_of_comment(sql, at);
      if (at == kOpen) return kOpen;
    } else {
      break;
    }
  }
  return at;
}

std::size_t end_of_word(std::string_view sql, std::size_t at) {
  while (at < sql.size() && continues_word(sql[at])) ++at;
  return at;
}

std::size_t end_of_number(std::string_view sql, std::size_t at) {
  at = end_of_digits(sql, at);
  if (at_or_nul(sql, at) == '.') at = end_of_digits(sql, at + 1);
  if (lower(at_or_nul(sql, at)) == 'e') {
    const char sign = at_or_nul(sql, at + 1);
    const std::size_t exponent = at + (sign == '+' || sign == '-' ? 2U : 1U);
    if (!is_digit(at_or_nul(sql, exponent))) return kOpen;
    at = end_of_digits(sql, exponent);
  }
  if (at < sql.size() && (continues_word(sql[at]) || sql[at] == '.')) return kOpen;
  return at;
}

std::size_t end_of_operator(std::string_view sql, std::size_t at) {
  while (at < sql.size() && classify(sql[at]) == Byte::operation && !starts_comment(sql, at)) ++at;
  return at;
}

std::size_t end_of_quoted(std::string_view sql, std::size_t at, Escapes escapes) {
  const char quote = sql[at];
  for (++at; at < sql.size(); ++at) {
    if (sql[at] == '\\' && escapes == Escapes::backslash) {
      ++at;
    } else if (sql[at] == quote) {
      if (escapes == Escapes::none || at_or_nul(sql, at + 1) != quote) return at + 1;
      ++at;
    }
  }
  return kOpen;
}

std::size_t end_of_parameter(std::string_view sql, std::size_t at) {
  const std::size_t end = end_of_digits(sql, at + 1);
  return end < sql.size() && continues_word(sql[end]) ? kOpen : end;
}

DollarQuoted dollar_quoted(std::string_view sql, std::size_t at) {
  std::size_t tag_end = at + 1;
  while (tag_end < sql.size() && sql[tag_end] != '$' && continues_word(sql[tag_end])) ++tag_end;
  if (at_or_nul(sql, tag_end) != '$' || is_digit(sql[at + 1])) return {};
  const std::string_view tag = sql.substr(at, tag_end + 1 - at);
  const std::size_t close = sql.find(tag, at + tag.size());
  if (close == std::string_view::npos) return {};
  const std::size_t start = at + tag.size();
  return {.end = close + tag.size(), .content = sql.substr(start, close - start)};
}

}  // namespace tapri::sql::pg
