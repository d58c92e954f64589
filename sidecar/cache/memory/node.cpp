#include "cache/memory/node.h"

#include <new>
#include <utility>

#include "cache/memory/allocation.h"

namespace tapri::cache::memory {

static_assert(sizeof(Node) == sizeof(Links) + sizeof(Entry), "nothing may lie between an entry and its bytes");

Node::Node(const KeyView& key, const NewEntry& entry) : Entry(key.bytes, entry) {
  hash = key.hash;
  bytes = node_bytes(key.bytes.size(), entry.payload.size(), entry.dependencies.size());
  cost = upstream_us;
}

Node* Node::make(const KeyView& key, const NewEntry& entry) {
  const std::size_t size =
      sizeof(Node) + bytes_behind(key.bytes.size(), entry.payload.size(), entry.dependencies.size());
  void* const block = ::operator new(size, std::nothrow);
  return block == nullptr ? nullptr : new (block) Node(key, entry);
}

std::size_t node_bytes(std::size_t key_size, std::size_t payload_size, std::size_t dependencies) {
  return allocated_bytes(sizeof(Node) + bytes_behind(key_size, payload_size, dependencies));
}

RetiredNodes::~RetiredNodes() {
  while (first_ != nullptr) {
    Node* const node = std::exchange(first_, first_->next_in_bucket);
    const EntryRef ended = EntryRef::adopt(*node);
  }
}

void RetiredNodes::add(Node& node) { node.next_in_bucket = std::exchange(first_, &node); }

}  // namespace tapri::cache::memory
