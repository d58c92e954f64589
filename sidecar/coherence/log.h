// The invalidation log of one process (mode `local`): positions, the last-write table, dirty marks and leases.
//
//   valid(entry) <=> for every dependency d: dirty[d] = 0 and last_write[d] <= entry.as_of
//
// The rule is the version clock of TL2 (Dice, Shalev, Shavit: Transactional Locking II, DISC 2006) laid over a
// database; docs/coherence.md says why no stale fill survives, log.cpp why the code keeps to it. Memory order matters:
// `dirty` is read before `last_write`, and a writer applies its record before it lowers `dirty`.
//
// Thread-safety: InvalidationLog: everything, from any thread, without locks. A DirtyMark has one owner at a time. The
// log outlives its marks.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "coherence/dependency.h"

namespace tapri::coherence {

using Position = std::uint64_t;

// Why an entry may not be served now.
enum class Validity : std::uint8_t { valid, write_in_flight, invalidated };

class InvalidationLog;

// Fixes the as-of position of a read. It can only be had from the log, before the read is forwarded, and Store::put
// asks for it: that is how a fill which raced a write is known.
class FillLease {
 public:
  [[nodiscard]] Position as_of() const { return as_of_; }

 private:
  friend class InvalidationLog;
  explicit FillLease(Position as_of) : as_of_(as_of) {}
  Position as_of_;
};

// Raises dirty on a footprint, before the write is forwarded, for as long as the write's outcome is open. Movable;
// lowers once. A mark that is destroyed or assigned to while it is up counts as written (commit): nobody said that the
// write did not happen. After lower() and commit() it covers nothing and may be extended again.
class DirtyMark {
 public:
  // Covers nothing and belongs to no log: only to be assigned to.
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
  // The write happened, or may have, and cannot happen any more from here on: appends the footprint to the log, applies
  // it, then lowers dirty. Only then may the write be acknowledged. Without a footprint it does nothing.
  void commit();

 private:
  friend class InvalidationLog;
  friend struct LogSteps;
  // `Steps` has append() and lower() as the log itself: here, or in a test where a reader moves between any two steps.
  template <typename Steps>
  void commit_with(Steps& steps);

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

  // To be taken before the read is forwarded; for a read inside a snapshot, before the snapshot was taken.
  [[nodiscard]] FillLease lease() const;
  // Whether an entry read at `as_of` may be served now. `invalidated` is for good; `write_in_flight` may pass.
  [[nodiscard]] Validity check(std::span<const Dependency> dependencies, Position as_of) const;
  // Of an entry that is invalidated: the first dependency that was written; nullopt: none was.
  [[nodiscard]] std::optional<Dependency> written_since(std::span<const Dependency> dependencies, Position as_of) const;
  // A write that is known to be committed: gives it a position, applies it and returns the position. Hits stop only
  // from then on; for a write that passes through here a DirtyMark covers the time before.
  Position append(const Footprint& footprint);
  [[nodiscard]] Position position() const;
  // Records appended since the start.
  [[nodiscard]] std::uint64_t records() const;

 private:
  friend class DirtyMark;
  friend struct LogSteps;  // tests: the steps of append and check one at a time, to enumerate what may come between
  struct Slot;
  [[nodiscard]] Slot& slot(Dependency dependency) const;
  void raise(Dependency dependency);
  void lower(Dependency dependency);
  [[nodiscard]] bool dirty(Dependency dependency) const;
  [[nodiscard]] Position last_write(Dependency dependency) const;
  // `Loads` has dirty() and last_write() as the log itself: here, or in a test where a writer moves between any two
  // loads.
  template <typename Loads>
  [[nodiscard]] static Validity check_with(Loads& loads, std::span<const Dependency> dependencies, Position as_of);
  // `Steps` has assign() and apply() as the log itself.
  template <typename Steps>
  static Position append_with(Steps& steps, const Footprint& footprint);
  [[nodiscard]] Position assign();
  void apply(Dependency dependency, Position assigned);

  std::size_t mask_;
  std::unique_ptr<Slot[], void (*)(Slot*)> slots_;
  alignas(64) std::atomic<Position> position_{0};  // on a cache line of its own: every write moves it
};

template <typename Loads>
Validity InvalidationLog::check_with(Loads& loads, std::span<const Dependency> dependencies, Position as_of) {
  Validity result = Validity::valid;
  for (const Dependency dependency : dependencies) {
    // In this order: see log.cpp.
    if (loads.dirty(dependency)) result = Validity::write_in_flight;
    if (loads.last_write(dependency) > as_of) return Validity::invalidated;
  }
  return result;
}

template <typename Steps>
Position InvalidationLog::append_with(Steps& steps, const Footprint& footprint) {
  const Position assigned = steps.assign();
  for (const Dependency dependency : footprint.dependencies()) steps.apply(dependency, assigned);
  return assigned;
}

template <typename Steps>
void DirtyMark::commit_with(Steps& steps) {
  steps.append(footprint_);
  // Not before: see log.cpp.
  for (const Dependency dependency : footprint_.dependencies()) steps.lower(dependency);
  footprint_.clear();
}

}  // namespace tapri::coherence
