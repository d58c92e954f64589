// What a REPEATABLE READ READ ONLY transaction got from the cache before the server has heard of it
// (docs/adr/0010-snapshot-reads.md): all of it has to be what the database held at one moment.
//
// The moment is when the log's position was read, right before the first answer was checked. Every answer given is one
// whose dependencies have not been written since, nor are being written (docs/coherence.md, "Snapshots").
// Thread-safety: none; belongs to its session.
#pragma once

#include <cstddef>
#include <optional>

#include "cache/entry.h"
#include "coherence/log.h"

namespace tapri::session::pg {

class SnapshotReads {
 public:
  // What is remembered, and checked at once, has a bound: no more answers are given past it.
  static constexpr std::size_t kMaxDependencies = 4096;

  [[nodiscard]] bool any() const { return position_.has_value(); }
  // Whether the entry holds what the database held at that moment. If so it counts as given.
  [[nodiscard]] bool give(const coherence::InvalidationLog& log, const cache::Entry& entry);
  // Whether what was given is what the database has held ever since, up to this call.
  [[nodiscard]] bool hold(const coherence::InvalidationLog& log) const;

 private:
  std::optional<coherence::Position> position_;
  coherence::Footprint dependencies_;  // of all that was given
};

}  // namespace tapri::session::pg
