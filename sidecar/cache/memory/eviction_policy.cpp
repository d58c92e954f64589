#include "cache/memory/eviction_policy.h"

#include "cache/memory/lru.h"
#include "cache/memory/s3_fifo.h"

namespace tapri::cache::memory {

std::unique_ptr<EvictionPolicy> make_policy(Eviction kind, std::size_t budget) {
  switch (kind) {
    case Eviction::lru:
      return std::make_unique<Lru>();
    case Eviction::s3_fifo:
      break;
  }
  return std::make_unique<S3Fifo>(budget);
}

void NodeQueue::push_newest(EvictionNode& node) {
  node.newer = nullptr;
  node.older = newest_;
  (newest_ == nullptr ? oldest_ : newest_->newer) = &node;
  newest_ = &node;
  bytes_ += node.bytes;
  ++count_;
}

void NodeQueue::remove(EvictionNode& node) {
  (node.newer == nullptr ? newest_ : node.newer->older) = node.older;
  (node.older == nullptr ? oldest_ : node.older->newer) = node.newer;
  node.newer = nullptr;
  node.older = nullptr;
  bytes_ -= node.bytes;
  --count_;
}

}  // namespace tapri::cache::memory
