#include "cache/memory/ghost_queue.h"

#include <algorithm>
#include <bit>

#include "cache/memory/allocation.h"

namespace tapri::cache::memory {
namespace {

std::uint32_t fingerprint_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32U) | 1U; }

}  // namespace

GhostQueue::GhostQueue(std::size_t capacity) : sets_(std::bit_ceil(std::max<std::size_t>(capacity, 64)) / 4) {}

void GhostQueue::insert(std::uint64_t hash) {
  Set& set = set_of(hash);
  const std::uint32_t fingerprint = fingerprint_of(hash);
  // The slot of the same key, else the oldest; an empty one is older than any.
  const auto age = [this](const Slot& slot) {
    return slot.fingerprint == 0 ? std::uint64_t{1} << 32U : std::uint64_t{inserted_ - slot.number};
  };
  Slot* place = set.data();
  for (Slot& slot : set) {
    if (slot.fingerprint == fingerprint) {
      place = &slot;
      break;
    }
    if (age(slot) > age(*place)) place = &slot;
  }
  *place = {fingerprint, inserted_++};
}

bool GhostQueue::take(std::uint64_t hash, std::size_t window) {
  const std::uint32_t fingerprint = fingerprint_of(hash);
  for (Slot& slot : set_of(hash)) {
    if (slot.fingerprint != fingerprint) continue;
    const bool remembered = inserted_ - slot.number <= window;
    slot = {};
    return remembered;
  }
  return false;
}

std::size_t GhostQueue::allocated() const { return allocated_bytes(sets_.capacity() * sizeof(Set)); }

}  // namespace tapri::cache::memory
