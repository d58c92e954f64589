// Following calls and triggers into the bodies of routines.
#include <algorithm>
#include <iterator>
#include <utility>

#include "catalog/builtins.h"
#include "catalog/resolver.h"

namespace tapri::catalog {
namespace {

constexpr std::size_t kMaxBodies = 256;
constexpr std::size_t kMaxDepth = 32;

}  // namespace

bool Bodies::too_many() const { return entered_.size() >= kMaxBodies || depth_ >= kMaxDepth; }

bool Bodies::enter(Entry entry) {
  if (std::find(entered_.begin(), entered_.end(), entry) != entered_.end()) return false;
  entered_.push_back(std::move(entry));
  ++depth_;
  return true;
}

Resolver::Resolver(const sql::StatementFacts& facts, const Resolver& caller, std::span<const std::string> search_path,
                   bool trusted)
    : Resolver(facts, caller.snapshot_, caller.database_, search_path, caller.declared_, caller.hidden_,
               Precision::relations, caller.dialect_, &caller.bodies_) {
  trusted_ = trusted;
}

void Resolver::fire_triggers(ObjectId family) {
  const Relation* relation = snapshot_->find_relation(family);
  if (relation == nullptr) return unknown_effects();
  for (const sql::QualifiedName& trigger : relation->triggers) {
    const auto routines = snapshot_->functions(trigger.name);
    const auto found = std::find_if(routines.begin(), routines.end(),
                                    [&](const Routine* routine) { return routine->schema == trigger.schema; });
    if (found == routines.end() || (*found)->body == nullptr) return unknown_effects();
    follow(**found, trusted_);
  }
}

// The session's temporary tables come first whatever the path.
std::vector<std::string> Resolver::path_in(const RoutineBody& body) const {
  std::vector<std::string> path;
  for (const std::string_view schema : path_) {
    if (!body.search_path || is_temporary_schema(schema)) path.emplace_back(schema);
  }
  if (body.search_path) path.insert(path.end(), body.search_path->begin(), body.search_path->end());
  if (body.qualified) {
    std::erase(path, "pg_catalog");
    path.emplace(path.begin(), "pg_catalog");
  }
  return path;
}

void Resolver::follow(const Routine& routine, bool trusted) {
  const bool trusts = trusted || trusted_;
  const std::vector<std::string> path = path_in(*routine.body);
  if (bodies_.too_many()) return unknown_effects();
  if (!bodies_.enter({&routine, path, trusts})) return;
  for (const sql::StatementFacts& statement : routine.body->statements) {
    Resolver inner(statement, *this, path, trusts);
    absorb(inner);
  }
  bodies_.leave();
}

void Resolver::absorb(Resolver& inner) {
  Resolution result = inner.run();
  for (const ObjectId family : inner.read_whole_) depends_on_whole(family);
  std::ranges::move(inner.read_by_key_, std::back_inserter(read_by_key_));
  rests_on_rules_ |= inner.rests_on_rules_;
  if (inner.trusted_ && !trusted_) return;
  obstacle(result.obstacle, std::move(result.detail));
  obstacle(result.ttl_obstacle, std::move(result.ttl_detail));
  if (result.footprint.contains(coherence::all_of(database_))) changes_everything();
  for (const ObjectId family : inner.written_) changes_unkeyed(family);
  for (const sql::QualifiedName& table : result.tables) add_table(table);
  if (out_.unkeyed_reads.empty()) out_.unkeyed_reads = std::move(result.unkeyed_reads);
  out_.changes_catalog |= result.changes_catalog;
  out_.changes_unknown_setting |= result.changes_unknown_setting;
  out_.hidden_effects |= result.hidden_effects;
  out_.survives_rollback |= result.survives_rollback;
}

}  // namespace tapri::catalog
