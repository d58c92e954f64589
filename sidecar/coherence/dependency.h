// Dependencies and footprints: what a cached result rests on and what a write changes, in the same terms.
//
// A dependency is a 64-bit hash. Two different things may share one: that costs a needless miss, never a wrong answer.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace tapri::coherence {

using Dependency = std::uint64_t;

// The whole database; every cached entry depends on it. `database` names upstream and database.
[[nodiscard]] Dependency all_of(std::string_view database);
// The roles of a server, which its databases share; every cached entry depends on it.
[[nodiscard]] Dependency roles_of(std::string_view upstream);
// Any row of the relation. `relation` is the object id of its inheritance family (see catalog/snapshot.h).
[[nodiscard]] Dependency any_of(std::string_view database, std::uint32_t relation);

// What a write changes. Kept sorted and without duplicates.
class Footprint {
 public:
  void add(Dependency dependency);
  void add(const Footprint& other);
  void clear() { dependencies_.clear(); }
  [[nodiscard]] bool empty() const { return dependencies_.empty(); }
  [[nodiscard]] bool contains(Dependency dependency) const;
  [[nodiscard]] const std::vector<Dependency>& dependencies() const { return dependencies_; }

 private:
  std::vector<Dependency> dependencies_;
};

}  // namespace tapri::coherence
