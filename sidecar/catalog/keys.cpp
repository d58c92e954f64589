#include "catalog/keys.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace tapri::catalog {
namespace {

struct Family {
  std::vector<const Relation*> members;  // that other sessions can see
  const Relation* root = nullptr;        // the only one that descends from none; null: there are several
  std::vector<const Column*> columns;    // of all members alike
  std::vector<Key> keys;
};

using Families = std::unordered_map<ObjectId, Family>;

bool is_exact(const Column& column) { return column.type != ColumnType::other && !column.generated; }

// Also of a column that another member has with the same name but not from the same ancestor: its values are then kept
// apart by nothing, which costs misses only.
bool all_have(const Family& family, const Column& column) {
  return std::ranges::all_of(family.members, [&](const Relation* member) {
    const Column* own = find_column(*member, column.name);
    return own != nullptr && is_exact(*own) && own->type == column.type;
  });
}

// Canonical bytes of MySQL's texts may be the same of two rows.
bool tells_rows_apart(const Key& key, Dialect dialect) {
  return dialect == Dialect::postgresql || std::ranges::count(key.types, ColumnType::text) == 0;
}

// A unique key is one of the whole family where all its rows are rows of the relation that has it.
bool spans_family(const Family& family, ObjectId relation) {
  if (family.root == nullptr || family.root->oid != relation) return false;
  return family.members.size() == 1 || family.root->kind == RelationKind::partitioned;
}

void add_key(Family& family, std::vector<std::string> columns, bool unique, Dialect dialect) {
  std::ranges::sort(columns);
  if (columns.empty() || columns.size() > kMaxKeyColumns || family.keys.size() >= kMaxKeys) return;
  Key key;
  for (const std::string& name : columns) {
    const auto column = std::ranges::find(family.columns, name, &Column::name);
    if (column == family.columns.end()) return;
    key.types.push_back((*column)->type);
  }
  unique = unique && tells_rows_apart(key, dialect);
  const auto known = std::ranges::find(family.keys, columns, &Key::columns);
  if (known != family.keys.end()) {
    known->unique |= unique;
    return;
  }
  key.columns = std::move(columns);
  key.unique = unique;
  family.keys.push_back(std::move(key));
}

Families families_of(const Snapshot::Source& source) {
  std::unordered_set<ObjectId> descendants;
  for (const InheritanceEdge& edge : source.inheritance) descendants.insert(edge.child);
  Families families;
  std::unordered_map<ObjectId, std::size_t> roots;
  for (const Relation& relation : source.relations) {
    if (relation.temporary || relation.columns.empty()) continue;
    Family& family = families[relation.family];
    family.members.push_back(&relation);
    if (descendants.contains(relation.oid)) continue;
    family.root = ++roots[relation.family] == 1 ? &relation : nullptr;
  }
  for (auto& [oid, family] : families) {
    // Of the same one whenever the schema is read: which keys there is room for goes by their order.
    const Relation* first = *std::ranges::min_element(family.members, {}, &Relation::oid);
    for (const Column& column : first->columns) {
      if (is_exact(column) && all_have(family, column)) family.columns.push_back(&column);
    }
  }
  return families;
}

}  // namespace

std::unordered_map<ObjectId, std::vector<Key>> keys_by_family(const Snapshot::Source& source) {
  std::unordered_map<ObjectId, std::vector<Key>> keys;
  if (source.own_equality) return keys;
  Families families = families_of(source);
  std::unordered_map<ObjectId, ObjectId> family_of;
  for (const Relation& relation : source.relations) {
    if (!relation.temporary) family_of.emplace(relation.oid, relation.family);
  }
  const auto find = [&](ObjectId relation) -> Family* {
    const auto known = family_of.find(relation);
    const auto found = known == family_of.end() ? families.end() : families.find(known->second);
    return found == families.end() ? nullptr : &found->second;
  };
  for (const bool primary : {true, false}) {
    for (const UniqueKey& key : source.unique_keys) {
      Family* family = key.primary == primary ? find(key.relation) : nullptr;
      if (family != nullptr) add_key(*family, key.columns, spans_family(*family, key.relation), source.dialect);
    }
  }
  for (const IndexedColumn& index : source.indexed_columns) {
    if (Family* family = find(index.relation)) add_key(*family, {index.column}, false, source.dialect);
  }
  for (auto& [oid, family] : families) {
    for (const Column* column : family.columns) {
      const bool long_values = column->type == ColumnType::text || column->type == ColumnType::binary;
      if (!long_values) add_key(family, {column->name}, false, source.dialect);
    }
    if (!family.keys.empty()) keys.emplace(oid, std::move(family.keys));
  }
  return keys;
}

}  // namespace tapri::catalog
