// W-TinyLFU (Einziger, Friedman, Manes: TinyLFU: A Highly Efficient Cache Admission Policy, ACM Transactions on Storage
// 13(4), 2017), with the window that adapts itself (Einziger, Eytan, Friedman, Manes: Adaptive Software Cache
// Management, Middleware 2018), as Caffeine has it.
//
// What is new enters a window, an LRU queue. What falls out of it enters the main part only if it was seen more often
// lately than what would have to go for it. The main part is a segmented LRU: on probation, and protected once used
// there. A hill climber widens and narrows the window, a step in the direction that has served last: frequency wants a
// small one, recency a large one.
//
// Unlike in Caffeine a candidate is never let in at random: the keys' hashes are seeded, so nobody can aim at one.
#pragma once

#include "cache/memory/eviction_policy.h"
#include "cache/memory/frequency_sketch.h"

namespace tapri::cache::memory {

class WTinyLfu final : public EvictionPolicy {
 public:
  explicit WTinyLfu(std::size_t budget);
  void insert(EvictionNode& node) override;
  void touch(EvictionNode& node) override;
  void remove(EvictionNode& node) override;
  EvictionNode* evict() override;
  [[nodiscard]] std::size_t allocated() const override;

  // The window's share of all bytes.
  [[nodiscard]] double window_share() const { return window_share_; }

 private:
  enum Queue : std::uint8_t { window, probation, is_protected };
  [[nodiscard]] NodeQueue& queue_of(const EvictionNode& node) { return queues_[node.queue]; }
  void move(EvictionNode& node, Queue to);
  [[nodiscard]] std::size_t bytes() const;
  [[nodiscard]] bool window_is_full() const;
  [[nodiscard]] EvictionNode* oldest_of_main() const;
  void fit_window();
  void climb();

  std::array<NodeQueue, 3> queues_;
  FrequencySketch seen_;
  double window_share_;
  double step_;
  double last_hit_ratio_ = 0;
  std::size_t accesses_ = 0;  // of the present sample
  std::size_t hits_ = 0;
};

}  // namespace tapri::cache::memory
