#include "catalog/family.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

namespace tapri::catalog {
namespace {

std::unordered_map<ObjectId, std::size_t> positions(std::span<const Relation> relations) {
  std::unordered_map<ObjectId, std::size_t> result;
  result.reserve(relations.size());
  for (std::size_t i = 0; i < relations.size(); ++i) result.emplace(relations[i].oid, i);
  return result;
}

// Disjoint sets of positions, with path halving; the representative carries no meaning.
class DisjointSets {
 public:
  explicit DisjointSets(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
  std::size_t find(std::size_t i) {
    while (parent_[i] != i) {
      parent_[i] = parent_[parent_[i]];
      i = parent_[i];
    }
    return i;
  }
  void join(std::size_t a, std::size_t b) { parent_[find(a)] = find(b); }

 private:
  std::vector<std::size_t> parent_;
};

bool is_plain(const Relation& relation) {
  const bool table = relation.kind == RelationKind::table || relation.kind == RelationKind::partitioned ||
                     relation.kind == RelationKind::materialised;
  return table && !relation.row_security && !relation.has_timetz;
}

struct FamilyMarks {
  ObjectId smallest = 0;
  ObjectId obstacle = 0;
  bool write_side_effects = false;
  bool read_side_effects = false;
  bool has_time = false;
  bool rewrites_rows = false;
  std::vector<sql::QualifiedName> triggers;

  void include(const Relation& relation) {
    smallest = smallest == 0 ? relation.oid : std::min(smallest, relation.oid);
    if (obstacle == 0 && !relation.temporary && !is_plain(relation)) obstacle = relation.oid;
    // What a foreign member does with a row is the other server's business.
    write_side_effects |= relation.write_side_effects || relation.kind == RelationKind::foreign;
    read_side_effects |= relation.read_side_effects;
    has_time |= relation.has_time;
    rewrites_rows |= relation.rewrites_rows;
    for (const sql::QualifiedName& trigger : relation.triggers) {
      if (std::find(triggers.begin(), triggers.end(), trigger) == triggers.end()) triggers.push_back(trigger);
    }
  }
};

using Children = std::unordered_map<ObjectId, std::vector<ObjectId>>;

// Families reached from `start` by one action or more; `start` where actions come round to it. Stops soon after
// `limit`.
std::vector<ObjectId> reachable(const Children& children, ObjectId start, std::size_t limit) {
  std::vector<ObjectId> order = {start};
  std::unordered_set<ObjectId> seen;
  for (std::size_t i = 0; i < order.size() && order.size() <= limit + 1; ++i) {
    const auto found = children.find(order[i]);
    if (found == children.end()) continue;
    for (const ObjectId child : found->second) {
      if (seen.insert(child).second) order.push_back(child);
    }
  }
  order.erase(order.begin());
  return order;
}

}  // namespace

void join_families(std::span<Relation> relations, std::span<const InheritanceEdge> edges) {
  const auto position = positions(relations);
  DisjointSets sets(relations.size());
  for (const InheritanceEdge& edge : edges) {
    const auto parent = position.find(edge.parent);
    const auto child = position.find(edge.child);
    if (parent != position.end() && child != position.end()) sets.join(parent->second, child->second);
  }
  std::vector<FamilyMarks> marks(relations.size());
  for (std::size_t i = 0; i < relations.size(); ++i) marks[sets.find(i)].include(relations[i]);
  for (std::size_t i = 0; i < relations.size(); ++i) {
    const FamilyMarks& mark = marks[sets.find(i)];
    relations[i].family = mark.smallest;
    relations[i].family_obstacle = mark.obstacle;
    relations[i].write_side_effects = mark.write_side_effects;
    relations[i].read_side_effects = mark.read_side_effects;
    relations[i].has_time = mark.has_time;
    relations[i].rewrites_rows = mark.rewrites_rows;
    relations[i].triggers = mark.triggers;
  }
}

void follow_cascades(std::span<Relation> relations, std::span<const ForeignKey> edges) {
  const auto position = positions(relations);
  Children children;
  for (const ForeignKey& edge : edges) {
    if (edge.on_delete == ForeignKeyAction::none && edge.on_update == ForeignKeyAction::none) continue;
    const auto parent = position.find(edge.parent);
    const auto child = position.find(edge.child);
    if (parent == position.end() || child == position.end()) continue;
    children[relations[parent->second].family].push_back(relations[child->second].family);
  }
  for (Relation& relation : relations) {
    relation.cascades.clear();
    relation.cascade_side_effects = false;
    if (!children.contains(relation.family)) continue;
    std::vector<ObjectId> reached = reachable(children, relation.family, kMaxCascades);
    // The marks are the same on every member, so the family's smallest relation speaks for all.
    relation.cascade_side_effects =
        reached.size() > kMaxCascades || std::any_of(reached.begin(), reached.end(), [&](ObjectId family) {
          return relations[position.at(family)].write_side_effects;
        });
    if (reached.size() <= kMaxCascades) relation.cascades = std::move(reached);
  }
}

}  // namespace tapri::catalog
