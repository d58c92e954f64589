#include "cache/memory/hash_table.h"

#include <algorithm>
#include <new>
#include <utility>

#include "cache/memory/allocation.h"

namespace tapri::cache::memory {
namespace {

// A bucket is a pointer to its first node.
constexpr std::size_t kPointerSize = sizeof(void*);

constexpr std::size_t kFirstBuckets = 16;

}  // namespace

HashTable::HashTable() : bucket_count_(kFirstBuckets), buckets_(std::make_unique<Node*[]>(kFirstBuckets)) {}

Node* HashTable::find(const KeyView& key) const {
  for (Node* node = bucket(key.hash); node != nullptr; node = node->next_in_bucket) {
    if (node->hash == key.hash && node->key() == key.bytes) return node;
  }
  return nullptr;
}

void HashTable::insert(Node& node) {
  node.next_in_bucket = std::exchange(bucket(node.hash), &node);
  ++nodes_;
}

void HashTable::erase(Node& node) {
  Node** link = &bucket(node.hash);
  while (*link != &node) link = &(*link)->next_in_bucket;
  *link = node.next_in_bucket;
  --nodes_;
}

void HashTable::erase_in_bucket(std::size_t index, const Matches& matches, const Erased& erased) {
  Node** link = &buckets_[index];
  while (*link != nullptr) {
    Node& node = **link;
    if (!matches(node)) {
      link = &node.next_in_bucket;
      continue;
    }
    *link = node.next_in_bucket;
    --nodes_;
    erased(node);
  }
}

void HashTable::erase_if(const Matches& matches, const Erased& erased) {
  for (std::size_t index = 0; index < bucket_count_; ++index) erase_in_bucket(index, matches, erased);
}

void HashTable::sweep(std::size_t count, const Matches& matches, const Erased& erased) {
  for (count = std::min(count, bucket_count_); count > 0; --count) {
    erase_in_bucket(swept_++ & (bucket_count_ - 1), matches, erased);
  }
}

void HashTable::visit(const std::function<void(const Node&)>& visitor) const {
  for (std::size_t index = 0; index < bucket_count_; ++index) {
    for (const Node* node = buckets_[index]; node != nullptr; node = node->next_in_bucket) visitor(*node);
  }
}

std::size_t HashTable::growth() const { return allocated_bytes(2 * bucket_count_ * kPointerSize); }

void HashTable::grow() {
  const std::size_t grown_count = 2 * bucket_count_;
  std::unique_ptr<Node*[]> grown(new (std::nothrow) Node*[grown_count]());
  if (grown == nullptr) return;
  for (std::size_t index = 0; index < bucket_count_; ++index) {
    for (Node* node = buckets_[index]; node != nullptr;) {
      Node* const next = node->next_in_bucket;
      Node*& place = grown[node->hash & (grown_count - 1)];
      node->next_in_bucket = std::exchange(place, node);
      node = next;
    }
  }
  buckets_ = std::move(grown);
  bucket_count_ = grown_count;
}

std::size_t HashTable::allocated() const { return allocated_bytes(bucket_count_ * kPointerSize); }

}  // namespace tapri::cache::memory
