// What a statement does to the schema once it is committed.
#pragma once

#include <algorithm>
#include <cstdint>

#include "coherence/dependency.h"
#include "session/analysis.h"

namespace tapri::session {

// `perhaps`: its effects are not known. `reload`: and the server reads its configuration anew.
enum class SchemaChange : std::uint8_t { none, perhaps, surely, reload };

[[nodiscard]] inline bool asks_for_reload(const Analysis& analysis) {
  return std::ranges::any_of(analysis.shape->facts().statements, [](const sql::StatementFacts& facts) {
    return std::ranges::find(facts.functions, "pg_reload_conf", &sql::QualifiedName::name) != facts.functions.end();
  });
}

[[nodiscard]] inline SchemaChange schema_change_of(const Analysis& analysis) {
  // Settings that a plain set_config changes are no more than that; what writes anything may also define anything.
  const bool perhaps = analysis.changes_unknown_setting && analysis.writes;
  if (!analysis.changes_catalog && !perhaps) return SchemaChange::none;
  if (asks_for_reload(analysis)) return SchemaChange::reload;
  return analysis.changes_catalog ? SchemaChange::surely : SchemaChange::perhaps;
}

// Whether others in a fleet are to be told that the schema changed. Of what only perhaps changed it they are told by
// what it names, `everything`, and doubt what they know (CatalogSource::doubt).
[[nodiscard]] inline bool is_told_as_change(SchemaChange change, const coherence::Footprint& footprint,
                                            coherence::Dependency everything) {
  return change >= SchemaChange::surely || (change == SchemaChange::perhaps && !footprint.contains(everything));
}

inline void raise(SchemaChange& change, SchemaChange by) { change = std::max(change, by); }

}  // namespace tapri::session
