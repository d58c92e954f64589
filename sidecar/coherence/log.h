// The invalidation log of one process (mode `local`): positions, the last-write table, dirty marks and leases.
//
//   valid(entry) <=> for every dependency d: dirty[d] = 0 and last_write[d] <= entry.as_of
//
// The rule is the version clock of TL2 (Dice, Shalev, Shavit: Transactional Locking II, DISC 2006) laid over a database;
// docs/coherence.md says why no stale fill survives. Memory order matters: `dirty` is read before `last_write`, and a
// writer applies its record before it lowers `dirty`.
//
// Thread-safety: everything here, from any thread, without locks.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "coherence/dependency.h"

namespace tapri::coherence {

using Position = std::uint64_t;

// Why an entry may not be served now.
enum class Validity : std::uint8_t { valid, write_in_flight, invalidated };

class InvalidationLog;

// Fixes the as-of position of a read. It can only be had from the log, before the read is forwarded, and Store::put asks
// for it: that is how a fill which raced a write is known.
class FillLease {
 public:
  [[nodiscard]] Position as_of() const { return as_of_; }

 private:
  friend class InvalidationLog;
  explicit FillLease(Position as_of) : as_of_(as_of) {}
  Position as_of_;
};

// Raises dirty on a footprint for as long as it lives. Movable; lowers once.
class DirtyMark {
 public:
  DirtyMark() = default;
  DirtyMark(InvalidationLog& log, Footprint footprint);
  DirtyMark(DirtyMark&& other) noexcept;
  DirtyMark& operator=(DirtyMark&& other) noexcept;
  ~DirtyMark();
  // Raises dirty on what was not covered yet.
  void extend(const Footprint& more);
  [[nodiscard]] const Footprint& footprint() const { return footprint_; }
  [[nodiscard]] bool empty() const { return footprint_.empty(); }
  // The write is known not to have happened: lowers dirty, appends nothing.
  void lower();
  // The write happened, or may have: appends the footprint to the log, applies it, then lowers dirty.
  void commit();

 private:
  friend class InvalidationLog;
  InvalidationLog* log_ = nullptr;
  Footprint footprint_;
};

class InvalidationLog {
 public:
  // `slots` is rounded up to a power of two; each takes 16 bytes, touched only when used.
  explicit InvalidationLog(std::size_t slots = std::size_t{1} << 20);
  ~InvalidationLog();
  InvalidationLog(const InvalidationLog&) = delete;
  InvalidationLog& operator=(const InvalidationLog&) = delete;

  [[nodiscard]] FillLease lease() const;
  // For a read inside a snapshot: the position before the snapshot was taken.
  [[nodiscard]] Validity check(std::span<const Dependency> dependencies, Position as_of) const;
  // A write that is known to be committed. Returns its position.
  Position append(const Footprint& footprint);
  [[nodiscard]] Position position() const;
  // Records appended since the start.
  [[nodiscard]] std::uint64_t records() const;

 private:
  friend class DirtyMark;
  struct Slot;
  [[nodiscard]] Slot& slot(Dependency dependency) const;
  void raise(Dependency dependency);
  void lower(Dependency dependency);

  std::size_t mask_;
  std::unique_ptr<Slot[], void (*)(Slot*)> slots_;
  std::atomic<Position> position_{0};
};

}  // namespace tapri::coherence
