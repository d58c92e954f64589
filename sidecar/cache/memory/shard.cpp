#include "cache/memory/shard.h"

#include <utility>

#include "cache/memory/allocation.h"

namespace tapri::cache::memory {
namespace {

// Looked at for expired nodes whenever room is needed: expired memory is found in a few insertions, none of which pays
// much for it.
constexpr std::size_t kSweptBuckets = 8;
// The bucket array's share of the budget is at most one in so many bytes; then chains grow longer. Not reached by
// entries of usual sizes.
constexpr std::size_t kTableShare = 16;

}  // namespace

Shard::Shard(std::size_t budget, std::unique_ptr<EvictionPolicy> policy)
    : budget_(budget),
      policy_(std::move(policy)),
      used_(allocated_bytes(sizeof(*this)) + table_.allocated() + policy_->allocated()) {}

Shard::~Shard() {
  RetiredNodes retired;
  table_.erase_if([](const Node&) { return true; }, [&retired](Node& node) { retired.add(node); });
}

EntryRef Shard::get(const KeyView& key) {
  const std::lock_guard lock(mutex_);
  Node* const node = table_.find(key);
  if (node == nullptr) return nullptr;
  policy_->touch(*node);
  return EntryRef(*node);
}

PutResult Shard::put(Node& node, TimePoint now, const std::atomic<coherence::Position>& oldest, RetiredNodes& retired) {
  const std::lock_guard lock(mutex_);
  if (node.as_of < oldest.load()) return PutResult::refused_lease;
  if (Node* const old = table_.find({node.key(), node.hash})) unlink(*old, retired);
  if (table_.crowded()) grow_table(now, retired);
  if (!make_room(node.bytes, now, retired)) return PutResult::refused_size;
  table_.insert(node);
  policy_->insert(node);
  used_ += node.bytes;
  return PutResult::stored;
}

void Shard::drop(const KeyView& key, const EntryRef& entry, bool expired) {
  RetiredNodes retired;
  const std::lock_guard lock(mutex_);
  Node* const node = table_.find(key);
  if (node == nullptr || entry.get() != node) return;
  unlink(*node, retired);
  ++(expired ? counted_.evictions_expired : counted_.evictions_invalid);
}

std::size_t Shard::flush(const std::function<bool(const Entry&)>& matches) {
  RetiredNodes retired;
  const std::lock_guard lock(mutex_);
  const std::size_t before = table_.count();
  table_.erase_if([&](const Node& node) { return matches(node); },
                  [&](Node& node) {
                    policy_->remove(node);
                    account_removed(node, retired);
                  });
  const std::size_t flushed = before - table_.count();
  counted_.evictions_flushed += flushed;
  return flushed;
}

void Shard::visit(const std::function<void(const EntryRef&)>& visitor) const {
  const std::lock_guard lock(mutex_);
  table_.visit([&visitor](const Node& node) { visitor(EntryRef(node)); });
}

void Shard::add_to(StoreStats& stats) const {
  const std::lock_guard lock(mutex_);
  stats.entries += table_.count();
  stats.bytes += used_;
  stats.evictions_capacity += counted_.evictions_capacity;
  stats.evictions_expired += counted_.evictions_expired;
  stats.evictions_invalid += counted_.evictions_invalid;
  stats.evictions_flushed += counted_.evictions_flushed;
}

void Shard::unlink(Node& node, RetiredNodes& retired) {
  table_.erase(node);
  policy_->remove(node);
  account_removed(node, retired);
}

void Shard::account_removed(Node& node, RetiredNodes& retired) {
  used_ -= node.bytes;
  retired.add(node);
}

bool Shard::make_room(std::size_t bytes, TimePoint now, RetiredNodes& retired) {
  if (used_ + bytes > budget_) sweep_expired(now, retired);
  while (used_ + bytes > budget_) {
    auto* const victim = static_cast<Node*>(policy_->evict());
    if (victim == nullptr) return false;
    table_.erase(*victim);
    used_ -= victim->bytes;
    if (victim->expires_at <= now) {
      ++counted_.evictions_expired;
      retired.add(*victim);
    } else {
      ++counted_.evictions_capacity;
      retired.add_evicted(*victim);
    }
  }
  return true;
}

void Shard::sweep_expired(TimePoint now, RetiredNodes& retired) {
  table_.sweep(
      kSweptBuckets, [now](const Node& node) { return node.expires_at <= now; },
      [&](Node& node) {
        policy_->remove(node);
        ++counted_.evictions_expired;
        account_removed(node, retired);
      });
}

void Shard::grow_table(TimePoint now, RetiredNodes& retired) {
  const std::size_t growth = table_.growth();
  if (growth > budget_ / kTableShare) return;
  // For a moment both arrays exist: both are within the budget.
  if (!make_room(growth, now, retired)) return;
  const std::size_t before = table_.allocated();
  table_.grow();
  used_ = used_ - before + table_.allocated();
}

}  // namespace tapri::cache::memory
