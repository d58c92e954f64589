// The invalidation log of one process: positions, the last-write table, dirty marks and leases.
//
//   valid(entry) <=> for every dependency d: dirty[d] = 0 and last_write[d] <= entry.as_of
//
// The rule is the version clock of TL2 (Dice, Shalev, Shavit: Transactional Locking II, DISC 2006) laid over a
// database; docs/coherence.md says why no stale fill survives, log.cpp why the code keeps to it. Memory order matters:
// `dirty` is read before `last_write`, and a writer applies its record before it lowers `dirty`.
//
// Alone (mode `local`) the log counts positions itself. In a fleet they are those of the log that all instances share:
// `epoch << 44 | sequence`; the table says what of it this process knows, position() up to where it has been read.
// Then own commits are applied at once and handed to an Announcer, and a follower (coherence/fleet.h) brings what the
// others have written.
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

#include "coherence/announcer.h"
#include "coherence/dependency.h"
#include "coherence/flushes.h"

namespace tapri::coherence {

using Position = std::uint64_t;
// Of a fleet's log. An epoch is below 2^20, a sequence below 2^44.
inline constexpr unsigned kSequenceBits = 44;
[[nodiscard]] constexpr Position position_of(std::uint64_t epoch, std::uint64_t sequence) {
  return (epoch << kSequenceBits) | sequence;
}
[[nodiscard]] constexpr std::uint64_t epoch_of(Position position) { return position >> kSequenceBits; }
[[nodiscard]] constexpr std::uint64_t sequence_of(Position position) {
  return position & ((Position{1} << kSequenceBits) - 1);
}

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
//
// The tickets are the Announcer's: 0 alone, or where there is nothing to wait for.
class DirtyMark {
  using Ticket = Announcer::Ticket;

 public:
  // Covers nothing and belongs to no log: only to be assigned to.
  DirtyMark() = default;
  DirtyMark(InvalidationLog& log, Footprint footprint);
  DirtyMark(DirtyMark&& other) noexcept;
  DirtyMark& operator=(DirtyMark&& other) noexcept;
  ~DirtyMark();
  // Raises dirty on what was not covered yet, and tells the fleet of it: the write may be forwarded in mode `strict`
  // once the ticket is settled.
  Ticket extend(const Footprint& more);
  // Of the last intent that this mark has told, since it last covered nothing.
  [[nodiscard]] Ticket intent() const { return intent_; }
  // The write may change the schema. Counts for what is told from here on, until lower() or commit().
  void may_change_schema() { flags_ |= record_flags::kSchema; }
  [[nodiscard]] const Footprint& footprint() const { return footprint_; }
  [[nodiscard]] bool empty() const { return footprint_.empty(); }
  // The write is known not to have happened: lowers dirty, appends nothing.
  void lower();
  // The write happened, or may have, and cannot happen any more from here on: appends the footprint to the log, applies
  // it, then lowers dirty. Only then may the write be acknowledged: alone when this returns, in a fleet when the ticket
  // is settled, for until then it stays dirty. Without a footprint it does nothing.
  Ticket commit();

 private:
  friend class InvalidationLog;
  friend struct LogSteps;
  // `Steps` has append() and lower() as the log itself: here, or in a test where a reader moves between any two steps.
  template <typename Steps>
  void commit_with(Steps& steps);

  Ticket raise(const Footprint& footprint);
  void forget();

  InvalidationLog* log_ = nullptr;
  Footprint footprint_;
  // In a fleet, while it covers something.
  Token token_ = 0;
  Ticket intent_ = 0;
  std::uint8_t flags_ = 0;
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
  // from then on; for a write that passes through here a DirtyMark covers the time before. In a fleet it is also
  // announced, and the position is the one it has here: above every lease taken so far.
  Position append(const Footprint& footprint);
  // Something that only this process has to see to: what it has kept is no use to it any more, and others' is. In a
  // fleet others hear only that there was something, so that the log goes on and what is read from now on can be kept.
  Position append_here(const Footprint& footprint);
  // Somebody wants gone what was kept until now: what rests on these dependencies or belongs to these scopes; named
  // none, everything. As append(), but that nobody else is told of it: see apply_flush().
  Position flush(const Footprint& what);
  // As flush(), of something that only this process has to see to, or that all find for themselves: as append_here().
  Position flush_here(const Footprint& what);
  [[nodiscard]] const Flushes& flushes() const { return flushes_; }
  // Up to where the log is applied.
  [[nodiscard]] Position position() const;
  // Records appended, in a fleet read, since the start.
  [[nodiscard]] std::uint64_t records() const;

  // Of a fleet. To be called before anything else is, by nobody but who sets it up; `announcer` lives as long as any
  // mark.
  void join_fleet(Announcer& announcer) { announcer_ = &announcer; }
  // An entry that another instance has read and stored: the lease with which it may be kept here, if it may be served
  // now. nullopt: it is older than what is known, ahead of it, written since, or nobody can say for the moment.
  [[nodiscard]] std::optional<FillLease> adopt(std::span<const Dependency> dependencies, Position as_of) const;

  // For the follower and the announcer alone. Writes of others: dirty from intent to done; apply() comes before lower()
  // and before advance() to that position or beyond.
  void raise(const Footprint& footprint);
  void lower(const Footprint& footprint);
  void apply(const Footprint& footprint, Position position);
  // A flush that is in the log at `position`; comes before advance() to there or beyond. Named nothing, it also stands
  // for what may be missing: it ends, unlike a base, what has no dependencies too. From any thread.
  void apply_flush(const Footprint& what, Position position);
  // Everything up to `position` is applied. Only ever forward; one thread.
  void advance(Position position);
  // What was read before `base` may have missed a write that nobody tells any more: entries with dependencies whose
  // as-of is below are invalid. Only ever forward. Comes before advance().
  void raise_base(Position base);
  [[nodiscard]] Position base() const;
  // What DirtyMark::commit handed over was announced and is in the log at `position`: applies, then lowers.
  void settle(const Footprint& footprint, Position position);
  // Whether there are own commits that no other instance can know of. Set before their marks are lowered, and taken
  // back after they are applied where the log has them by then. Nothing is adopted meanwhile. One thread.
  void set_unannounced(bool unannounced);
  [[nodiscard]] bool unannounced() const;

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
  // Gives an own commit its place before the fleet's log has given it one. `Steps` has next() and apply().
  template <typename Steps>
  static Position apply_early_with(Steps& steps, const Footprint& footprint);
  // `Steps` has apply() and lower().
  template <typename Steps>
  static void settle_with(Steps& steps, const Footprint& footprint, Position position);
  // `Loads` has unannounced_turns(), position() and base() in addition to check_with's.
  template <typename Loads>
  [[nodiscard]] static bool adoptable_with(Loads& loads, std::span<const Dependency> dependencies, Position as_of);
  [[nodiscard]] Position assign();
  [[nodiscard]] Position next() const { return position() + 1; }
  void apply(Dependency dependency, Position assigned);
  [[nodiscard]] std::uint64_t unannounced_turns() const { return unannounced_turns_.load(std::memory_order_acquire); }

  std::size_t mask_;
  std::unique_ptr<Slot[], void (*)(Slot*)> slots_;
  std::atomic<Position> base_{0};
  Flushes flushes_;
  Announcer* announcer_ = nullptr;
  std::atomic<std::uint64_t> unannounced_turns_{0};  // how often it was set or taken back; odd: set
  alignas(64) std::atomic<Position> position_{0};    // on a cache line of its own: every write moves it
  std::atomic<std::uint64_t> records_{0};
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
Position InvalidationLog::apply_early_with(Steps& steps, const Footprint& footprint) {
  const Position early = steps.next();
  for (const Dependency dependency : footprint.dependencies()) steps.apply(dependency, early);
  return early;
}

template <typename Steps>
void InvalidationLog::settle_with(Steps& steps, const Footprint& footprint, Position position) {
  for (const Dependency dependency : footprint.dependencies()) steps.apply(dependency, position);
  for (const Dependency dependency : footprint.dependencies()) steps.lower(dependency);
}

template <typename Loads>
bool InvalidationLog::adoptable_with(Loads& loads, std::span<const Dependency> dependencies, Position as_of) {
  // In this order: see log.cpp.
  const std::uint64_t turns = loads.unannounced_turns();
  if (turns % 2 != 0 || as_of > loads.position() || as_of < loads.base()) return false;
  if (check_with(loads, dependencies, as_of) != Validity::valid) return false;
  return loads.unannounced_turns() == turns;
}

template <typename Steps>
void DirtyMark::commit_with(Steps& steps) {
  steps.append(footprint_);
  // Not before: see log.cpp.
  for (const Dependency dependency : footprint_.dependencies()) steps.lower(dependency);
  footprint_.clear();
}

}  // namespace tapri::coherence
