#include "coherence/dependency.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "base/hash.h"

namespace tapri::coherence {
namespace {

// Each kind of dependency hashes in a domain of its own, so that a database name never hashes like a relation.
constexpr std::uint64_t kAllDomain = 0x74617072692f616cULL;
constexpr std::uint64_t kRolesDomain = 0x74617072692f726fULL;
constexpr std::uint64_t kAnyDomain = 0x74617072692f616eULL;
constexpr std::uint64_t kKeyDomain = 0x74617072692f6b65ULL;
constexpr std::uint64_t kScopeDomain = 0x74617072692f7363ULL;

// The table of last writes is indexed by the lower bits.
constexpr unsigned kKindShift = 61;

Dependency of_kind(DependencyKind kind, std::uint64_t hash) {
  constexpr std::uint64_t kHashMask = (std::uint64_t{1} << kKindShift) - 1;
  return (static_cast<std::uint64_t>(kind) << kKindShift) | (hash & kHashMask);
}

// Byte by byte: the hash must not depend on the machine's byte order, for the log may be shared.
template <typename Number>
std::array<char, sizeof(Number)> bytes_of(Number number) {
  std::array<char, sizeof(Number)> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>((number >> (8 * i)) & 0xffU);
  return bytes;
}

Dependency scope_of(std::string_view what, std::string_view name) {
  return of_kind(DependencyKind::scope, hash64(name, hash64(what, kScopeDomain)));
}

}  // namespace

DependencyKind kind_of(Dependency dependency) {
  const std::uint64_t kind = dependency >> kKindShift;
  return kind < kDependencyKinds ? static_cast<DependencyKind>(kind) : DependencyKind::all;
}

std::string_view kind_name(DependencyKind kind) {
  switch (kind) {
    case DependencyKind::all:
      return "all";
    case DependencyKind::roles:
      return "roles";
    case DependencyKind::any:
      return "any";
    case DependencyKind::key:
      return "key";
    case DependencyKind::unkeyed:
      return "unkeyed";
    case DependencyKind::inserted:
      return "inserted";
    case DependencyKind::scope:
      return "scope";
  }
  return "all";
}

Dependency all_of(std::string_view database) { return of_kind(DependencyKind::all, hash64(database, kAllDomain)); }

Dependency roles_of(std::string_view upstream) {
  return of_kind(DependencyKind::roles, hash64(upstream, kRolesDomain));
}

Dependency any_of(std::string_view database, std::uint32_t relation) {
  const auto id = bytes_of(relation);
  return of_kind(DependencyKind::any, hash64(std::string_view(id.data(), id.size()), hash64(database, kAnyDomain)));
}

KeyBase key_base(std::string_view database, std::uint32_t relation, std::span<const std::string> columns) {
  const auto id = bytes_of(relation);
  std::uint64_t hash = hash64(std::string_view(id.data(), id.size()), hash64(database, kKeyDomain));
  for (const std::string& column : columns) hash = hash64(column, hash);
  return {hash};
}

Dependency key_of(KeyBase base, std::string_view values) {
  return of_kind(DependencyKind::key, hash64(values, base.hash));
}

Dependency unkeyed_of(KeyBase base) { return of_kind(DependencyKind::unkeyed, hash64("unkeyed", base.hash)); }

Dependency inserted_of(KeyBase base) { return of_kind(DependencyKind::inserted, hash64("inserted", base.hash)); }

Dependency rule_scope(std::string_view label) { return scope_of("rule", label); }

Dependency tag_scope(std::string_view tag) { return scope_of("tag", tag); }

Dependency fingerprint_scope(std::uint64_t fingerprint) {
  const auto bytes = bytes_of(fingerprint);
  return scope_of("fingerprint", std::string_view(bytes.data(), bytes.size()));
}

Dependency untracked_scope() {
  static const Dependency scope = scope_of("untracked", {});
  return scope;
}

Dependency cut_short_scope(std::string_view upstream) { return scope_of("cut short", upstream); }

Footprint::Footprint(std::vector<Dependency> dependencies) : dependencies_(std::move(dependencies)) {
  std::sort(dependencies_.begin(), dependencies_.end());
  dependencies_.erase(std::unique(dependencies_.begin(), dependencies_.end()), dependencies_.end());
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
