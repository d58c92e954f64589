#include "cache/memory/w_tinylfu.h"

#include <algorithm>
#include <cmath>

#include "cache/memory/allocation.h"

namespace tapri::cache::memory {
namespace {

constexpr double kFirstWindow = 0.01;
constexpr double kLeastWindow = 0.01;
constexpr double kMostWindow = 0.8;
constexpr double kProtected = 0.8;  // of the main part
// Of the climber, as Caffeine's: a step, how it shrinks, and from what change of the hit ratio on it is whole again.
constexpr double kFirstStep = 0.0625;
constexpr double kStepDecay = 0.98;
constexpr double kRestart = 0.05;
constexpr std::size_t kAccessesANode = 10;
constexpr std::size_t kLeastSample = 1'000;
// A window that was narrowed or widened comes to its size a few nodes at a time: nobody waits for all of them.
constexpr int kMostMoved = 64;

}  // namespace

WTinyLfu::WTinyLfu(std::size_t budget) : seen_(budget / kBytesAKey), window_share_(kFirstWindow), step_(kFirstStep) {}

void WTinyLfu::move(EvictionNode& node, Queue to) {
  queue_of(node).remove(node);
  node.queue = to;
  queues_[to].push_newest(node);
}

std::size_t WTinyLfu::bytes() const {
  return queues_[window].bytes() + queues_[probation].bytes() + queues_[is_protected].bytes();
}

bool WTinyLfu::window_is_full() const {
  const std::size_t bytes_of_window = queues_[window].bytes();
  return bytes_of_window > 0 && static_cast<double>(bytes_of_window) >= window_share_ * static_cast<double>(bytes());
}

void WTinyLfu::insert(EvictionNode& node) {
  seen_.add(node.hash);
  node.queue = window;
  queues_[window].push_newest(node);
  climb();
}

void WTinyLfu::touch(EvictionNode& node) {
  seen_.add(node.hash);
  ++hits_;
  move(node, node.queue == window ? window : is_protected);
  const NodeQueue& safe = queues_[is_protected];
  const auto most = kProtected * static_cast<double>(safe.bytes() + queues_[probation].bytes());
  while (safe.count() > 1 && static_cast<double>(safe.bytes()) > most) move(*safe.oldest(), probation);
  climb();
}

void WTinyLfu::remove(EvictionNode& node) { queue_of(node).remove(node); }

EvictionNode* WTinyLfu::oldest_of_main() const {
  EvictionNode* const node = queues_[probation].oldest();
  return node != nullptr ? node : queues_[is_protected].oldest();
}

// While there is room for all, everything stays in the window. Later the climber has narrowed or widened it.
void WTinyLfu::fit_window() {
  const auto most = (window_share_ + kFirstStep / 2) * static_cast<double>(bytes());
  const bool first = oldest_of_main() == nullptr;
  NodeQueue& in_window = queues_[window];
  for (int moved = 0; first || moved < kMostMoved; ++moved) {
    if (in_window.count() <= 1 || static_cast<double>(in_window.bytes()) <= most) break;
    move(*in_window.oldest(), probation);
  }
  for (int moved = 0; moved < kMostMoved && !window_is_full(); ++moved) {
    EvictionNode* const node = oldest_of_main();
    if (node == nullptr) return;
    move(*node, window);
  }
}

EvictionNode* WTinyLfu::evict() {
  fit_window();
  EvictionNode* victim = oldest_of_main();
  EvictionNode* const candidate = queues_[window].oldest();
  if (victim == nullptr) {
    victim = candidate;
  } else if (candidate != nullptr && window_is_full()) {
    if (seen_.estimate(candidate->hash) > seen_.estimate(victim->hash)) {
      move(*candidate, probation);
    } else {
      victim = candidate;
    }
  }
  if (victim != nullptr) queue_of(*victim).remove(*victim);
  return victim;
}

void WTinyLfu::climb() {
  const std::size_t nodes = queues_[window].count() + queues_[probation].count() + queues_[is_protected].count();
  if (++accesses_ < std::max(kLeastSample, kAccessesANode * nodes)) return;
  const double hit_ratio = static_cast<double>(hits_) / static_cast<double>(accesses_);
  const double change = hit_ratio - last_hit_ratio_;
  const double step = change >= 0 ? step_ : -step_;
  window_share_ = std::clamp(window_share_ + step, kLeastWindow, kMostWindow);
  step_ = std::abs(change) >= kRestart ? std::copysign(kFirstStep, step) : step * kStepDecay;
  last_hit_ratio_ = hit_ratio;
  accesses_ = 0;
  hits_ = 0;
}

std::size_t WTinyLfu::allocated() const { return allocated_bytes(sizeof(*this)) + seen_.allocated(); }

}  // namespace tapri::cache::memory
