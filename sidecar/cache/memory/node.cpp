#include "cache/memory/node.h"

#include <new>
#include <utility>

#include "cache/memory/allocation.h"

namespace tapri::cache::memory {

static_assert(sizeof(Node) == sizeof(Links) + sizeof(Entry), "nothing may lie between an entry and its bytes");

Node::Node(const KeyView& key, const NewEntry& entry) : Entry(key.bytes, entry) {
  hash = key.hash;
  bytes = node_bytes(key.bytes.size(), entry.payload.size(), entry.dependencies.size(), entry.demotion.size());
  cost = upstream_us;
}

Node* Node::make(const KeyView& key, const NewEntry& entry) {
  const std::size_t size = sizeof(Node) + bytes_behind(key.bytes.size(), entry.payload.size(),
                                                       entry.dependencies.size(), entry.demotion.size());
  void* const block = ::operator new(size, std::nothrow);
  return block == nullptr ? nullptr : new (block) Node(key, entry);
}

std::size_t node_bytes(std::size_t key_size, std::size_t payload_size, std::size_t dependencies,
                       std::size_t demotion_size) {
  return allocated_bytes(sizeof(Node) + bytes_behind(key_size, payload_size, dependencies, demotion_size));
}

RetiredNodes::~RetiredNodes() {
  for (Node* list : {first_, demotable_}) {
    while (list != nullptr) {
      Node* const node = std::exchange(list, list->next_in_bucket);
      const EntryRef ended = EntryRef::adopt(*node);
    }
  }
}

void RetiredNodes::add(Node& node) { node.next_in_bucket = std::exchange(first_, &node); }

void RetiredNodes::add_evicted(Node& node) {
  Node*& list = node.demotion().empty() ? first_ : demotable_;
  node.next_in_bucket = std::exchange(list, &node);
}

void RetiredNodes::hand_over(std::vector<EntryRef>& evicted) {
  while (demotable_ != nullptr) {
    evicted.push_back(EntryRef::adopt(*std::exchange(demotable_, demotable_->next_in_bucket)));
  }
}

}  // namespace tapri::cache::memory
