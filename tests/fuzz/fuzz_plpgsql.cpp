// Bodies of routines: what is known of one has nothing in it that cannot be followed. The first byte says what kind of
// routine it is the body of.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sql/pg/routine_body.h"

namespace {

using tapri::sql::StatementFacts;
using tapri::sql::Verb;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const StatementFacts& facts) {
  require(facts.verb == Verb::select || !facts.writes.empty());
  require(!facts.writes_unknown && !facts.drops_or_alters && !facts.changes_session && !facts.changes_unknown_setting);
  require(!facts.temporary_only && !facts.changes_roles && facts.settings.empty() && facts.inner.empty());
}

void check(const tapri::sql::pg::BodyFacts& body) {
  if (body) std::for_each(body->begin(), body->end(), [](const StatementFacts& facts) { check(facts); });
}

}  // namespace

// As in tests/leaks.supp, which a fuzz run does not read.
extern "C" const char* __lsan_default_suppressions();  // NOLINT: LeakSanitizer's name
extern "C" const char* __lsan_default_suppressions() { return "leak:pg_query_raw_parse\n"; }  // NOLINT

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace pg = tapri::sql::pg;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      check(pg::sql_body_facts(text));
      check(pg::standard_body_facts(text));
      break;
    case 1:
      check(pg::plpgsql_body_facts({.body = text, .parameters = {"a", "b"}}));
      break;
    case 2:
      check(pg::plpgsql_body_facts({.body = text, .parameters = {"a"}, .outputs = {"x", "y"}, .returns_set = true}));
      break;
    default:
      check(pg::plpgsql_body_facts({.body = text, .trigger = true}));
  }
  return 0;
}
