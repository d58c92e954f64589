// Nodes for tests of eviction policies.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "cache/memory/eviction_policy.h"

namespace tapri::cache::memory::test {

// Nodes named by their hash.
class Nodes {
 public:
  explicit Nodes(EvictionPolicy& policy) : policy_(policy) {}
  EvictionNode& add(std::uint64_t hash, std::size_t bytes = 100, std::uint32_t cost = 0) {
    EvictionNode& node = *nodes_.emplace_back(std::make_unique<EvictionNode>());
    node.hash = hash;
    node.bytes = bytes;
    node.cost = cost;
    policy_.insert(node);
    return node;
  }
  // The hash of the next victim; 0 when there is none.
  std::uint64_t evict() {
    const EvictionNode* const victim = policy_.evict();
    return victim == nullptr ? 0 : victim->hash;
  }
  std::vector<std::uint64_t> evict_all() {
    std::vector<std::uint64_t> order;
    for (std::uint64_t hash = evict(); hash != 0; hash = evict()) order.push_back(hash);
    return order;
  }

 private:
  EvictionPolicy& policy_;
  std::vector<std::unique_ptr<EvictionNode>> nodes_;
};

using Order = std::vector<std::uint64_t>;

// Far apart, so that no two of a test share a set and a fingerprint.
inline std::uint64_t spread(std::uint64_t n) { return n * 0x9e3779b97f4a7c15ULL; }

}  // namespace tapri::cache::memory::test
