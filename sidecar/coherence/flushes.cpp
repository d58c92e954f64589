#include "coherence/flushes.h"

#include <algorithm>

#include "coherence/forward_only.h"

namespace tapri::coherence {

bool Flushes::flushed(std::span<const Dependency> scopes, Position as_of) const {
  if (as_of >= newest()) return false;
  if (as_of < base_.load(std::memory_order_acquire)) return true;
  return std::ranges::any_of(
      scopes, [&](Dependency scope) { return last_flush_[scope % kSlots].load(std::memory_order_acquire) > as_of; });
}

void Flushes::apply(Dependency scope, Position position) {
  move_forward(last_flush_[scope % kSlots], position);
  move_forward(newest_, position);
}

void Flushes::apply_to_all(Position position) {
  move_forward(base_, position);
  move_forward(newest_, position);
}

}  // namespace tapri::coherence
