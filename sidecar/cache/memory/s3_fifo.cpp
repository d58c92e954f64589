#include "cache/memory/s3_fifo.h"

#include "cache/memory/allocation.h"

namespace tapri::cache::memory {
namespace {

constexpr std::uint8_t kMostUses = 3;
constexpr std::uint8_t kUsesToStay = 2;     // "more than once" while in the small queue
constexpr std::size_t kSmallShare = 10;     // the small queue's share is one in so many bytes
constexpr std::size_t kBytesAGhost = 1024;  // one key remembered for so many bytes of budget: 0.8 % of it

}  // namespace

S3Fifo::S3Fifo(std::size_t budget) : ghosts_(budget / kBytesAGhost) {}

void S3Fifo::push(EvictionNode& node, Queue queue) {
  node.queue = queue;
  node.uses = 0;
  (queue == small ? small_ : main_).push_newest(node);
}

void S3Fifo::insert(EvictionNode& node) {
  // As in the paper, as many keys are remembered as there are nodes.
  const bool came_back = ghosts_.take(node.hash, small_.count() + main_.count());
  push(node, came_back ? main : small);
}

void S3Fifo::touch(EvictionNode& node) {
  if (node.uses < kMostUses) ++node.uses;
}

void S3Fifo::remove(EvictionNode& node) { (node.queue == small ? small_ : main_).remove(node); }

bool S3Fifo::small_is_due() const {
  if (small_.count() == 0) return false;
  return main_.count() == 0 || small_.bytes() * kSmallShare >= small_.bytes() + main_.bytes();
}

// Ends: each round takes a node out, moves one from the small queue to the main one, or uses up a use.
EvictionNode* S3Fifo::evict() {
  while (true) {
    if (small_is_due()) {
      EvictionNode& node = *small_.oldest();
      small_.remove(node);
      if (node.uses < kUsesToStay) {
        ghosts_.insert(node.hash);
        return &node;
      }
      push(node, main);
    } else {
      EvictionNode* const node = main_.oldest();
      if (node == nullptr) return nullptr;
      main_.remove(*node);
      if (node->uses == 0) return node;
      const auto left = static_cast<std::uint8_t>(node->uses - 1);
      push(*node, main);
      node->uses = left;
    }
  }
}

std::size_t S3Fifo::allocated() const { return allocated_bytes(sizeof(*this)) + ghosts_.allocated(); }

}  // namespace tapri::cache::memory
