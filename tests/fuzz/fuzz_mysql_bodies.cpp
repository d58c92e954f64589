// Definitions of routines, triggers and views: what is known of one has nothing in it that cannot be followed. The
// first byte says what sql_mode it is read by.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sql/mysql/routine_body.h"

namespace {

namespace mysql = tapri::sql::mysql;
using tapri::Reason;
using tapri::sql::QualifiedName;
using tapri::sql::StatementFacts;
using tapri::sql::Verb;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const StatementFacts& facts) {
  require(facts.verb == Verb::select || facts.verb == Verb::call || !facts.writes.empty());
  require(!facts.writes_unknown && !facts.drops_or_alters && !facts.changes_session && !facts.changes_unknown_setting);
  require(!facts.temporary_only && !facts.changes_roles && !facts.commits_implicitly && facts.settings.empty());
  require(facts.inner.empty() && facts.levels.empty() && facts.changes.empty());
  require(facts.verb == Verb::select || facts.obstacle == Reason::not_a_read);
}

void check_view(const StatementFacts& facts) {
  require(facts.verb == Verb::select && !facts.writes_unknown && !facts.changes_session && !facts.drops_or_alters);
  const auto qualified = [](const QualifiedName& name) { return !name.schema.empty(); };
  require(std::all_of(facts.reads.begin(), facts.reads.end(), qualified));
  require(std::all_of(facts.writes.begin(), facts.writes.end(), qualified));
  require(facts.obstacle != Reason::none || (facts.writes.empty() && !facts.reads.empty()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  mysql::Dialect dialect;
  dialect.ansi_quotes = (data[0] & 1U) != 0;
  dialect.no_backslash_escapes = (data[0] & 2U) != 0;
  dialect.folds_table_names = (data[0] & 4U) != 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (const auto body = mysql::body_facts(text, dialect)) {
    std::for_each(body->begin(), body->end(), [](const StatementFacts& facts) { check(facts); });
  }
  if (const auto view = mysql::view_facts(text, dialect)) check_view(*view);
  return 0;
}
