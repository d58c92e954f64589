#include "app/simulation.h"

#include <algorithm>
#include <limits>

#include "cache/memory/allocation.h"
#include "cache/memory/node.h"

namespace tapri::app {
namespace {

// Of a read of one row by its key.
constexpr std::size_t kDependencies = 5;

double ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

void SimulationFigures::count(const SimulatedAccess& access, bool hit) {
  ++accesses;
  bytes += access.bytes;
  cost_us += access.cost_us;
  if (!hit) return;
  ++hits;
  hit_bytes += access.bytes;
  saved_us += access.cost_us;
}

double SimulationFigures::hit_ratio() const { return ratio(hits, accesses); }

double SimulationFigures::byte_hit_ratio() const { return ratio(hit_bytes, bytes); }

Simulation::Simulation(const cache::memory::MemoryStore::Config& config) {
  const auto shares = cache::memory::MemoryStore::shares(config);
  share_ = shares.bytes;
  for (std::size_t i = 0; i < shares.shards; ++i) {
    Shard& shard = shards_.emplace_back();
    shard.policy = cache::memory::make_policy(config.policy, share_);
    shard.used = shard.policy->allocated();
  }
}

Simulation::Shard& Simulation::shard_of(std::uint64_t hash) {
  return shards_[cache::memory::MemoryStore::shard_index(hash, shards_.size())];
}

void Simulation::access(const SimulatedAccess& access) {
  const auto found = nodes_.find(access.hash);
  figures_.count(access, found != nodes_.end());
  if (found == nodes_.end()) {
    fill(access);
  } else {
    shard_of(access.hash).policy->touch(found->second);
  }
}

void Simulation::fill(const SimulatedAccess& access) {
  // And its place in the table.
  const std::size_t bytes = cache::memory::node_bytes(access.key_size, access.bytes, kDependencies) + sizeof(void*);
  if (bytes > cache::memory::MemoryStore::largest_entry(share_)) {
    ++figures_.too_large;
    return;
  }
  Shard& shard = shard_of(access.hash);
  while (shard.used + bytes > share_) {
    const cache::memory::EvictionNode* const victim = shard.policy->evict();
    if (victim == nullptr) return;
    shard.used -= victim->bytes;
    ++figures_.evicted;
    nodes_.erase(victim->hash);
  }
  cache::memory::EvictionNode& node = nodes_[access.hash];
  node.hash = access.hash;
  node.bytes = bytes;
  node.cost =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(access.cost_us, std::numeric_limits<std::uint32_t>::max()));
  shard.policy->insert(node);
  shard.used += bytes;
}

void Ideal::access(const SimulatedAccess& access) { figures_.count(access, !seen_.insert(access.hash).second); }

}  // namespace tapri::app
