// L1: entries in this process's memory, within a budget that holds.
//
// The key's hash picks one of several shards; each has its own lock, table, eviction policy and equal share of the
// budget. An entry is one block of memory: links, facts, dependencies, payload and key. Accounted are those blocks, the
// bucket arrays, the policies' memory and the shards themselves, each as the allocator rounds it up: stats().bytes <=
// budget_bytes at every moment.
//
// An entry leaves the count when it leaves the store. Sessions that are still writing it to their clients keep it alive
// until they are done: that memory is theirs, and bounded by the sessions' number times the largest entry.
//
// Time is that of the entries put: what has expired by the newest entry's stored_at is reclaimed before anything else
// is evicted, a few buckets at a time.
//
// A flush alone is no fence: a fill under way may store its entry right after it. refuse_before() is one.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <vector>

#include "base/result.h"
#include "cache/memory/eviction_policy.h"
#include "cache/memory/shard.h"
#include "cache/store.h"

namespace tapri::cache::memory {

class MemoryStore final : public Store {
 public:
  struct Config {
    std::size_t budget_bytes = std::size_t{256} << 20U;  // at least 64 KiB
    std::size_t shards = 64;                             // a power of two; fewer are made if a share were below 4 MiB
    Eviction policy = Eviction::cost_aware;
    [[nodiscard]] Result<void> validate() const;
  };
  // How a valid Config's budget is shared out.
  struct Shares {
    std::size_t shards;
    std::size_t bytes;  // of each
  };
  [[nodiscard]] static Shares shares(const Config& config);
  // Which of so many shards a key is in.
  [[nodiscard]] static std::size_t shard_index(std::uint64_t hash, std::size_t shards) {
    return (hash >> 32U) & (shards - 1);  // the high half, for the tables use the low bits
  }
  // At start-up: an invalid Config is an error.
  [[nodiscard]] static Result<std::unique_ptr<MemoryStore>> make(const Config& config);

  [[nodiscard]] EntryRef get(const KeyView& key) override;
  // Besides the reasons of Store, an entry larger than max_entry_bytes() is refused_size, and so is one for which there
  // is no memory.
  using Store::put;
  PutResult put(const KeyView& key, const NewEntry& entry, const coherence::FillLease& lease,
                std::vector<EntryRef>* evicted) override;
  void drop(const KeyView& key, const EntryRef& entry, bool expired) override;
  void refuse_before(coherence::Position position) override;
  // `matches` is called under a shard's lock: it must not come back to the store.
  std::size_t flush(const std::function<bool(const Entry&)>& matches) override;
  // One shard after another, each behind its lock.
  void visit(const std::function<void(const EntryRef&)>& visitor) const override;
  // Adds up the shards one after another; concurrent changes may be seen in part.
  [[nodiscard]] StoreStats stats() const override;

  // The largest entry that is kept, with its key and bookkeeping: half a shard's share, and less than 4 GiB.
  [[nodiscard]] std::size_t max_entry_bytes() const { return largest_entry(shard_budget_); }
  [[nodiscard]] static std::size_t largest_entry(std::size_t share) {
    return std::min<std::size_t>(share / 2, std::numeric_limits<std::uint32_t>::max());
  }

 private:
  MemoryStore(const Shares& shares, const Config& config);
  [[nodiscard]] Shard& shard_of(const KeyView& key) const;

  const std::size_t budget_;
  const std::size_t shard_budget_;
  std::atomic<coherence::Position> oldest_{0};  // what was read before it is refused
  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace tapri::cache::memory
