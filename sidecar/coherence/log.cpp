// Alone: why as_of = position() is right although an older record may still be on its way into the table:
//
// A record gets its position (fetch_add) only after the database has answered its commit. So every record whose
// position is <= as_of had committed before the lease was taken, hence before the read was sent: the read saw its rows,
// and it does not matter when last_write learns of it. A record with a position > as_of may or may not have been seen;
// it invalidates the entry from the moment when it is applied. Between its commit in the database and that moment
// `dirty` is up: it was raised before the write was forwarded, and is lowered after the record was applied. So there is
// no moment at which a committed write that an entry has not seen leaves it valid.
//
// Why `dirty` is read before `last_write`: a writer stores last_write and then lowers dirty. A reader that sees dirty =
// 0 because it was lowered (acquire, meets the release of lower) also sees that record's last_write. Read the other way
// round, the record could be applied and the mark lowered between the two loads, and both would look clean.
//
// Each dependency is checked at its own moment, yet a hit is still right at a single one. Take the first load. A write
// that committed before it, and that the entry has not seen, still has its mark up at the later loads, or its record
// has been applied: either way the check fails. So no such write exists, and what the entry holds is what the database
// held at the first load.
//
// In a fleet
//
// Positions are ids in the shared log, which gives one to a record after its write was committed, and in their order.
// position() is P if all records up to P are applied here; only the follower moves it, after it has applied them. Each
// of the steps above has to hold again.
//
// (1) as_of = P is right: records up to P had committed before the lease was taken, so the read saw their rows. That is
//     so on every instance, for positions are the log's and not the process's.
// (2) An own commit. It is applied at once at E = P + 1, P loaded after the database has answered. A lease taken here
//     before that load has as_of <= P < E: its entry is invalid. One taken after it belongs to a read that saw the
//     write: whether E (when P has not moved) or not, a miss is all it can cost. So E is as good as a position of one's
//     own for all entries that were read here. E need not be above what others have written meanwhile: apply() only
//     moves slots forward.
// (3) An entry that another instance has read at Y. Before the record has a position X nobody can compare: an entry
// that
//     does not hold the write may have any Y < X, and E <= Y is possible. So the marks stay up until X is known and
//     applied (settle): from then on Y < X is invalid, and Y >= X means that its reader had applied the record, hence
//     read after the commit. What was adopted before the marks went up has Y <= P < E.
// (4) An entry at Y > position() here is not adopted: records up to Y may be missing in this table, so it could not be
//     told from one that they invalidate. The follower applies before it moves position(), with release; adopt() loads
//     position() before the table, with acquire; so with Y <= position() all records up to Y are seen in it.
//     Records between Y and position() are seen for the same reason.
// (5) An own commit that could not be announced has no X. Others are not told; here its marks go down, and its entries
//     are safe by (2); those of others are not, so nothing is adopted until it was announced after all. `turns` says
//     so: it is made odd before marks go down, and even only after X is applied. adopt() loads it before and after the
//     table: a load of `dirty` that misses the mark because it went down makes the second load see the odd number or a
//     later one, and if both loads see the same even number either the mark was up for all loads in between, or X was
//     applied before the first.
// (6) Records that nobody can read any more (trimmed, or lost with the tail of an epoch) are never applied here. `base`
//     is raised to the last of them before position() moves beyond: an entry with as_of >= base was read by somebody
//     who had all of them applied, or, of a lost tail, after the new epoch was known to its reader. All other entries
//     are invalid, whatever the table says.
// (7) Commits of others: `dirty` is up from when the follower has applied their intent until it has applied done. In
//     mode strict the intent is in the log before the commit is forwarded, and a sync reads the log to its end after
//     the request has come, at a moment m. Every write committed before m has its intent, or more, applied by then: so
//     of the check's loads, which come after m, the argument above holds with m for the first load, or with the moment
//     of the entry's own read if that was later. Both lie between request and reply. In mode bounded the same is true
//     of the moment when the last complete read was sent, for all writes that had been acknowledged by then.
// (8) A flush at X ends what was read before it: nothing is promised of what others have read when it is acknowledged
//     but that X is in the log, so it needs no marks. Here it is applied at P + 1 at once, which ends all that was kept
//     here before, as in (2), also if it never gets into the log. An entry that another instance has read at Y < X is
//     refused by whoever has applied X, and ends with its next look-up where it was adopted before, for it keeps its Y.
//     An instance that begins later has either read X, or X was trimmed, or lost with its epoch: then (6) has raised
//     its base above X, by a flush of everything, since what no write ends could not be told from what was flushed.
#include "coherence/log.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <new>
#include <utility>

#include "coherence/forward_only.h"

namespace tapri::coherence {

// Reached through std::atomic_ref only. All zero is a slot that nothing has written: calloc's memory is the table, and
// pages that no dependency falls on are never touched.
struct InvalidationLog::Slot {
  alignas(std::atomic_ref<Position>::required_alignment) Position last_write;
  alignas(std::atomic_ref<std::uint32_t>::required_alignment) std::uint32_t dirty;
};

namespace {

constexpr std::size_t kMostSlots = std::size_t{1} << 32U;

}  // namespace

InvalidationLog::InvalidationLog(std::size_t slots)
    : mask_(std::bit_ceil(std::clamp<std::size_t>(slots, 1, kMostSlots)) - 1),
      slots_(static_cast<Slot*>(std::calloc(mask_ + 1, sizeof(Slot))), [](Slot* table) { std::free(table); }) {
  static_assert(sizeof(Slot) == 16);
  if (slots_ == nullptr) throw std::bad_alloc();  // at start-up only
}

InvalidationLog::~InvalidationLog() = default;

InvalidationLog::Slot& InvalidationLog::slot(Dependency dependency) const { return slots_[dependency & mask_]; }

void InvalidationLog::raise([[maybe_unused]] Dependency dependency) {
#ifndef TAPRI_BREAK_DIRTY
  std::atomic_ref(slot(dependency).dirty).fetch_add(1, std::memory_order_seq_cst);
#endif
}

void InvalidationLog::lower([[maybe_unused]] Dependency dependency) {
#ifndef TAPRI_BREAK_DIRTY
  std::atomic_ref(slot(dependency).dirty).fetch_sub(1, std::memory_order_seq_cst);
#endif
}

bool InvalidationLog::dirty(Dependency dependency) const {
  return std::atomic_ref(slot(dependency).dirty).load(std::memory_order_acquire) != 0;
}

Position InvalidationLog::last_write(Dependency dependency) const {
  return std::atomic_ref(slot(dependency).last_write).load(std::memory_order_acquire);
}

void InvalidationLog::raise(const Footprint& footprint) {
  for (const Dependency dependency : footprint.dependencies()) raise(dependency);
}

void InvalidationLog::lower(const Footprint& footprint) {
  for (const Dependency dependency : footprint.dependencies()) lower(dependency);
}

void InvalidationLog::apply(const Footprint& footprint, Position position) {
  for (const Dependency dependency : footprint.dependencies()) apply(dependency, position);
}

FillLease InvalidationLog::lease() const { return FillLease(position()); }

Validity InvalidationLog::check(std::span<const Dependency> dependencies, Position as_of) const {
  if (as_of < base() && !dependencies.empty()) return Validity::invalidated;
  return check_with(*this, dependencies, as_of);
}

std::optional<FillLease> InvalidationLog::adopt(std::span<const Dependency> dependencies, Position as_of) const {
  if (!dependencies.empty() && !adoptable_with(*this, dependencies, as_of)) return std::nullopt;
  return FillLease(as_of);
}

std::optional<Dependency> InvalidationLog::written_since(std::span<const Dependency> dependencies,
                                                         Position as_of) const {
  const auto found = std::ranges::find_if(dependencies, [&](Dependency each) { return last_write(each) > as_of; });
  if (found == dependencies.end()) return std::nullopt;
  return *found;
}

Position InvalidationLog::append(const Footprint& footprint) {
  if (announcer_ == nullptr) return append_with(*this, footprint);
  const Position early = next();
  // Whoever settles it lowers it.
  raise(footprint);
  apply(footprint, early);
  (void)announcer_->announce(0, footprint, 0);
  return early;
}

Position InvalidationLog::append_here(const Footprint& footprint) {
  if (announcer_ == nullptr) return append_with(*this, footprint);
  const Position early = next();
  apply(footprint, early);
  (void)announcer_->announce(0, {}, 0);
  return early;
}

Position InvalidationLog::flush(const Footprint& what) {
  const Position position = announcer_ == nullptr ? assign() : next();
  apply_flush(what, position);
  return position;
}

Position InvalidationLog::flush_here(const Footprint& what) {
  const Position position = flush(what);
  if (announcer_ != nullptr) (void)announcer_->announce(0, {}, 0);
  return position;
}

void InvalidationLog::apply_flush(const Footprint& what, Position position) {
  for (const Dependency each : what.dependencies()) {
    kind_of(each) == DependencyKind::scope ? flushes_.apply(each, position) : apply(each, position);
  }
  if (!what.empty()) return;
  raise_base(position);
  flushes_.apply_to_all(position);
}

Position InvalidationLog::assign() { return position_.fetch_add(1, std::memory_order_acq_rel) + 1; }

void InvalidationLog::apply(Dependency dependency, Position assigned) {
  // Records may be applied out of order: a slot only ever moves forward.
  move_forward(std::atomic_ref(slot(dependency).last_write), assigned);
}

Position InvalidationLog::position() const { return position_.load(std::memory_order_acquire); }

std::uint64_t InvalidationLog::records() const {
  return announcer_ == nullptr ? position() : records_.load(std::memory_order_relaxed);
}

Position InvalidationLog::base() const { return base_.load(std::memory_order_acquire); }

void InvalidationLog::advance(Position position) {
  if (position <= position_.load(std::memory_order_relaxed)) return;
  position_.store(position, std::memory_order_release);
  records_.fetch_add(1, std::memory_order_relaxed);
}

void InvalidationLog::raise_base(Position base) { move_forward(base_, base); }

void InvalidationLog::settle(const Footprint& footprint, Position position) { settle_with(*this, footprint, position); }

bool InvalidationLog::unannounced() const { return unannounced_turns() % 2 != 0; }

void InvalidationLog::set_unannounced(bool unannounced) {
  if (unannounced != this->unannounced()) unannounced_turns_.fetch_add(1, std::memory_order_seq_cst);
}

}  // namespace tapri::coherence
