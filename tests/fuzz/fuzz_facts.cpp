// Extracting facts is total and default-deny, and what is lifted into a shape means the same when read back. Texts are
// cut into statements in order, nothing twice, and a statement alone is cut no further.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "../unit/sql/shape_reader.h"
#include "sql/pg/facts.h"
#include "sql/pg/shape.h"
#include "sql/pg/split.h"

namespace {

using tapri::Reason;
using tapri::sql::StatementFacts;
using tapri::sql::Verb;

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_too_deep(const tapri::sql::Facts& facts) { return facts.statements.front().obstacle == Reason::too_deep; }

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
  const bool may_have_inner =
      facts.verb == Verb::prepare || facts.verb == Verb::execute || facts.verb == Verb::not_understood;
  require(facts.inner.empty() || may_have_inner);
  std::for_each(facts.inner.begin(), facts.inner.end(), check);
}

void check_split(std::string_view sql) {
  std::size_t end = 0;
  for (const std::string_view piece : tapri::sql::pg::split_statements(sql)) {
    require(!piece.empty() && piece.data() >= sql.data());
    const auto begin = static_cast<std::size_t>(piece.data() - sql.data());
    require(begin >= end && begin + piece.size() <= sql.size());
    require(end == 0 || sql.substr(end, begin - end).find(';') != std::string_view::npos);
    end = begin + piece.size();
    const auto alone = tapri::sql::pg::split_statements(piece);
    require(alone.size() == 1 && alone.front() == piece);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace pg = tapri::sql::pg;
  const std::string sql(reinterpret_cast<const char*>(data), size);
  check_split(sql);
  const tapri::sql::Facts facts = pg::extract_facts(sql);
  require(!facts.statements.empty());
  std::for_each(facts.statements.begin(), facts.statements.end(), check);
  std::string shape;
  std::string literals;
  if (!pg::lift_literals(sql, shape, literals)) return 0;
  require(facts.single());
  const auto text = pg::read_back(shape, literals);
  require(text.has_value());
  const tapri::sql::Facts again = pg::extract_facts(*text);
  // What a text costs the scanner is weighed against its length, and blanks and comments are gone from what is read
  // back.
  if (is_too_deep(facts) || is_too_deep(again)) return 0;
  require(again.statements == facts.statements);
  return 0;
}
