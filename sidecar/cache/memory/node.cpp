#include "cache/memory/node.h"

#include <cstring>
#include <new>
#include <utility>

#include "cache/memory/allocation.h"

namespace tapri::cache::memory {

ByteView Node::key() const { return {reinterpret_cast<const char*>(this + 1), key_size}; }

std::size_t allocated_by(const Entry& entry) {
  // One block for the entry and the two counts and the table pointer of std::make_shared.
  constexpr std::size_t kEntryBlock = allocated_bytes(sizeof(Entry) + 2 * sizeof(void*));
  static const std::size_t in_place = ByteString().capacity();
  const std::size_t payload = entry.payload.capacity();
  return kEntryBlock + (payload > in_place ? allocated_bytes(payload + 1) : 0) +
         allocated_bytes(entry.dependencies.capacity() * sizeof(coherence::Dependency));
}

Node* make_node(const KeyView& key, EntryRef entry) {
  const std::size_t size = sizeof(Node) + key.bytes.size();
  void* const block = ::operator new(size, std::nothrow);
  if (block == nullptr) return nullptr;
  Node* const node = new (block) Node;
  node->hash = key.hash;
  node->bytes = allocated_bytes(size) + allocated_by(*entry);
  node->expires_at = entry->expires_at;
  node->entry = std::move(entry);
  node->key_size = key.bytes.size();
  if (node->key_size > 0) std::memcpy(static_cast<char*>(block) + sizeof(Node), key.bytes.data(), node->key_size);
  return node;
}

void destroy_node(Node* node) {
  node->~Node();
  ::operator delete(node);
}

RetiredNodes::~RetiredNodes() {
  while (first_ != nullptr) destroy_node(std::exchange(first_, first_->next_in_bucket));
}

void RetiredNodes::add(Node& node) { node.next_in_bucket = std::exchange(first_, &node); }

}  // namespace tapri::cache::memory
