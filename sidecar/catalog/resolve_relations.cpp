#include <algorithm>
#include <utility>

#include "catalog/builtins.h"
#include "catalog/natives.h"
#include "catalog/resolver.h"

namespace tapri::catalog {
namespace {

Reason obstacle_of(const Relation& relation) {
  if (is_system_schema(relation.schema)) return Reason::system_relation;
  if (relation.temporary) return Reason::temporary_relation;
  switch (relation.kind) {
    case RelationKind::table:
    case RelationKind::partitioned:
      if (relation.row_security) return Reason::row_security;
      return relation.has_timetz ? Reason::unknown_type : Reason::none;
    // Changed by REFRESH, which counts as a write to everything.
    case RelationKind::materialised:
      return relation.has_timetz ? Reason::unknown_type : Reason::none;
    case RelationKind::view:
      return Reason::view;
    case RelationKind::foreign:
      return Reason::foreign_relation;
    case RelationKind::sequence:
    case RelationKind::other:
      break;
  }
  return Reason::system_relation;
}

sql::QualifiedName name_of(const Relation& relation) { return {relation.schema, relation.name}; }

}  // namespace

const Relation* Resolver::find(const sql::QualifiedName& name) const {
  if (!name.schema.empty()) return snapshot_->find_relation(name.schema, name.name);
  for (const std::string_view schema : path_) {
    if (is_temporary_schema(schema)) continue;
    if (const Relation* relation = snapshot_->find_relation(schema, name.name)) return relation;
  }
  return nullptr;
}

const Relation* Resolver::find_temporary(std::string_view name) const {
  for (const std::string_view schema : path_) {
    if (!is_temporary_schema(schema)) continue;
    if (const Relation* relation = snapshot_->find_relation(schema, name)) return relation;
  }
  return nullptr;
}

void Resolver::read(const sql::QualifiedName& name, const KnownColumns& known) {
  if (snapshot_ == nullptr) {
    add_table(name);
    obstacle(Reason::catalog_unavailable, "");
    return;
  }
  if (is_temporary(name.schema) || temporary_path_) read_temporary(name);
  if (is_temporary(name.schema)) return;
  if (is_system(name.schema)) {
    add_table(name);
    obstacle(Reason::system_relation, display_name(name));
    return;
  }
  const Relation* relation = find(name);
  if (relation == nullptr) {
    add_table(name);
    obstacle(Reason::unknown_relation, display_name(name));
    return;
  }
  read_known(*relation, known);
}

// A session that owns temporary tables may read one by any unqualified name, and by a qualified one too: a temporary
// table may inherit from a permanent one.
void Resolver::read_temporary(const sql::QualifiedName& name) {
  obstacle(Reason::temporary_relation, display_name(name));
  if (is_temporary(name.schema)) add_table(name);
  if (!name.schema.empty() && !is_temporary(name.schema)) return;
  const Relation* relation = find_temporary(name.name);
  if (relation != nullptr && relation->read_side_effects) unknown_effects();
}

void Resolver::read_known(const Relation& relation, const KnownColumns& known) {
  add_table(name_of(relation));
  if (relation.read_side_effects) unknown_effects();
  if (relation.definition != nullptr && !relation.temporary) return view(relation, known);
  obstacle(obstacle_of(relation), display_name(name_of(relation)));
  if (const Relation* member = snapshot_->find_relation(relation.family_obstacle)) {
    obstacle(obstacle_of(*member), display_name(name_of(*member)));
  }
  depends_on(relation, known);
}

void Resolver::write(const sql::QualifiedName& name, const sql::Change* change) {
  if (snapshot_ == nullptr) {
    add_table(name);
    unknown_effects();
    return;
  }
  if (is_temporary(name.schema)) {
    add_table(name);
    // Nobody else sees its rows; but its defaults, rules and triggers may call what the database has to offer.
    if (snapshot_->has_routines_with_effects()) unknown_effects();
    return;
  }
  const Relation* relation = find(name);
  if (relation == nullptr) {
    add_table(name);
    unknown_effects();
    return;
  }
  write_known(*relation, change);
  // It may be a temporary table of that name instead, or reach one that inherits from it: an INSERT does not.
  const bool inserts = change != nullptr && change->kind == sql::Change::Kind::insert &&
                       change->on_conflict != sql::Change::OnConflict::updates;
  const bool reaches_temporary = !mysql() && (name.schema.empty() || !inserts);
  if (temporary_path_ && reaches_temporary && snapshot_->has_routines_with_effects()) unknown_effects();
}

void Resolver::write_known(const Relation& relation, const sql::Change* change) {
  add_table(name_of(relation));
  if (mysql() && relation.definition != nullptr) return write_view(relation);
  const bool table = relation.kind == RelationKind::table || relation.kind == RelationKind::partitioned;
  const bool plain = table && !relation.temporary && !is_system_schema(relation.schema);
  const bool cascades = plain && fires_cascades(relation, change);
  if (!plain || relation.write_side_effects || (cascades && relation.cascade_side_effects)) {
    unknown_effects();
    return;
  }
  out_.survives_rollback |= relation.writes_survive_rollback;
  if (change == nullptr) {
    changes_unkeyed(relation.family);
  } else {
    changes(relation.family);
    changes_keys(relation, *change);
  }
  if (cascades) cascade(relation, change);
}

// Of the relations that a view is made of some are written, in a way that its name does not tell.
void Resolver::write_view(const Relation& relation) {
  const sql::StatementFacts& definition = *relation.definition;
  const auto is_native = [](const sql::QualifiedName& name) {
    return name.schema.empty() && native_function(name.name) != Native::none;
  };
  const bool calls = relation.read_side_effects || !std::ranges::all_of(definition.functions, is_native);
  if (calls || bodies_.too_many()) return unknown_effects();
  if (!bodies_.enter({.relation = relation.oid})) return;
  for (const sql::QualifiedName& name : definition.reads) write(name);
  bodies_.leave();
}

void Resolver::changes(ObjectId family) {
  written_.insert(family);
  out_.footprint.add(coherence::any_of(database_, family));
  fire_triggers(family);
}

// A name is not the only one of what it stands for: a partition's rows are its parent's, and foreign-key actions change
// what no name says.
bool Resolver::is_written(const DeclaredEffects::OnWrite& effect) const {
  if (std::ranges::any_of(facts_.writes, effect.matches)) return true;
  if (written_.empty()) return false;
  return std::ranges::any_of(snapshot_->relations(), [&](const Relation& relation) {
    return written_.contains(relation.family) && effect.matches(name_of(relation));
  });
}

// One declared effect may bring about another. Nothing can be added to what changes everything.
void Resolver::declared_writes() {
  std::vector<const DeclaredEffects::OnWrite*> left;
  for (const auto& effect : declared_.on_write) left.push_back(&effect);
  for (bool again = true; std::exchange(again, false);) {
    for (const auto*& effect : left) {
      if (out_.footprint.contains(coherence::all_of(database_))) return;
      if (effect == nullptr || !is_written(*effect)) continue;
      for (const sql::QualifiedName& name : std::exchange(effect, nullptr)->also_changes) write(name);
      again = true;
    }
  }
}

}  // namespace tapri::catalog
