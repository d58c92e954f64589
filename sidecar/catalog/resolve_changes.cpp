// Writes by key: which values of each key the changed rows had and have.
//
// Of every key of a target either all those values are known, or the write counts for all rows as far as that key goes:
// `unkeyed`, or `inserted` where it only adds rows.
#include <algorithm>
#include <utility>

#include "catalog/keys.h"
#include "catalog/resolver.h"

namespace tapri::catalog {
namespace {

using sql::Change;
using sql::Value;

// Rows of one INSERT that are told apart by a key of several columns.
constexpr std::size_t kMaxRows = 16;

bool assigns(const Change& change, std::string_view column) {
  return std::ranges::find(change.assignments, column, &sql::Assignment::column) != change.assignments.end();
}

bool assigns_any(const Change& change, const std::vector<std::string>& columns) {
  return std::ranges::any_of(columns, [&](const std::string& column) { return assigns(change, column); });
}

// Where in a row of VALUES a column's value stands; nullopt: nowhere.
std::optional<std::size_t> position_of(const Relation& relation, const Change& change, std::string_view column) {
  if (change.columns.empty()) {
    const Column* found = find_column(relation, column);
    if (found == nullptr) return std::nullopt;
    return static_cast<std::size_t>(found - relation.columns.data());
  }
  const auto found = std::ranges::find(change.columns, column);
  if (found == change.columns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - change.columns.begin());
}

Value value_at(const std::vector<Value>& row, std::optional<std::size_t> position) {
  return position && *position < row.size() ? row[*position] : Value{};
}

Assignable assignable(const Relation& relation, std::string_view column) {
  const Column* found = find_column(relation, column);
  return found == nullptr ? Assignable{} : found->assignable;
}

bool is_usable(const Value& value, const KeyTerm& term) {
  if (value.source == Value::Source::unknown) return false;
  if (value.source == Value::Source::null && term.assignable.null_replaced) return false;
  return value.cast.empty() || keeps_value(value.cast, term.type);
}

// One KeyUse for each row, or one for all where the key has one column; empty: not known.
std::vector<std::vector<KeyTerm>> inserted_terms(const Relation& relation, const Change& change, const Key& key) {
  std::vector<std::vector<KeyTerm>> rows;
  if (change.rows.empty() || (key.columns.size() > 1 && change.rows.size() > kMaxRows)) return rows;
  for (const std::vector<Value>& row : change.rows) {
    if (rows.empty() || key.columns.size() > 1) rows.emplace_back();
    std::vector<KeyTerm>& terms = rows.back();
    for (std::size_t i = 0; i < key.columns.size(); ++i) {
      Value value = value_at(row, position_of(relation, change, key.columns[i]));
      if (terms.size() <= i) terms.push_back({key.types[i], assignable(relation, key.columns[i]), {}});
      if (!is_usable(value, terms[i])) return {};
      terms[i].values.push_back(std::move(value));
    }
  }
  return rows;
}

// They may change without being assigned to.
bool change_by_themselves(const Relation* relation, const std::vector<std::string>& columns) {
  if (relation == nullptr || relation->rewrites_rows) return true;
  return std::ranges::any_of(columns, [&](const std::string& name) {
    const Column* column = find_column(*relation, name);
    return column == nullptr || column->generated;
  });
}

// Whether the statement itself says what a new row has in a column of the key.
bool states_key(const Relation& relation, const Change& change, const Key& key) {
  return std::ranges::any_of(key.columns, [&](const std::string& column) {
    const auto position = position_of(relation, change, column);
    if (!position) return false;
    if (change.rows.empty()) return true;
    const bool numbered = assignable(relation, column).null_replaced;
    return std::ranges::any_of(change.rows, [&](const std::vector<Value>& row) {
      return *position < row.size() && !(numbered && row[*position].source == Value::Source::null);
    });
  });
}

bool is_part_of(const std::vector<std::string>& part, const std::vector<std::string>& whole) {
  return std::ranges::all_of(part, [&](const auto& name) { return std::ranges::find(whole, name) != whole.end(); });
}

}  // namespace

coherence::Footprint footprint_of_family(const Snapshot& snapshot, ObjectId family) {
  coherence::Footprint footprint;
  footprint.add(coherence::any_of(snapshot.database(), family));
  for (const Key& key : snapshot.keys(family)) {
    footprint.add(coherence::unkeyed_of(coherence::key_base(snapshot.database(), family, key.columns)));
  }
  return footprint;
}

void Resolver::changes_unkeyed(ObjectId family) {
  changes(family);
  if (precision_ == Precision::rows) out_.footprint.add(footprint_of_family(*snapshot_, family));
}

const KnownColumns& Resolver::known_of_target(const Change& change) const {
  static const KnownColumns kNothing;
  if (!levels_ || change.level == 0 || change.level > levels_->size()) return kNothing;
  const auto& items = levels_->items(change.level - 1);
  return items.empty() ? kNothing : items.front().known;
}

void Resolver::count_assigned(const Relation& relation, std::string_view column, const Value& value) {
  if (value.source != Value::Source::parameter) return;
  const Column* found = find_column(relation, column);
  if (found == nullptr || (!value.cast.empty() && !keeps_value(value.cast, found->type))) return;
  ++assigned_uses_[{value.index, found->type}];
}

void Resolver::count_assigned(const Relation& relation, const Change& change) {
  for (const sql::Assignment& each : change.assignments) count_assigned(relation, each.column, each.value);
  for (const std::vector<Value>& row : change.rows) {
    for (const Column& column : relation.columns) {
      count_assigned(relation, column.name, value_at(row, position_of(relation, change, column.name)));
    }
  }
}

void Resolver::changes_keys(const Relation& relation, const Change& change) {
  if (precision_ == Precision::relations) return;
  count_assigned(relation, change);
  // A trigger may give a row other values than the statement.
  const Change::Kind kind = levels_ && !relation.rewrites_rows ? change.kind : Change::Kind::other;
  const KnownColumns& known = known_of_target(change);
  for (const Key& key : snapshot_->keys(relation.family)) {
    KeyUse use = key_use(relation.family, key);
    use.otherwise = {coherence::unkeyed_of(use.base)};
    switch (kind) {
      case Change::Kind::insert:
        inserts_key(relation, change, key);
        break;
      case Change::Kind::update:
        if (assigns_any(change, key.columns)) {
          updates_key(relation, change, key, known);
        } else {
          changes_known(std::move(use), key, known);
        }
        break;
      case Change::Kind::remove:
        changes_known(std::move(use), key, known);
        break;
      case Change::Kind::other:
        out_.footprint.add(use.otherwise.front());
        break;
    }
  }
}

// Rows whose key had the known values, and has them still if they are there.
void Resolver::changes_known(KeyUse use, const Key& key, const KnownColumns& known) {
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    const KnownColumn* column = find_known(known, key.columns[i]);
    if (column == nullptr) {
      out_.footprint.add(use.otherwise.front());
      return;
    }
    use.terms.push_back({key.types[i], {}, column->values});
  }
  out_.key_writes.push_back(std::move(use));
}

// Rows whose key is assigned to: they leave what they had, and come to what they get.
void Resolver::updates_key(const Relation& relation, const Change& change, const Key& key, const KnownColumns& known) {
  KeyUse leaves = key_use(relation.family, key);
  leaves.otherwise = {coherence::unkeyed_of(leaves.base)};
  KeyUse comes = leaves;
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    const KnownColumn* column = find_known(known, key.columns[i]);
    const auto assigned = std::ranges::find(change.assignments, key.columns[i], &sql::Assignment::column);
    const bool is_assigned = assigned != change.assignments.end();
    const KeyTerm assigns{key.types[i], assignable(relation, key.columns[i]), {}};
    if (column == nullptr || (is_assigned && !is_usable(assigned->value, assigns))) {
      out_.footprint.add(leaves.otherwise.front());
      return;
    }
    leaves.terms.push_back({key.types[i], {}, column->values});
    comes.terms.push_back(leaves.terms.back());
    if (is_assigned) comes.terms.back() = {assigns.type, assigns.assignable, {assigned->value}};
  }
  out_.key_writes.push_back(std::move(leaves));
  out_.key_writes.push_back(std::move(comes));
}

void Resolver::inserts_key(const Relation& relation, const Change& change, const Key& key) {
  KeyUse use = key_use(relation.family, key);
  const coherence::Dependency unkeyed = coherence::unkeyed_of(use.base);
  const bool updates = change.on_conflict == Change::OnConflict::updates;
  // The row that is in the way has the same values in the columns of the conflict, and what it has in others nobody
  // says.
  const auto& conflict = mysql() ? relation.only_unique_key : change.conflict_columns;
  if (updates && (!is_part_of(key.columns, conflict) || assigns_any(change, key.columns))) {
    out_.footprint.add(unkeyed);
    return;
  }
  const coherence::Dependency otherwise = updates ? unkeyed : coherence::inserted_of(use.base);
  std::vector<std::vector<KeyTerm>> rows = inserted_terms(relation, change, key);
  use.otherwise = {otherwise};
  if (!updates && states_key(relation, change, key)) use.otherwise.push_back(stated_of(use.base));
  if (rows.empty()) {
    for (const coherence::Dependency each : use.otherwise) out_.footprint.add(each);
  }
  for (std::vector<KeyTerm>& terms : rows) {
    use.terms = std::move(terms);
    out_.key_writes.push_back(use);
  }
}

// Whether the foreign key does something to its child's rows when the parent's are so changed.
bool Resolver::fires(const ForeignKey& key, const Relation& parent, const Change* change) const {
  const bool deletes = key.on_delete != ForeignKeyAction::none;
  const bool updates = key.on_update != ForeignKeyAction::none;
  if (change == nullptr || change->kind == Change::Kind::other) return deletes || updates;
  if (change->kind == Change::Kind::remove) return deletes;
  // A row that moves to another partition is, to servers before 15, one that is deleted.
  if (change->kind == Change::Kind::update && !snapshot_->stands_alone(parent.family) && deletes) return true;
  if (change->kind == Change::Kind::insert && change->on_conflict != Change::OnConflict::updates) return false;
  return updates && (key.parent_columns.empty() || assigns_any(*change, key.parent_columns) ||
                     change_by_themselves(snapshot_->find_relation(key.parent), key.parent_columns));
}

bool Resolver::fires_cascades(const Relation& relation, const Change* change) const {
  return std::ranges::any_of(snapshot_->referring_to(relation.family),
                             [&](const ForeignKey* key) { return fires(*key, relation, change); });
}

void Resolver::cascade(const Relation& relation, const Change* change) {
  for (const ForeignKey* key : snapshot_->referring_to(relation.family)) {
    if (!fires(*key, relation, change)) continue;
    const Relation* child = snapshot_->find_relation(key->child);
    if (child == nullptr) {
      unknown_effects();
      continue;
    }
    cascade_to(*key, *child, change);
    for (const ObjectId family : child->cascades) changes_unkeyed(family);
  }
}

// A parent's rows that are deleted say by which values their children referred to them.
void Resolver::cascade_to(const ForeignKey& key, const Relation& child, const Change* change) {
  const bool clears = key.on_delete == ForeignKeyAction::cascade || key.on_delete == ForeignKeyAction::set_null;
  if (change == nullptr || change->kind != Change::Kind::remove || !clears || key.child_columns.empty() ||
      child.rewrites_rows) {
    return changes_unkeyed(child.family);
  }
  changes(child.family);
  if (precision_ == Precision::relations) return;
  // What is known of the parent, in the names of the child.
  KnownColumns known;
  const Relation* parent = snapshot_->find_relation(key.parent);
  for (const KnownColumn& column : known_of_target(*change)) {
    const auto found = std::ranges::find(key.parent_columns, column.name);
    if (found == key.parent_columns.end()) continue;
    const auto& name = key.child_columns[static_cast<std::size_t>(found - key.parent_columns.begin())];
    const Column* theirs = parent == nullptr ? nullptr : find_column(*parent, column.name);
    const Column* own = find_column(child, name);
    const bool alike = own != nullptr && theirs != nullptr && own->type == theirs->type;
    if (alike && own->collation == theirs->collation) known.push_back({name, column.values});
  }
  for (const Key& child_key : snapshot_->keys(child.family)) {
    KeyUse use = key_use(child.family, child_key);
    use.otherwise = {coherence::unkeyed_of(use.base)};
    changes_known(std::move(use), child_key, known);
  }
}

}  // namespace tapri::catalog
