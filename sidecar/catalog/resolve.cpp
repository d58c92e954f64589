#include "catalog/resolve.h"

#include <algorithm>
#include <utility>

#include "catalog/builtins.h"
#include "catalog/fold.h"
#include "catalog/resolver.h"

namespace tapri::catalog {

namespace {

bool uses_names(const sql::StatementFacts& facts) {
  return !facts.reads.empty() || !facts.operators.empty() || !facts.types.empty() || !facts.fields.empty();
}

// Of statements that otherwise change nothing. Of the latter only REINDEX does, since version 17: VACUUM, ANALYZE and
// CLUSTER are not told from it.
bool fires_event_triggers(const sql::StatementFacts& facts) {
  return facts.temporary_only || facts.verb == sql::Verb::maintain;
}

}  // namespace

std::string display_name(const sql::QualifiedName& name) {
  return name.schema.empty() ? name.name : name.schema + "." + name.name;
}

Resolver::Resolver(const sql::StatementFacts& facts, const Snapshot* snapshot, std::string_view database,
                   std::span<const std::string> search_path, const DeclaredEffects& declared,
                   std::optional<HiddenEffects> hidden, Precision precision, Dialect dialect, Bodies* bodies)
    : facts_(facts),
      snapshot_(snapshot),
      database_(snapshot == nullptr ? database : std::string_view(snapshot->database())),
      declared_(declared),
      hidden_(hidden),
      precision_(precision),
      dialect_(snapshot == nullptr ? dialect : snapshot->dialect()),
      temporary_path_(std::any_of(search_path.begin(), search_path.end(), is_temporary_schema)),
      bodies_(bodies == nullptr ? own_bodies_ : *bodies) {
  path_.reserve(search_path.size() + 1);
  // PostgreSQL searches pg_catalog first where the path does not name it.
  if (!mysql() && std::find(search_path.begin(), search_path.end(), "pg_catalog") == search_path.end()) {
    path_.emplace_back("pg_catalog");
  }
  path_.insert(path_.end(), search_path.begin(), search_path.end());
}

bool yields_to_ttl(Reason obstacle) {
  switch (obstacle) {
    case Reason::catalog_unavailable:
    case Reason::catalog_pending:
    case Reason::unknown_relation:
    case Reason::view:
    case Reason::foreign_relation:
      return true;
    default:
      return false;
  }
}

void Resolver::obstacle(Reason reason, std::string detail) {
  if (reason == Reason::none) return;
  if (out_.ttl_obstacle == Reason::none && !yields_to_ttl(reason)) {
    out_.ttl_obstacle = reason;
    out_.ttl_detail = detail;
  }
  if (out_.obstacle != Reason::none) return;
  out_.obstacle = reason;
  out_.detail = std::move(detail);
}

void Resolver::changes_everything() {
  out_.footprint.add(coherence::all_of(database_));
  if (mysql()) out_.survives_rollback |= snapshot_ == nullptr || snapshot_->any_write_survives_rollback();
}

void Resolver::unknown_effects() {
  changes_everything();
  out_.changes_unknown_setting = true;
  // Functions and triggers of MySQL define nothing but what is temporary: that would end the transaction.
  const bool may_define = !mysql() || facts_.verb == sql::Verb::call;
  // Without a catalog it is being read anyway; asking again each time would keep a busy application from ever having
  // one.
  if (snapshot_ != nullptr && may_define) out_.changes_catalog = true;
}

bool Resolver::is_system(std::string_view schema) const {
  return mysql() ? is_system_database(folded(schema)) : is_system_schema(schema);
}

// A session of MySQL has no schema for them: they hide others of the same name, wherever those are.
bool Resolver::is_temporary(std::string_view schema) const { return !mysql() && is_temporary_schema(schema); }

void Resolver::add_table(const sql::QualifiedName& name) {
  if (std::find(out_.tables.begin(), out_.tables.end(), name) == out_.tables.end()) out_.tables.push_back(name);
}

bool Resolver::searches(std::string_view schema) const {
  return std::find(path_.begin(), path_.end(), schema) != path_.end();
}

// What the kind of statement alone says.
void Resolver::statement() {
  obstacle(facts_.obstacle, called_obstacle());
  const bool opaque = facts_.verb == sql::Verb::not_understood || facts_.verb == sql::Verb::execute;
  if (opaque) {
    unknown_effects();
    out_.changes_catalog = true;
    return;
  }
  if (snapshot_ != nullptr && snapshot_->hidden_effects().definitions && fires_event_triggers(facts_)) {
    unknown_effects();
    return;
  }
  if (facts_.temporary_only) {
    // A temporary view may come to call what writes when read; the catalog tells, once it is read again.
    out_.changes_catalog = snapshot_ != nullptr && snapshot_->has_routines_with_effects();
    return;
  }
  const bool defines = facts_.verb == sql::Verb::define;
  // CALL of a procedure that is known or whose effects are declared; one that is not is met again among the functions.
  const bool names_are_known = snapshot_ != nullptr || !declared_.known_functions.empty();
  const bool followed_call = facts_.verb == sql::Verb::call && !facts_.functions.empty() && names_are_known;
  if (!followed_call && (defines || facts_.drops_or_alters || facts_.writes_unknown)) {
    changes_everything();
    out_.changes_catalog = true;
    out_.changes_unknown_setting = !defines && facts_.writes_unknown;
  }
  // TRUNCATE of MySQL is refused where a foreign key refers to the table.
  const bool truncates_one = mysql() && snapshot_ != nullptr && !facts_.writes.empty();
  if (facts_.verb == sql::Verb::truncate && !truncates_one) {
    // CASCADE empties whatever refers to it. The new files show in pg_class, so the catalog's fingerprint moves.
    changes_everything();
    out_.changes_catalog = true;
  }
}

bool rests_on_schema(const sql::StatementFacts& facts) {
  return uses_names(facts) || !facts.functions.empty() || fires_event_triggers(facts);
}

// For want of a snapshot, or because a statement before it moved what names mean.
void Resolver::names_not_looked_up() {
  if (!hidden_) return;
  const bool reads = hidden_->reads && uses_names(facts_);
  const bool defines = hidden_->definitions && fires_event_triggers(facts_);
  if (!reads && !defines) return;
  changes_everything();
  out_.hidden_effects = true;
}

Resolution Resolver::run() {
  out_.dependencies.push_back(coherence::all_of(database_));
  statement();
  if (snapshot_ == nullptr) names_not_looked_up();
  if (snapshot_ != nullptr && snapshot_->volatile_casts()) obstacle(Reason::volatile_function, "a user-defined cast");
  reads();
  for (const sql::QualifiedName& name : declared_.also_reads) read(name);
  for (const sql::QualifiedName& name : facts_.functions) function(name);
  if (!mysql()) {
    for (const sql::QualifiedName& name : facts_.operators) user_operator(name);
    for (const sql::QualifiedName& name : facts_.types) type(name);
  }
  for (const std::string& name : facts_.fields) field(name);
  if (facts_.changes.empty()) {
    for (const sql::QualifiedName& name : facts_.writes) write(name);
  }
  for (const sql::Change& change : facts_.changes) write(change.relation, &change);
  for (const sql::QualifiedName& name : declared_.also_changes) write(name);
  declared_writes();
  if (view_depth_ == 0) settle_dependencies();
  out_.call_followed = call_followed();
  out_.writes = !out_.footprint.empty();
  if (out_.writes) obstacle(Reason::not_a_read, "");
  return std::move(out_);
}

Resolution resolve(const sql::StatementFacts& facts, const Snapshot* snapshot, std::string_view database,
                   std::span<const std::string> search_path, const DeclaredEffects& declared,
                   std::optional<HiddenEffects> hidden, Precision precision, Dialect dialect) {
  const bool mysql = snapshot == nullptr ? dialect == Dialect::mysql : snapshot->dialect() == Dialect::mysql;
  if (!mysql) return Resolver(facts, snapshot, database, search_path, declared, hidden, precision, dialect).run();
  const bool folds = snapshot != nullptr && snapshot->folds_names();
  std::vector<std::string> path(search_path.begin(), search_path.end());
  for (std::string& name : path) name = folds ? folded(name) : name;
  return Resolver(folded(facts, folds), snapshot, database, path, declared, hidden, precision, dialect).run();
}

}  // namespace tapri::catalog
