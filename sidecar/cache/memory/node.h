// A node of the store: one block with links, entry and a copy of the key behind it.
//
// Thread-safety: none; a node belongs to the shard that holds it, or to whoever made or took it out.
#pragma once

#include <cstddef>

#include "cache/entry.h"
#include "cache/memory/eviction_policy.h"

namespace tapri::cache::memory {

struct Node final : EvictionNode {
  Node* next_in_bucket = nullptr;
  EntryRef entry;
  TimePoint expires_at{};  // the entry's, at hand for the sweep
  std::size_t key_size = 0;

  // Lives as long as the node.
  [[nodiscard]] ByteView key() const;
};

// With `bytes` accounted: the node, its key, the entry and all that the entry holds. Null when there is no memory.
[[nodiscard]] Node* make_node(const KeyView& key, EntryRef entry);
void destroy_node(Node* node);
// What an entry takes, made by std::make_shared.
[[nodiscard]] std::size_t allocated_by(const Entry& entry);
// The `bytes` of a node whose key, payload and dependencies are of such sizes, without one being made.
[[nodiscard]] std::size_t node_bytes(std::size_t key_size, std::size_t payload_size, std::size_t dependencies);
// The `cost` of a node: whole microseconds, as many as fit.
[[nodiscard]] std::uint32_t cost_of(Duration upstream_time);

// Nodes that were taken out and are destroyed with it: after the lock was released, for freeing large payloads takes
// time.
class RetiredNodes {
 public:
  RetiredNodes() = default;
  RetiredNodes(const RetiredNodes&) = delete;
  RetiredNodes& operator=(const RetiredNodes&) = delete;
  ~RetiredNodes();
  void add(Node& node);

 private:
  Node* first_ = nullptr;
};

}  // namespace tapri::cache::memory
