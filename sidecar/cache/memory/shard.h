// One shard of the store: a table, a policy and a share of the budget, behind one lock.
//
// Thread-safety: every method from any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>

#include "cache/memory/eviction_policy.h"
#include "cache/memory/hash_table.h"
#include "cache/memory/node.h"
#include "cache/store.h"

namespace tapri::cache::memory {

class alignas(64) Shard {
 public:
  Shard(std::size_t budget, std::unique_ptr<EvictionPolicy> policy);
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;
  ~Shard();

  [[nodiscard]] EntryRef get(const KeyView& key);
  // Takes the caller's share in the node over if it was stored. `now`: when the entry was stored. `oldest` is
  // looked at under the lock, so that a flush which comes after it was raised misses nothing. What had to go is given
  // to `retired`.
  [[nodiscard]] PutResult put(Node& node, TimePoint now, const std::atomic<coherence::Position>& oldest,
                              RetiredNodes& retired);
  void drop(const KeyView& key, const EntryRef& entry, bool expired);
  std::size_t flush(const std::function<bool(const Entry&)>& matches);
  void visit(const std::function<void(const EntryRef&)>& visitor) const;
  // Adds this shard's figures.
  void add_to(StoreStats& stats) const;

 private:
  // All of these under mutex_.
  void unlink(Node& node, RetiredNodes& retired);
  void account_removed(Node& node, RetiredNodes& retired);
  bool make_room(std::size_t bytes, TimePoint now, RetiredNodes& retired);
  void sweep_expired(TimePoint now, RetiredNodes& retired);
  void grow_table(TimePoint now, RetiredNodes& retired);

  const std::size_t budget_;
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  HashTable table_;
  std::unique_ptr<EvictionPolicy> policy_;
  std::size_t used_;    // of budget_
  StoreStats counted_;  // only the evictions
};

}  // namespace tapri::cache::memory
