#include "coherence/dependency.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/hash.h"

namespace tapri::coherence {
namespace {

// Each kind of dependency hashes in a domain of its own, so that a database name never hashes like a relation.
constexpr std::uint64_t kAllDomain = 0x74617072692f616cULL;
constexpr std::uint64_t kRolesDomain = 0x74617072692f726fULL;
constexpr std::uint64_t kAnyDomain = 0x74617072692f616eULL;

}  // namespace

Dependency all_of(std::string_view database) { return hash64(database, kAllDomain); }

Dependency roles_of(std::string_view upstream) { return hash64(upstream, kRolesDomain); }

Dependency any_of(std::string_view database, std::uint32_t relation) {
  // Byte by byte: the hash must not depend on the machine's byte order, for the log may be shared.
  const std::array<char, 4> id = {static_cast<char>(relation & 0xffU), static_cast<char>((relation >> 8U) & 0xffU),
                                  static_cast<char>((relation >> 16U) & 0xffU),
                                  static_cast<char>((relation >> 24U) & 0xffU)};
  return hash64(std::string_view(id.data(), id.size()), hash64(database, kAnyDomain));
}

void Footprint::add(Dependency dependency) {
  const auto place = std::lower_bound(dependencies_.begin(), dependencies_.end(), dependency);
  if (place == dependencies_.end() || *place != dependency) dependencies_.insert(place, dependency);
}

void Footprint::add(const Footprint& other) {
  if (other.empty() || &other == this) return;
  std::vector<Dependency> merged;
  merged.reserve(dependencies_.size() + other.dependencies_.size());
  std::set_union(dependencies_.begin(), dependencies_.end(), other.dependencies_.begin(), other.dependencies_.end(),
                 std::back_inserter(merged));
  dependencies_ = std::move(merged);
}

bool Footprint::contains(Dependency dependency) const {
  return std::binary_search(dependencies_.begin(), dependencies_.end(), dependency);
}

}  // namespace tapri::coherence
