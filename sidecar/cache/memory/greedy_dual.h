// GreedyDual: what goes is what is worth least, where worth is what a node would save, on top of a clock that ages all.
//
//   rank = clock + value            set when the node comes in and, if it was used meanwhile, when its turn comes
//   clock = rank of the last victim
//
// A node that is not used any more keeps its rank while the clock rises to it: however valuable it was, it goes.
//
// Two policies differ in their value alone:
// - GdsFrequency: uses x cost / bytes, GreedyDual-Size-Frequency (Cherkasova: Improving WWW Proxies Performance with
//   Greedy-Dual-Size-Frequency Caching Policy, HP Labs HPL-98-69R1, 1998; clock: Young: The k-Server Dual and Loose
//   Competitiveness for Paging, Algorithmica 11, 1994). Cost is the database's time, so what is kept is what saves most
//   of it for each byte.
// - Lfu: uses, LFU with dynamic aging (Arlitt, Cherkasova, Dilley, Friedrich, Jin: Evaluating Content Management
//   Techniques for Web Proxy Caches, ACM SIGMETRICS Performance Evaluation Review 27(4), 2000).
//
// Instead of a heap there is a queue for each value, rounded to its two highest bits, as in CAMP (Ghandeharizadeh,
// Irani, Lam, Yap: CAMP: A Cost Adaptive Multi-Queue Eviction Policy for Key-Value Stores, Middleware 2014). The clock
// never goes back, so each queue is in the order of ranks and only the oldest nodes have to be compared. Unlike there,
// a hit moves nothing: it is counted, and the node queued anew when its turn to go comes.
//
// How often a victim was used is remembered in a frequency sketch, which halves its counts as time passes: what comes
// back goes on from there.
#pragma once

#include <array>

#include "cache/memory/eviction_policy.h"
#include "cache/memory/frequency_sketch.h"

namespace tapri::cache::memory {

class GreedyDual : public EvictionPolicy {
 public:
  explicit GreedyDual(std::size_t budget);
  void insert(EvictionNode& node) final;
  void touch(EvictionNode& node) final;
  void remove(EvictionNode& node) final;
  EvictionNode* evict() final;

 protected:
  [[nodiscard]] std::size_t allocated_by_sketch() const { return remembered_.allocated(); }

 private:
  // Above 0, and at most 2^56: a clock that rises by as much 256 times may overflow.
  [[nodiscard]] virtual std::uint64_t value_of(const EvictionNode& node) const = 0;
  static constexpr std::size_t kQueues = 128;

  void push(EvictionNode& node);
  void take(EvictionNode& node);
  // The node of the lowest rank; null where there is none.
  [[nodiscard]] EvictionNode* least() const;

  std::array<NodeQueue, kQueues> queues_;
  // Of each queue's oldest node, together: a victim is found without a look at any node. Empty: the highest number.
  std::array<std::uint64_t, kQueues> oldest_ranks_;
  std::uint64_t clock_ = 0;
  FrequencySketch remembered_;
};

class GdsFrequency final : public GreedyDual {
 public:
  using GreedyDual::GreedyDual;
  [[nodiscard]] std::size_t allocated() const override;

 private:
  [[nodiscard]] std::uint64_t value_of(const EvictionNode& node) const override;
};

class Lfu final : public GreedyDual {
 public:
  using GreedyDual::GreedyDual;
  [[nodiscard]] std::size_t allocated() const override;

 private:
  [[nodiscard]] std::uint64_t value_of(const EvictionNode& node) const override;
};

}  // namespace tapri::cache::memory
