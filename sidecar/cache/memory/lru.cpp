#include "cache/memory/lru.h"

#include "cache/memory/allocation.h"

namespace tapri::cache::memory {

void Lru::insert(EvictionNode& node) { queue_.push_newest(node); }

void Lru::touch(EvictionNode& node) {
  queue_.remove(node);
  queue_.push_newest(node);
}

void Lru::remove(EvictionNode& node) { queue_.remove(node); }

EvictionNode* Lru::evict() {
  EvictionNode* const victim = queue_.oldest();
  if (victim != nullptr) queue_.remove(*victim);
  return victim;
}

std::size_t Lru::allocated() const { return allocated_bytes(sizeof(*this)); }

}  // namespace tapri::cache::memory
