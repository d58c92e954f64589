#include "catalog/snapshot.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "catalog/family.h"
#include "catalog/keys.h"
#include "sql/calls.h"

namespace tapri::catalog {
namespace {

using RelationName = std::pair<std::string_view, std::string_view>;

struct RelationNameHash {
  std::size_t operator()(const RelationName& name) const { return hash64(name.second, hash64(name.first)); }
};

template <typename T>
using ByName = std::unordered_map<std::string_view, std::vector<const T*>>;

template <typename T>
ByName<T> index_by_name(const std::vector<T>& items) {
  ByName<T> index;
  index.reserve(items.size());
  for (const T& item : items) index[item.name].push_back(&item);
  return index;
}

template <typename T>
std::span<const T* const> find_by_name(const ByName<T>& index, std::string_view name) {
  const auto found = index.find(name);
  if (found == index.end()) return {};
  return found->second;
}

bool reads_may_write(const Snapshot::Source& source) {
  return std::ranges::any_of(source.relations, &Relation::read_side_effects) ||
         std::ranges::any_of(source.operators, has_unknown_effects) ||
         std::ranges::any_of(source.types, &Type::volatile_input) ||
         std::ranges::any_of(source.functions,
                             [](const Routine& routine) { return routine.takes_row && has_unknown_effects(routine); });
}

bool calls_found_rows(const sql::StatementFacts& facts) { return sql::calls(facts, "found_rows"); }

bool calls_found_rows(const Snapshot::Source& source) {
  if (source.dialect != Dialect::mysql) return false;
  return std::ranges::any_of(
             source.relations,
             [](const Relation& relation) { return relation.definition && calls_found_rows(*relation.definition); }) ||
         std::ranges::any_of(source.functions, [](const Routine& routine) {
           return routine.body && std::ranges::any_of(routine.body->statements, [](const sql::StatementFacts& facts) {
                    return calls_found_rows(facts);
                  });
         });
}

}  // namespace

const Column* find_column(const Relation& relation, std::string_view name) {
  const auto found = std::ranges::find(relation.columns, name, &Column::name);
  return found == relation.columns.end() ? nullptr : &*found;
}

bool has_unknown_effects(const Routine& routine) {
  if (routine.volatility != Volatility::is_volatile) return false;
  if (routine.effects == Effects::by_schema) return routine.schema != "pg_catalog";
  return routine.effects == Effects::unknown;
}

// Keys and pointers are into Snapshot::source_, which never changes once indexed.
struct Snapshot::Index {
  explicit Index(const Source& source)
      : functions(index_by_name(source.functions)),
        operators(index_by_name(source.operators)),
        types(index_by_name(source.types)),
        routines_with_effects(std::any_of(source.functions.begin(), source.functions.end(), has_unknown_effects)),
        survives_rollback(std::ranges::any_of(source.relations, &Relation::writes_survive_rollback)),
        keys(keys_by_family(source)),
        hidden{.reads = reads_may_write(source), .definitions = source.event_triggers},
        found_rows(calls_found_rows(source)) {
    by_name.reserve(source.relations.size());
    by_oid.reserve(source.relations.size());
    for (const Relation& relation : source.relations) {
      by_name.emplace(RelationName(relation.schema, relation.name), &relation);
      by_oid.emplace(relation.oid, &relation);
      if (!relation.temporary) ++members[relation.family];
    }
    for (const ForeignKey& key : source.foreign_keys) {
      const auto parent = by_oid.find(key.parent);
      if (parent != by_oid.end()) referring[parent->second->family].push_back(&key);
    }
  }

  std::unordered_map<RelationName, const Relation*, RelationNameHash> by_name;
  std::unordered_map<ObjectId, const Relation*> by_oid;
  ByName<Routine> functions;
  ByName<Routine> operators;
  ByName<Type> types;
  std::unordered_map<ObjectId, std::vector<const ForeignKey*>> referring;  // by the parent's family
  std::unordered_map<ObjectId, std::size_t> members;                       // of each family
  bool routines_with_effects;
  bool survives_rollback;
  std::unordered_map<ObjectId, std::vector<Key>> keys;
  HiddenEffects hidden;
  bool found_rows;
};

Snapshot::Snapshot(Source source) : source_(std::move(source)) {
  join_families(source_.relations, source_.inheritance);
  follow_cascades(source_.relations, source_.foreign_keys);
  index_ = std::make_shared<const Index>(source_);
}

std::shared_ptr<const Snapshot> Snapshot::build(Source source) {
  return std::shared_ptr<const Snapshot>(new Snapshot(std::move(source)));
}

bool Snapshot::has_routines_with_effects() const { return index_->routines_with_effects; }

bool Snapshot::any_write_survives_rollback() const { return index_->survives_rollback; }

HiddenEffects Snapshot::hidden_effects() const { return index_->hidden; }

bool Snapshot::asks_found_rows() const { return index_->found_rows; }

const Relation* Snapshot::find_relation(std::string_view schema, std::string_view name) const {
  const auto found = index_->by_name.find(RelationName(schema, name));
  return found == index_->by_name.end() ? nullptr : found->second;
}

const Relation* Snapshot::find_relation(ObjectId oid) const {
  const auto found = index_->by_oid.find(oid);
  return found == index_->by_oid.end() ? nullptr : found->second;
}

std::span<const Key> Snapshot::keys(ObjectId family) const {
  const auto found = index_->keys.find(family);
  if (found == index_->keys.end()) return {};
  return found->second;
}

std::span<const ForeignKey* const> Snapshot::referring_to(ObjectId family) const {
  const auto found = index_->referring.find(family);
  if (found == index_->referring.end()) return {};
  return found->second;
}

bool Snapshot::stands_alone(ObjectId family) const {
  const auto found = index_->members.find(family);
  return found != index_->members.end() && found->second == 1;
}

std::span<const Routine* const> Snapshot::functions(std::string_view name) const {
  return find_by_name(index_->functions, name);
}

std::span<const Routine* const> Snapshot::operators(std::string_view name) const {
  return find_by_name(index_->operators, name);
}

std::span<const Type* const> Snapshot::types(std::string_view name) const { return find_by_name(index_->types, name); }

}  // namespace tapri::catalog
