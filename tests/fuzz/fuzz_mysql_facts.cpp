// Any bytes, under any dialect (the first byte), give facts that are safe, in bounded depth, and a shape that means the
// same when read back.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "../unit/sql/mysql/shape_reader.h"
#include "facts_checks.h"
#include "sql/mysql/facts.h"
#include "sql/mysql/shape.h"

namespace {

namespace mysql = tapri::sql::mysql;
using tapri::fuzz::check_facts;
using tapri::fuzz::require;

mysql::Dialect dialect_of(std::uint8_t bits) {
  mysql::Dialect dialect;
  dialect.ansi_quotes = (bits & 1U) != 0;
  dialect.no_backslash_escapes = (bits & 2U) != 0;
  dialect.pipes_as_concat = (bits & 4U) != 0;
  dialect.strict = (bits & 8U) == 0;
  dialect.folds_table_names = (bits & 16U) != 0;
  return dialect;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const mysql::Dialect dialect = dialect_of(data[0]);
  const std::string sql(reinterpret_cast<const char*>(data) + 1, size - 1);
  const tapri::sql::Facts facts = mysql::extract_facts(sql, dialect);
  require(!facts.statements.empty());
  std::for_each(facts.statements.begin(), facts.statements.end(), check_facts);
  std::string shape;
  std::string literals;
  if (!mysql::lift_literals(sql, dialect, shape, literals)) return 0;
  require(facts.single());
  const auto text = mysql::read_back(shape, literals, dialect);
  require(text.has_value());
  require(mysql::extract_facts(*text, dialect).statements == facts.statements);
  std::string shape_again;
  std::string literals_again;
  require(mysql::lift_literals(*text, dialect, shape_again, literals_again));
  require(shape_again == shape && literals_again == literals);
  return 0;
}
