// Least recently used goes first.
#pragma once

#include "cache/memory/eviction_policy.h"

namespace tapri::cache::memory {

class Lru final : public EvictionPolicy {
 public:
  void insert(EvictionNode& node) override;
  void touch(EvictionNode& node) override;
  void remove(EvictionNode& node) override;
  EvictionNode* evict() override;
  [[nodiscard]] std::size_t allocated() const override;

 private:
  NodeQueue queue_;
};

}  // namespace tapri::cache::memory
