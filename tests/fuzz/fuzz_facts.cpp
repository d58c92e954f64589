// Extracting facts is total and default-deny, and what is lifted into a shape means the same when read back.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "../unit/sql/shape_reader.h"
#include "sql/pg/facts.h"
#include "sql/pg/shape.h"

namespace {

using tapri::Reason;
using tapri::sql::StatementFacts;
using tapri::sql::Verb;

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_too_deep(const tapri::sql::Facts& facts) { return facts.statements.front().obstacle == Reason::too_deep; }

void check(const StatementFacts& facts) {
  if (facts.verb == Verb::not_understood) {
    require(facts.writes_unknown && facts.drops_or_alters && facts.changes_session && facts.changes_unknown_setting);
    require(facts.obstacle != Reason::none);
  }
  if (facts.obstacle == Reason::none) {
    require(facts.verb == Verb::select && facts.writes.empty() && !facts.writes_unknown && !facts.reads.empty());
  }
  require((facts.verb == Verb::prepare) == !facts.inner.empty() || facts.verb == Verb::not_understood);
  std::for_each(facts.inner.begin(), facts.inner.end(), check);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace pg = tapri::sql::pg;
  const std::string sql(reinterpret_cast<const char*>(data), size);
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
