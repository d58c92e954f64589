// Why as_of = position() is right although an older record may still be on its way into the table:
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
#include "coherence/log.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <new>
#include <utility>

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

FillLease InvalidationLog::lease() const { return FillLease(position()); }

Validity InvalidationLog::check(std::span<const Dependency> dependencies, Position as_of) const {
  return check_with(*this, dependencies, as_of);
}

std::optional<Dependency> InvalidationLog::written_since(std::span<const Dependency> dependencies,
                                                         Position as_of) const {
  const auto found = std::ranges::find_if(dependencies, [&](Dependency each) { return last_write(each) > as_of; });
  if (found == dependencies.end()) return std::nullopt;
  return *found;
}

Position InvalidationLog::append(const Footprint& footprint) { return append_with(*this, footprint); }

Position InvalidationLog::assign() { return position_.fetch_add(1, std::memory_order_acq_rel) + 1; }

void InvalidationLog::apply(Dependency dependency, Position assigned) {
  // Records may be applied out of order: a slot only ever moves forward.
  const std::atomic_ref last(slot(dependency).last_write);
  Position seen = last.load(std::memory_order_relaxed);
  while (seen < assigned &&
         !last.compare_exchange_weak(seen, assigned, std::memory_order_release, std::memory_order_relaxed)) {
  }
}

Position InvalidationLog::position() const { return position_.load(std::memory_order_acquire); }

std::uint64_t InvalidationLog::records() const { return position(); }

}  // namespace tapri::coherence
