// Any bytes, under any dialect (the first byte), give facts that are safe, in bounded depth, and a shape that means the
// same when read back.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "../unit/sql/mysql/shape_reader.h"
#include "sql/mysql/facts.h"
#include "sql/mysql/shape.h"

namespace {

namespace mysql = tapri::sql::mysql;
using tapri::Reason;
using tapri::sql::StatementFacts;
using tapri::sql::Verb;

void require(bool holds) {
  if (!holds) std::abort();
}

mysql::Dialect dialect_of(std::uint8_t bits) {
  mysql::Dialect dialect;
  dialect.ansi_quotes = (bits & 1U) != 0;
  dialect.no_backslash_escapes = (bits & 2U) != 0;
  dialect.pipes_as_concat = (bits & 4U) != 0;
  dialect.strict = (bits & 8U) == 0;
  dialect.folds_table_names = (bits & 16U) != 0;
  return dialect;
}

// What is read is an item of some level, and what is written has its change: else rows could be taken for told apart.
void check_levels(const StatementFacts& facts) {
  if (facts.keys_unknown) return;
  for (std::size_t i = 0; i < facts.levels.size(); ++i) {
    require(facts.levels[i].parent < static_cast<std::int64_t>(i));
    for (const auto& item : facts.levels[i].items) {
      require(item.level == 0 || (item.level > i + 1 && item.level <= facts.levels.size()));
      const bool read = std::find(facts.reads.begin(), facts.reads.end(), item.relation) != facts.reads.end();
      require(item.relation.name.empty() || read);
    }
  }
  for (const auto& name : facts.reads) {
    require(std::any_of(facts.levels.begin(), facts.levels.end(), [&](const auto& level) {
      return std::any_of(level.items.begin(), level.items.end(),
                         [&](const auto& item) { return item.relation == name; });
    }));
  }
  for (const auto& name : facts.writes) {
    require(std::any_of(facts.changes.begin(), facts.changes.end(),
                        [&](const auto& change) { return change.relation == name; }));
  }
}

void check(const StatementFacts& facts) {
  if (facts.verb == Verb::not_understood) {
    require(facts.writes_unknown && facts.drops_or_alters && facts.changes_session && facts.changes_unknown_setting);
    require(facts.obstacle != Reason::none);
  }
  if (facts.obstacle == Reason::none) {
    require(facts.verb == Verb::select && facts.writes.empty() && !facts.writes_unknown && !facts.reads.empty());
  }
  check_levels(facts);
  require(facts.verb != Verb::prepare || facts.inner.size() == 1);
  std::for_each(facts.inner.begin(), facts.inner.end(), check);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const mysql::Dialect dialect = dialect_of(data[0]);
  const std::string sql(reinterpret_cast<const char*>(data) + 1, size - 1);
  const tapri::sql::Facts facts = mysql::extract_facts(sql, dialect);
  require(!facts.statements.empty());
  std::for_each(facts.statements.begin(), facts.statements.end(), check);
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
