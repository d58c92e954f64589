// Where entries live. Stores are dumb: they keep and evict; whether an entry may be served is decided above, by
// coherence::InvalidationLog::check and the TTL.
//
// Thread-safety: every method from any thread. Nothing throws; what cannot be kept is refused with a reason.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "cache/entry.h"

namespace tapri::cache {

enum class PutResult : std::uint8_t { stored, refused_size, refused_lease, refused_expired };

struct StoreStats {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;  // accounted: payload, key, dependencies and every bookkeeping byte
  std::uint64_t budget = 0;
  std::uint64_t evictions_capacity = 0;
  std::uint64_t evictions_expired = 0;
  std::uint64_t evictions_invalid = 0;  // found invalid on look-up and dropped
  std::uint64_t evictions_flushed = 0;
};

class Store {
 public:
  virtual ~Store() = default;
  // The entry under exactly this key, or null. Counts as a use for the eviction policy.
  [[nodiscard]] virtual EntryRef get(const KeyView& key) = 0;
  // Keeps a copy of the entry under a copy of the key, in place of what was there. The lease proves that the entry's
  // as-of position was fixed before its read was sent; an entry whose as_of is not the lease's is refused.
  // What had to go for want of space, and can be demoted, is added to `evicted`; null: it is dropped like the rest.
  virtual PutResult put(const KeyView& key, const NewEntry& entry, const coherence::FillLease& lease,
                        std::vector<EntryRef>* evicted) = 0;
  PutResult put(const KeyView& key, const NewEntry& entry, const coherence::FillLease& lease) {
    return put(key, entry, lease, nullptr);
  }
  // Drops the entry if it is still this very one (found invalid or expired).
  virtual void drop(const KeyView& key, const EntryRef& entry, bool expired) = 0;
  // Refuses (refused_lease) from now on what was read before `position`: what a flush is to drop must not come back
  // from a fill that was under way. To be called before the flush.
  virtual void refuse_before(coherence::Position position) = 0;
  // Drops every entry for which `matches` is true; returns how many.
  virtual std::size_t flush(const std::function<bool(const Entry&)>& matches) = 0;
  // Calls `visitor` for every entry, in no order; it must not come back to the store. Not a use of any.
  virtual void visit(const std::function<void(const EntryRef&)>& visitor) const = 0;
  [[nodiscard]] virtual StoreStats stats() const = 0;
};

}  // namespace tapri::cache
