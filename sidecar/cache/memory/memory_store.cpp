#include "cache/memory/memory_store.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "cache/memory/allocation.h"

namespace tapri::cache::memory {
namespace {

constexpr std::size_t kLeastBudget = std::size_t{64} << 10U;
constexpr std::size_t kMostShards = 4096;
// A share below this would refuse results of usual sizes.
constexpr std::size_t kGoodShare = std::size_t{4} << 20U;

}  // namespace

Result<void> MemoryStore::Config::validate() const {
  if (budget_bytes < kLeastBudget) return fail("the memory cache needs a budget of at least 64 KiB");
  if (!std::has_single_bit(shards) || shards > kMostShards) {
    return fail("the number of shards must be a power of two, at most 4096");
  }
  return {};
}

MemoryStore::Shares MemoryStore::shares(const Config& config) {
  const std::size_t most = std::bit_floor(std::max<std::size_t>(1, config.budget_bytes / kGoodShare));
  const std::size_t count = std::min(config.shards, most);
  const std::size_t own =
      allocated_bytes(sizeof(MemoryStore)) + allocated_bytes(count * sizeof(std::unique_ptr<Shard>));
  return {count, (config.budget_bytes - config.budget_bytes / kAllocatorShare - own) / count};
}

Result<std::unique_ptr<MemoryStore>> MemoryStore::make(const Config& config) {
  if (const Result<void> valid = config.validate(); !valid) return tl::unexpected(valid.error());
  return std::unique_ptr<MemoryStore>(new MemoryStore(shares(config), config));
}

MemoryStore::MemoryStore(const Shares& shares, const Config& config)
    : budget_(config.budget_bytes), shard_budget_(shares.bytes) {
  shards_.reserve(shares.shards);
  for (std::size_t i = 0; i < shares.shards; ++i) {
    shards_.push_back(std::make_unique<Shard>(shard_budget_, make_policy(config.policy, shard_budget_)));
  }
}

Shard& MemoryStore::shard_of(const KeyView& key) const { return *shards_[shard_index(key.hash, shards_.size())]; }

EntryRef MemoryStore::get(const KeyView& key) { return shard_of(key).get(key); }

PutResult MemoryStore::put(const KeyView& key, const NewEntry& entry, const coherence::FillLease& lease,
                           std::vector<EntryRef>* evicted) {
  if (entry.as_of != lease.as_of()) return PutResult::refused_lease;
  if (entry.expires_at <= entry.stored_at) return PutResult::refused_expired;
  if (node_bytes(key.bytes.size(), entry.payload.size(), entry.dependencies.size(), entry.demotion.size()) >
      max_entry_bytes()) {
    return PutResult::refused_size;
  }
  Node* const node = Node::make(key, entry);
  if (node == nullptr) return PutResult::refused_size;
  EntryRef share(*node);
  RetiredNodes retired;
  const PutResult result = shard_of(key).put(*node, entry.stored_at, oldest_, retired);
  if (result == PutResult::stored) share.detach();  // it is the shard's now
  if (evicted != nullptr) retired.hand_over(*evicted);
  return result;
}

void MemoryStore::drop(const KeyView& key, const EntryRef& entry, bool expired) {
  shard_of(key).drop(key, entry, expired);
}

void MemoryStore::refuse_before(coherence::Position position) {
  coherence::Position seen = oldest_.load(std::memory_order_relaxed);
  while (seen < position && !oldest_.compare_exchange_weak(seen, position)) {
  }
}

std::size_t MemoryStore::flush(const std::function<bool(const Entry&)>& matches) {
  std::size_t flushed = 0;
  for (const std::unique_ptr<Shard>& shard : shards_) flushed += shard->flush(matches);
  return flushed;
}

void MemoryStore::visit(const std::function<void(const EntryRef&)>& visitor) const {
  for (const std::unique_ptr<Shard>& shard : shards_) shard->visit(visitor);
}

StoreStats MemoryStore::stats() const {
  StoreStats stats;
  stats.budget = budget_;
  stats.bytes = allocated_bytes(sizeof(*this)) + allocated_bytes(shards_.capacity() * sizeof(std::unique_ptr<Shard>));
  for (const std::unique_ptr<Shard>& shard : shards_) shard->add_to(stats);
  return stats;
}

}  // namespace tapri::cache::memory
