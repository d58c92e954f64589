// Remembers the keys of nodes that were evicted lately, without their nodes: the ghost queue of S3-FIFO.
//
// A table of fixed size, four slots a set; a slot holds a fingerprint of the hash and the number of the insertion. What
// is older than the window counts as forgotten. Fingerprints may collide: a node is then taken for one that came back,
// which costs a place in the main queue for a while and nothing else.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tapri::cache::memory {

class GhostQueue {
 public:
  // `capacity` in keys; rounded up to a power of two, at least 64. 8 bytes each.
  explicit GhostQueue(std::size_t capacity);
  void insert(std::uint64_t hash);
  // Whether it is among the `window` last inserted; forgets it.
  [[nodiscard]] bool take(std::uint64_t hash, std::size_t window);
  [[nodiscard]] std::size_t allocated() const;

 private:
  struct Slot {
    std::uint32_t fingerprint = 0;  // 0: empty
    std::uint32_t number = 0;
  };
  using Set = std::array<Slot, 4>;
  [[nodiscard]] Set& set_of(std::uint64_t hash) { return sets_[hash & (sets_.size() - 1)]; }

  std::vector<Set> sets_;
  std::uint32_t inserted_ = 0;  // wraps
};

}  // namespace tapri::cache::memory
