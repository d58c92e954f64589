// Statements that change rows: their targets, and what is known of the rows.
//
// A value that is stored is known only where it is stored as it stands: not where values are made to fit (IGNORE, no
// strict sql_mode), not NULL (which may become the next number of a sequence), and not where a name is written with
// letters beyond ASCII, as the server takes some of them for others.
#include <algorithm>

#include "base/bytes.h"
#include "sql/mysql/gather.h"
#include "sql/mysql/words.h"

namespace tapri::sql::mysql {
namespace {

// Of more only the target is known.
constexpr std::size_t kMaxRows = 64;

// The one relation in it; null where there is none, or something else besides.
const Node* only_relation(const Node* from) {
  const Node* item = from == nullptr ? nullptr : from->first;
  if (item == nullptr || item->next != nullptr || item->kind != Kind::relation) return nullptr;
  return item;
}

bool names(const Node* relation, std::string_view schema, std::string_view name) {
  if (!relation->alias.empty()) return schema.empty() && relation->alias == name;
  return relation->name == name && (schema.empty() || relation->schema.empty() || relation->schema == schema);
}

}  // namespace

void Gather::target(std::string_view schema, std::string_view name) {
  facts_.writes.push_back({std::string(schema), std::string(name)});
  facts_.changes.emplace_back().relation = facts_.writes.back();
  // Its tables hold users, privileges and routines.
  if (!same_word(schema, "mysql")) return;
  facts_.changes_roles = true;
  facts_.writes_unknown = true;
  facts_.drops_or_alters = true;
}

Value Gather::stored(const Node* node) const {
  if (ignores_ || !dialect_.strict) return {};
  Value out = value(node);
  return out.source == Value::Source::null ? Value{} : out;
}

void Gather::assigned(const Node* list, Change& change) const {
  for (const Node* each : Children(list)) {
    if (!is_ascii(each->name)) change.kind = Change::Kind::other;
    const auto same = [each](const Assignment& other) { return other.column == each->name; };
    const auto before = std::find_if(change.assignments.begin(), change.assignments.end(), same);
    if (before != change.assignments.end()) {
      // The last one counts, but a trigger may have seen the others.
      before->value = {};
    } else {
      change.assignments.push_back({std::string(each->name), stored(each->first)});
    }
  }
}

// Children: columns, VALUES or a query or assignments, assignments of ON DUPLICATE KEY, what is returned.
void Gather::insert(const Node* node) {
  target(node->schema, node->name);
  ignores_ = node->flag;
  Change change = facts_.changes.back();
  // REPLACE removes what is in the way, whichever key it has.
  change.kind = node->index == 1 ? Change::Kind::other : Change::Kind::insert;
  if (node->flag) change.on_conflict = Change::OnConflict::does_nothing;
  inserted_rows(node, change);
  // The row that is in the way is read.
  if (change.on_conflict == Change::OnConflict::updates) read(node);
  facts_.changes.back() = std::move(change);
  for (const Node* child : Children(node)) {
    if (child->kind == Kind::with) continue;
    const bool plain_rows = child->kind == Kind::values;
    const bool is_query = child->kind == Kind::select || child->kind == Kind::set_operation;
    if (is_query) {
      query(child);
    } else if (plain_rows) {
      children(child);
    } else {
      expression(child);
    }
  }
}

void Gather::inserted_rows(const Node* node, Change& change) const {
  if (const Node* columns = child_of_kind(node, Kind::columns)) {
    for (const Node* column : Children(columns)) {
      change.columns.emplace_back(column->name);
      if (!is_ascii(column->name)) change.kind = Change::Kind::other;
    }
  }
  const Node* rows = child_of_kind(node, Kind::values);
  if (rows != nullptr && child_count(rows) <= kMaxRows) {
    for (const Node* row : Children(rows)) {
      std::vector<Value>& values = change.rows.emplace_back();
      for (const Node* each : Children(row)) values.push_back(stored(each));
    }
  }
  // INSERT ... SET a = 1 comes before ON DUPLICATE KEY UPDATE; LOAD DATA has only what it computes.
  const bool has_source = rows != nullptr || child_of_kind(node, Kind::select) != nullptr ||
                          child_of_kind(node, Kind::set_operation) != nullptr;
  const Node* list = child_of_kind(node, Kind::assignments);
  if (list != nullptr && !has_source && facts_.verb == Verb::insert) {
    std::vector<Value>& values = change.rows.emplace_back();
    for (const Node* each : Children(list)) {
      change.columns.emplace_back(each->name);
      values.push_back(stored(each->first));
      if (!is_ascii(each->name)) change.kind = Change::Kind::other;
    }
    list = list->next != nullptr && list->next->kind == Kind::assignments ? list->next : nullptr;
  }
  if (list == nullptr || facts_.verb != Verb::insert) return;
  change.on_conflict = Change::OnConflict::updates;
  assigned(list, change);
}

void Gather::update(const Node* node) {
  const Node* tables = child_of_kind(node, Kind::from);
  const Node* list = child_of_kind(node, Kind::assignments);
  ignores_ = node->flag;
  if (const Node* only = only_relation(tables)) {
    target(only->schema, only->name);
    Change& change = facts_.changes.back();
    change.kind = Change::Kind::update;
    change.level = level_ == kNoLevel ? 0 : static_cast<std::uint32_t>(level_ + 1);
    assigned(list, change);
  } else {
    targets_of_update(node);
  }
  from(tables);
  if (const Node* where = child_of_kind(node, Kind::where)) conjuncts(where->first);
  for (const Node* child : Children(node)) {
    if (child->kind != Kind::with && child->kind != Kind::from) expression(child);
  }
}

// Of several tables those whose columns are assigned to: all, where one is written without its table.
void Gather::targets_of_update(const Node* node) {
  std::vector<const Node*> relations;
  for (const Node* item : Children(child_of_kind(node, Kind::from))) base_relations(item, relations);
  const Node* list = child_of_kind(node, Kind::assignments);
  const auto is_named = [&](const Node* each) {
    return !each->item.empty() && std::any_of(relations.begin(), relations.end(), [each](const Node* relation) {
      return names(relation, each->schema, each->item);
    });
  };
  bool all_named = true;
  for (const Node* each : Children(list)) all_named = all_named && is_named(each);
  for (const Node* relation : relations) {
    bool assigned_to = !all_named;
    for (const Node* each : Children(list)) assigned_to = assigned_to || names(relation, each->schema, each->item);
    if (assigned_to) target(relation->schema, relation->name);
  }
  // A sub-query's rows cannot be changed.
  if (relations.empty()) facts_.writes_unknown = true;
}

void Gather::base_relations(const Node* node, std::vector<const Node*>& out) const {
  if (node->kind == Kind::relation) {
    out.push_back(node);
  } else if (node->kind == Kind::join || node->kind == Kind::left_join || node->kind == Kind::right_join) {
    base_relations(node->first, out);
    base_relations(node->first->next, out);
  }
}

void Gather::remove(const Node* node) {
  const Node* tables = child_of_kind(node, Kind::from);
  const Node* list = child_of_kind(node, Kind::victims);
  if (list != nullptr) {
    victims(list, tables);
  } else if (const Node* only = only_relation(tables)) {
    target(only->schema, only->name);
    facts_.changes.back().kind = Change::Kind::remove;
    if (level_ != kNoLevel) facts_.changes.back().level = static_cast<std::uint32_t>(level_ + 1);
  }
  from(tables);
  if (const Node* where = child_of_kind(node, Kind::where)) conjuncts(where->first);
  for (const Node* child : Children(node)) {
    if (child->kind != Kind::with && child->kind != Kind::from && child->kind != Kind::victims) expression(child);
  }
}

// Each is written as an alias or as a relation of FROM; what is neither is taken for a relation.
void Gather::victims(const Node* list, const Node* from) {
  std::vector<const Node*> relations;
  for (const Node* item : Children(from)) base_relations(item, relations);
  for (const Node* victim : Children(list)) {
    bool found = false;
    for (const Node* relation : relations) {
      // With a schema an alias may stand for a relation of that schema.
      const bool same =
          names(relation, victim->schema, victim->name) || (relation->alias == victim->name && !victim->schema.empty());
      if (!same) continue;
      found = true;
      target(relation->schema, relation->name);
    }
    if (!found) target(victim->schema, victim->name);
  }
}

}  // namespace tapri::sql::mysql
