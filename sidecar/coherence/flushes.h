// What was flushed by name: answers under a rule, under a tag, of a statement, and those that no write ends. The table
// of last writes knows nothing of these, for no answer lists them among its dependencies: whoever serves one knows its
// rule and its statement, and what they are called here (scopes, coherence/dependency.h).
//
//   flushed(answer) <=> as_of < base, or last_flush[s] > as_of for one of its scopes s
//
// A flush has a position in the log as a write has, so it ends what was read before it on every instance, and what is
// kept outside of the process (cache/remote_tier.h). Scopes that share all their slots cost needless misses.
//
// A hit loads newest() and compares it with its as-of: of what was read since the last flush there is nothing more to
// look at.
//
// Memory order: a flush is in its slots before newest() says that there is one.
//
// Thread-safety: everything, from any thread, without locks.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "coherence/dependency.h"

namespace tapri::coherence {

class Flushes {
 public:
  using Position = std::uint64_t;  // as in coherence/log.h

  // What was read at this position or above is not flushed.
  [[nodiscard]] Position newest() const { return newest_.load(std::memory_order_acquire); }
  [[nodiscard]] bool flushed(std::span<const Dependency> scopes, Position as_of) const;

  void apply(Dependency scope, Position position);
  // Everything, or nobody knows what.
  void apply_to_all(Position position);

 private:
  static constexpr std::size_t kSlots = 1024;
  std::array<std::atomic<Position>, kSlots> last_flush_{};
  std::atomic<Position> base_{0};
  std::atomic<Position> newest_{0};
};

}  // namespace tapri::coherence
