// S3-FIFO: three static FIFO queues (Yang, Zhang, Qiu, Yue, Vigfusson: FIFO Queues are All You Need for Cache Eviction,
// SOSP 2023).
//
// What is new enters a small queue, a tenth of the bytes. Most of it is never asked for again and leaves from there,
// its key remembered in a ghost queue; what was used more than once moves on to the main queue, as does what comes back
// while it is remembered. In the main queue a used node gets another round for each use, at most three. A scan
// therefore passes through the small queue and leaves the main one alone.
#pragma once

#include "cache/memory/eviction_policy.h"
#include "cache/memory/ghost_queue.h"

namespace tapri::cache::memory {

class S3Fifo final : public EvictionPolicy {
 public:
  explicit S3Fifo(std::size_t budget);
  void insert(EvictionNode& node) override;
  void touch(EvictionNode& node) override;
  void remove(EvictionNode& node) override;
  EvictionNode* evict() override;
  [[nodiscard]] std::size_t allocated() const override;

 private:
  enum Queue : std::uint8_t { small, main };
  void push(EvictionNode& node, Queue queue);
  [[nodiscard]] bool small_is_due() const;

  NodeQueue small_;
  NodeQueue main_;
  GhostQueue ghosts_;
};

}  // namespace tapri::cache::memory
