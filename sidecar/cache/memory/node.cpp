#include "cache/memory/node.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

#include "cache/memory/allocation.h"

namespace tapri::cache::memory {

ByteView Node::key() const { return {reinterpret_cast<const char*>(this + 1), key_size}; }

namespace {

std::size_t entry_bytes(std::size_t payload, std::size_t dependencies) {
  // One block for the entry and the two counts and the table pointer of std::make_shared.
  constexpr std::size_t kEntryBlock = allocated_bytes(sizeof(Entry) + 2 * sizeof(void*));
  static const std::size_t in_place = ByteString().capacity();
  return kEntryBlock + (payload > in_place ? allocated_bytes(payload + 1) : 0) +
         allocated_bytes(dependencies * sizeof(coherence::Dependency));
}

}  // namespace

std::size_t allocated_by(const Entry& entry) {
  return entry_bytes(entry.payload.capacity(), entry.dependencies.capacity());
}

std::size_t node_bytes(std::size_t key_size, std::size_t payload_size, std::size_t dependencies) {
  return allocated_bytes(sizeof(Node) + key_size) + entry_bytes(payload_size, dependencies);
}

std::uint32_t cost_of(Duration upstream_time) {
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(upstream_time).count();
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(microseconds, 0, std::numeric_limits<std::uint32_t>::max()));
}

Node* make_node(const KeyView& key, EntryRef entry) {
  const std::size_t size = sizeof(Node) + key.bytes.size();
  void* const block = ::operator new(size, std::nothrow);
  if (block == nullptr) return nullptr;
  Node* const node = new (block) Node;
  node->hash = key.hash;
  node->bytes = allocated_bytes(size) + allocated_by(*entry);
  node->cost = cost_of(entry->upstream_time);
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
