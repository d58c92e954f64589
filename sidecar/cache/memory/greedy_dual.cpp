#include "cache/memory/greedy_dual.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "cache/memory/allocation.h"

namespace tapri::cache::memory {
namespace {

// Values are integers, so that small differences last however far the clock has come: 2^-20 microseconds a byte.
constexpr unsigned kFraction = 20;

constexpr std::uint64_t kNoRank = std::numeric_limits<std::uint64_t>::max();

struct Rounded {
  std::uint64_t value;
  std::uint8_t queue;
};

// Down to the two highest bits.
Rounded round_down(std::uint64_t value) {
  const auto width = static_cast<unsigned>(std::bit_width(value));
  if (width < 2) return {value, static_cast<std::uint8_t>(width)};
  const unsigned dropped = width - 2;
  const std::uint64_t kept = value >> dropped;  // 2 or 3
  return {kept << dropped, static_cast<std::uint8_t>(std::uint64_t{2} * dropped + kept)};
}

}  // namespace

GreedyDual::GreedyDual(std::size_t budget) : remembered_(budget / kBytesAKey) { oldest_ranks_.fill(kNoRank); }

void GreedyDual::push(EvictionNode& node) {
  const Rounded rounded = round_down(value_of(node));
  node.queue = rounded.queue;
  node.rank = clock_ + rounded.value;
  node.used = false;
  NodeQueue& queue = queues_[node.queue];
  queue.push_newest(node);
  if (queue.oldest() == &node) oldest_ranks_[node.queue] = node.rank;
}

void GreedyDual::take(EvictionNode& node) {
  NodeQueue& queue = queues_[node.queue];
  const bool was_oldest = queue.oldest() == &node;
  queue.remove(node);
  if (was_oldest) oldest_ranks_[node.queue] = queue.oldest() == nullptr ? kNoRank : queue.oldest()->rank;
}

void GreedyDual::insert(EvictionNode& node) {
  node.uses = static_cast<std::uint8_t>(remembered_.estimate(node.hash) + 1);
  push(node);
}

void GreedyDual::touch(EvictionNode& node) {
  if (node.uses < std::numeric_limits<std::uint8_t>::max()) ++node.uses;
  node.used = true;
}

void GreedyDual::remove(EvictionNode& node) {
  take(node);
  remembered_.raise(node.hash, node.uses);
}

EvictionNode* GreedyDual::least() const {
  const auto lowest = std::min_element(oldest_ranks_.begin(), oldest_ranks_.end());
  return queues_[static_cast<std::size_t>(lowest - oldest_ranks_.begin())].oldest();
}

// Ends: what is queued anew counts as unused.
EvictionNode* GreedyDual::evict() {
  while (EvictionNode* const node = least()) {
    clock_ = std::max(clock_, node->rank);
    if (!node->used) {
      remove(*node);
      return node;
    }
    take(*node);
    push(*node);
  }
  return nullptr;
}

std::uint64_t GdsFrequency::value_of(const EvictionNode& node) const {
  const std::uint64_t saved = std::uint64_t{node.uses} * std::max<std::uint32_t>(node.cost, 1);
  return std::max<std::uint64_t>((saved << kFraction) / std::max<std::size_t>(node.bytes, 1), 1);
}

std::size_t GdsFrequency::allocated() const { return allocated_bytes(sizeof(*this)) + allocated_by_sketch(); }

std::uint64_t Lfu::value_of(const EvictionNode& node) const { return node.uses; }

std::size_t Lfu::allocated() const { return allocated_bytes(sizeof(*this)) + allocated_by_sketch(); }

}  // namespace tapri::cache::memory
