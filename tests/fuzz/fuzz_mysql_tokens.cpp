// Any bytes, under any dialect (the first byte): tokens lie in the text in order, texts are cut into statements in
// order, nothing twice, and literals come back from shapes as they were written.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sql/mysql/scanner.h"
#include "sql/mysql/shape.h"
#include "sql/mysql/split.h"

namespace {

namespace mysql = tapri::sql::mysql;

void require(bool holds) {
  if (!holds) std::abort();
}

mysql::Dialect dialect_of(std::uint8_t bits) {
  mysql::Dialect dialect;
  dialect.ansi_quotes = (bits & 1U) != 0;
  dialect.no_backslash_escapes = (bits & 2U) != 0;
  dialect.server = (bits & 4U) != 0 ? mysql::Server::mysql : mysql::Server::mariadb;
  dialect.charset = (bits & 8U) != 0 ? mysql::Charset::single_byte : mysql::Charset::unicode;
  return dialect;
}

void check_tokens(std::string_view sql, const mysql::Tokens& all) {
  std::uint32_t end = 0;
  std::uint32_t literals = 0;
  require(!all.tokens.empty());
  for (const mysql::Token& token : all.tokens) {
    require(token.begin >= end && token.end >= token.begin && token.end <= sql.size());
    const bool last = &token == &all.tokens.back();
    require((token.kind == mysql::TokenKind::end || token.kind == mysql::TokenKind::bad) == last);
    require(last || token.end > token.begin);
    if (token.is_literal()) require(token.index == literals++);
    end = token.end;
  }
}

void check_split(std::string_view sql, const mysql::Dialect& dialect) {
  std::size_t end = 0;
  for (const std::string_view piece : mysql::split_statements(sql, dialect)) {
    require(piece.data() >= sql.data());
    const auto begin = static_cast<std::size_t>(piece.data() - sql.data());
    require(begin >= end && begin + piece.size() <= sql.size());
    require(end == 0 || sql.substr(end, begin - end).find(';') != std::string_view::npos);
    end = begin + piece.size();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const mysql::Dialect dialect = dialect_of(data[0]);
  const std::string sql(reinterpret_cast<const char*>(data) + 1, size - 1);
  const mysql::Tokens all = mysql::tokens_of(sql, dialect);
  check_tokens(sql, all);
  check_split(sql, dialect);
  std::string shape;
  std::string literals;
  if (!mysql::lift_literals(sql, dialect, shape, literals)) {
    require(literals.empty() && shape.ends_with(sql));
    return 0;
  }
  std::size_t next = 0;
  const auto lifted = mysql::literal_tokens(literals);
  for (const mysql::Token& token : all.tokens) {
    if (!token.is_literal()) continue;
    require(next < lifted.size() && lifted[next] == sql.substr(token.begin, token.end - token.begin));
    ++next;
  }
  require(next == lifted.size());
  return 0;
}
