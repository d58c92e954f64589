// A node of the store: one block with links and entry, and what the entry holds behind them.
//
// Thread-safety: none for the links; a node belongs to the shard that holds it, or to whoever made or took it out.
// Ownership: by EntryRef, one of which the shard holds while the node is in it.
#pragma once

#include <cstddef>
#include <vector>

#include "cache/entry.h"
#include "cache/memory/eviction_policy.h"

namespace tapri::cache::memory {

class Node;

struct Links : EvictionNode {
  Node* next_in_bucket = nullptr;
};

// The entry comes last, for its bytes follow it.
class Node final : public Links, public Entry {
 public:
  // With `bytes` accounted. Null when there is no memory. To be given to an EntryRef at once.
  [[nodiscard]] static Node* make(const KeyView& key, const NewEntry& entry);

 private:
  Node(const KeyView& key, const NewEntry& entry);
};

// The `bytes` of a node whose key, payload, dependencies and demotion are of such sizes.
[[nodiscard]] std::size_t node_bytes(std::size_t key_size, std::size_t payload_size, std::size_t dependencies,
                                     std::size_t demotion_size = 0);

// Nodes that were taken out, with the shard's share in them, which ends with it: after the lock was released, for
// freeing large payloads takes time.
class RetiredNodes {
 public:
  RetiredNodes() = default;
  RetiredNodes(const RetiredNodes&) = delete;
  RetiredNodes& operator=(const RetiredNodes&) = delete;
  ~RetiredNodes();
  void add(Node& node);
  // One that had to go for want of space.
  void add_evicted(Node& node);
  // Hands over those of them that can be demoted.
  void hand_over(std::vector<EntryRef>& evicted);

 private:
  Node* first_ = nullptr;
  Node* demotable_ = nullptr;
};

}  // namespace tapri::cache::memory
