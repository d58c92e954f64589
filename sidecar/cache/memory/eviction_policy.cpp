#include "cache/memory/eviction_policy.h"

#include "cache/memory/greedy_dual.h"
#include "cache/memory/lru.h"
#include "cache/memory/s3_fifo.h"
#include "cache/memory/w_tinylfu.h"

namespace tapri::cache::memory {

std::string_view eviction_name(Eviction kind) {
  switch (kind) {
    case Eviction::lru:
      return "lru";
    case Eviction::w_tinylfu:
      return "w_tinylfu";
    case Eviction::lfu:
      return "lfu";
    case Eviction::cost_aware:
      return "cost_aware";
    case Eviction::s3_fifo:
      break;
  }
  return "s3_fifo";
}

std::unique_ptr<EvictionPolicy> make_policy(Eviction kind, std::size_t budget) {
  switch (kind) {
    case Eviction::lru:
      return std::make_unique<Lru>();
    case Eviction::w_tinylfu:
      return std::make_unique<WTinyLfu>(budget);
    case Eviction::lfu:
      return std::make_unique<Lfu>(budget);
    case Eviction::cost_aware:
      return std::make_unique<GdsFrequency>(budget);
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
