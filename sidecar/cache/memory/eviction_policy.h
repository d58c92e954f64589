// Who goes when room is needed: the interface of eviction policies, and the intrusive lists that they are made of.
//
// A policy keeps its state in the nodes themselves, so that neither a hit nor an insertion allocates.
//
// Thread-safety: none; a shard calls its policy under the shard's lock. Ownership: nodes are the shard's; each stays in
// its place from insert() until remove() or evict() has taken it out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace tapri::cache::memory {

struct EvictionNode {
  EvictionNode* newer = nullptr;
  EvictionNode* older = nullptr;
  std::uint64_t hash = 0;  // of the key
  std::size_t bytes = 0;   // accounted; fixed while the node is with a policy, as is the cost
  std::uint32_t cost = 0;  // microseconds that the database took: what a hit saves; at most some 71 minutes
  // The policy's own.
  std::uint8_t queue = 0;
  std::uint8_t uses = 0;
  bool used = false;
  std::uint64_t rank = 0;
};

class EvictionPolicy {
 public:
  EvictionPolicy() = default;
  EvictionPolicy(const EvictionPolicy&) = delete;
  EvictionPolicy& operator=(const EvictionPolicy&) = delete;
  virtual ~EvictionPolicy() = default;

  virtual void insert(EvictionNode& node) = 0;
  // The node was hit.
  virtual void touch(EvictionNode& node) = 0;
  // The node goes for another reason than room (invalid, expired, flushed, replaced).
  virtual void remove(EvictionNode& node) = 0;
  // Chooses the next victim and takes it out; null when no node is left.
  virtual EvictionNode* evict() = 0;
  // What the policy allocated, itself included; does not change.
  [[nodiscard]] virtual std::size_t allocated() const = 0;
};

enum class Eviction : std::uint8_t { s3_fifo, lru, w_tinylfu, lfu, cost_aware };
inline constexpr std::array kEvictions = {Eviction::s3_fifo, Eviction::lru, Eviction::w_tinylfu, Eviction::lfu,
                                          Eviction::cost_aware};
// As in the settings.
[[nodiscard]] std::string_view eviction_name(Eviction kind);

// Policies that remember keys, or count them, have room for one for so many bytes of the budget: that takes 0.8 % of
// it.
inline constexpr std::size_t kBytesAKey = 1024;

// For one shard of `budget` bytes.
[[nodiscard]] std::unique_ptr<EvictionPolicy> make_policy(Eviction kind, std::size_t budget);

// A queue of nodes that it does not own.
class NodeQueue {
 public:
  void push_newest(EvictionNode& node);
  void remove(EvictionNode& node);
  [[nodiscard]] EvictionNode* oldest() const { return oldest_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  EvictionNode* newest_ = nullptr;
  EvictionNode* oldest_ = nullptr;
  std::size_t bytes_ = 0;
  std::size_t count_ = 0;
};

}  // namespace tapri::cache::memory
