#include "coherence/flushes.h"

#include <algorithm>

#include "coherence/forward_only.h"

namespace tapri::coherence {
namespace {

// Each name has several slots, as in a Bloom filter (Bloom, 1970), and counts as flushed where all of them say so: of a
// hundred names that were flushed one in a hundred others is taken for one of them, of ten two in a million.
constexpr unsigned kSlotsOfAName = 4;

std::size_t slot_of(Dependency scope, unsigned which, std::size_t slots) {
  constexpr unsigned kBits = 10;
  return (scope >> (kBits * which)) % slots;
}

}  // namespace

bool Flushes::flushed(std::span<const Dependency> scopes, Position as_of) const {
  if (as_of >= newest()) return false;
  if (as_of < base_.load(std::memory_order_acquire)) return true;
  return std::ranges::any_of(scopes, [&](Dependency scope) {
    for (unsigned which = 0; which < kSlotsOfAName; ++which) {
      if (last_flush_[slot_of(scope, which, kSlots)].load(std::memory_order_acquire) <= as_of) return false;
    }
    return true;
  });
}

void Flushes::apply(Dependency scope, Position position) {
  for (unsigned which = 0; which < kSlotsOfAName; ++which) {
    move_forward(last_flush_[slot_of(scope, which, kSlots)], position);
  }
  move_forward(newest_, position);
}

void Flushes::apply_to_all(Position position) {
  move_forward(base_, position);
  move_forward(newest_, position);
}

}  // namespace tapri::coherence
