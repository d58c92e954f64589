// The chained hash table of one shard. It links nodes and does not own them; its one allocation is the bucket array.
//
// Thread-safety: none; used under the shard's lock.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "cache/memory/node.h"

namespace tapri::cache::memory {

class HashTable {
 public:
  HashTable();
  // The node with exactly this key, or null.
  [[nodiscard]] Node* find(const KeyView& key) const;
  // No node with this key may be in the table.
  void insert(Node& node);
  void erase(Node& node);
  // Erases the nodes for which `matches` is true and hands each to `erased`; in all buckets, or in the next `count`
  // ones, going round. Neither may come back to the table.
  using Matches = std::function<bool(const Node&)>;
  using Erased = std::function<void(Node&)>;
  void erase_if(const Matches& matches, const Erased& erased);
  void sweep(std::size_t count, const Matches& matches, const Erased& erased);

  void visit(const std::function<void(const Node&)>& visitor) const;

  // Whether chains have become long enough to double the bucket array.
  [[nodiscard]] bool crowded() const { return nodes_ >= bucket_count_; }
  // What growing would allocate, while the present array is still there.
  [[nodiscard]] std::size_t growth() const;
  // Doubles the bucket array, if there is memory; invalidates nothing.
  void grow();
  [[nodiscard]] std::size_t allocated() const;
  [[nodiscard]] std::size_t count() const { return nodes_; }

 private:
  [[nodiscard]] Node*& bucket(std::uint64_t hash) const { return buckets_[hash & (bucket_count_ - 1)]; }
  void erase_in_bucket(std::size_t index, const Matches& matches, const Erased& erased);

  std::size_t bucket_count_;  // a power of two
  std::unique_ptr<Node*[]> buckets_;
  std::size_t nodes_ = 0;
  std::size_t swept_ = 0;  // buckets, counted on and on
};

}  // namespace tapri::cache::memory
