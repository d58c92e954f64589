// Dependencies and footprints: what a cached result rests on and what a write changes, in the same terms.
//
// A dependency is a 64-bit hash whose upper bits say of what kind it is. Two different things may share one: that costs
// a needless miss, never a wrong answer.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tapri::coherence {

using Dependency = std::uint64_t;

enum class DependencyKind : std::uint8_t { all, roles, any, key, unkeyed, inserted, scope };
inline constexpr std::size_t kDependencyKinds = 7;
[[nodiscard]] DependencyKind kind_of(Dependency dependency);
[[nodiscard]] std::string_view kind_name(DependencyKind kind);

// The whole database; every cached entry depends on it. `database` names upstream and database.
[[nodiscard]] Dependency all_of(std::string_view database);
// The roles of a server, which its databases share; every cached entry depends on it.
[[nodiscard]] Dependency roles_of(std::string_view upstream);
// Any row of the relation. `relation` is the object id of its inheritance family (see catalog/snapshot.h).
[[nodiscard]] Dependency any_of(std::string_view database, std::uint32_t relation);

// A key of a relation: one column or several. What is keyed by it is made of this: made once a statement, of names, so
// that only values are hashed when it runs.
struct KeyBase {
  std::uint64_t hash = 0;
  friend bool operator==(const KeyBase&, const KeyBase&) = default;
};
[[nodiscard]] KeyBase key_base(std::string_view database, std::uint32_t relation, std::span<const std::string> columns);
// Rows whose key has these values: their canonical bytes, unambiguous together (session/bind_keys.h).
[[nodiscard]] Dependency key_of(KeyBase base, std::string_view values);
// Rows that were changed or removed, or that may have been, without it being known which values of the key they have or
// had.
[[nodiscard]] Dependency unkeyed_of(KeyBase base);
// Rows that were added without it being known which values of the key they have.
[[nodiscard]] Dependency inserted_of(KeyBase base);

// What a flush may name besides (coherence/flushes.h). No answer lists these.
[[nodiscard]] Dependency rule_scope(std::string_view label);
[[nodiscard]] Dependency tag_scope(std::string_view tag);
[[nodiscard]] Dependency fingerprint_scope(std::uint64_t fingerprint);
// Answers without dependencies, which no write ends: they may rest on anything.
[[nodiscard]] Dependency untracked_scope();
// Answers of the upstream that it may have cut short without a word (session/kills.h).
[[nodiscard]] Dependency cut_short_scope(std::string_view upstream);

// What a write changes. Kept sorted and without duplicates.
class Footprint {
 public:
  Footprint() = default;
  // In any order, and with duplicates.
  explicit Footprint(std::vector<Dependency> dependencies);
  void add(Dependency dependency);
  void add(const Footprint& other);
  void clear() { dependencies_.clear(); }
  [[nodiscard]] bool empty() const { return dependencies_.empty(); }
  [[nodiscard]] bool contains(Dependency dependency) const;
  [[nodiscard]] const std::vector<Dependency>& dependencies() const { return dependencies_; }
  friend bool operator==(const Footprint&, const Footprint&) = default;

 private:
  std::vector<Dependency> dependencies_;
};

}  // namespace tapri::coherence
