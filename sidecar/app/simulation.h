// What an eviction policy would have made of a log of accesses: the store's own policies, shards and accounting,
// without the results themselves.
//
// Nothing is written to the data and nothing expires: each access is a read, a hit if its key is kept.
//
// Thread-safety: none.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "cache/memory/memory_store.h"

namespace tapri::app {

struct SimulatedAccess {
  std::uint64_t hash = 0;  // stands for the key: two keys of one hash count as one
  std::size_t key_size = 0;
  std::uint64_t bytes = 0;  // of the result
  std::uint64_t cost_us = 0;
};

struct SimulationFigures {
  std::uint64_t accesses = 0;
  std::uint64_t bytes = 0;
  std::uint64_t cost_us = 0;
  // Of those, the hits'.
  std::uint64_t hits = 0;
  std::uint64_t hit_bytes = 0;
  std::uint64_t saved_us = 0;

  std::uint64_t evicted = 0;
  std::uint64_t too_large = 0;  // not kept, being larger than half a shard's share

  void count(const SimulatedAccess& access, bool hit);
  [[nodiscard]] double hit_ratio() const;
  [[nodiscard]] double byte_hit_ratio() const;
  [[nodiscard]] double seconds_saved() const { return static_cast<double>(saved_us) / 1e6; }
};

class Simulation {
 public:
  explicit Simulation(const cache::memory::MemoryStore::Config& config);
  void access(const SimulatedAccess& access);
  [[nodiscard]] const SimulationFigures& figures() const { return figures_; }

 private:
  struct Shard {
    std::unique_ptr<cache::memory::EvictionPolicy> policy;
    std::size_t used = 0;
  };
  [[nodiscard]] Shard& shard_of(std::uint64_t hash);
  void fill(const SimulatedAccess& access);

  std::size_t share_;
  std::vector<Shard> shards_;
  std::unordered_map<std::uint64_t, cache::memory::EvictionNode> nodes_;
  SimulationFigures figures_;
};

// A cache without bounds: every access is a hit but the first of each key.
class Ideal {
 public:
  void access(const SimulatedAccess& access);
  [[nodiscard]] const SimulationFigures& figures() const { return figures_; }
  [[nodiscard]] std::size_t keys() const { return seen_.size(); }

 private:
  std::unordered_set<std::uint64_t> seen_;
  SimulationFigures figures_;
};

}  // namespace tapri::app
