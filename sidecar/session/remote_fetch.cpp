#include "session/remote_fetch.h"

#include <algorithm>
#include <utility>

#include "session/keeping.h"
#include "session/kept_answer.h"

namespace tapri::session {
namespace {

using cache::RemoteLocks;
using telemetry::LockResult;

constexpr Duration kLeastLock = std::chrono::milliseconds(100);
constexpr Duration kDear = std::chrono::milliseconds(10);

// How long the lock of what costs so much is held at most; nullopt: it is not worth one, or nobody is waited for so
// long.
std::optional<Duration> time_to_lock(const Limits& limits, Duration cost) {
  if (limits.lock_above <= Duration::zero() || cost < limits.lock_above || cost > limits.lock_ttl) return std::nullopt;
  return std::min(std::max(2 * cost, kLeastLock), limits.lock_ttl);
}

// It takes so long that a look beside it costs nothing, or that instances agree on who computes it.
bool is_dear(const Limits& limits, const Shape& shape) {
  const Duration cost = std::chrono::microseconds(shape.cost_us());
  return cost >= kDear || (limits.lock_above > Duration::zero() && cost >= limits.lock_above);
}

LockResult result_of(RemoteLocks::End end, bool found) {
  switch (end) {
    case RemoteLocks::End::taken:
      return LockResult::taken;
    case RemoteLocks::End::released:
      return found ? LockResult::answered : LockResult::unanswered;
    case RemoteLocks::End::expired:
      return found ? LockResult::answered : LockResult::timed_out;
    case RemoteLocks::End::failed:
      break;
  }
  return LockResult::failed;
}

}  // namespace

RemoteFetch::RemoteFetch(const WorkerServices& services, AnalysisRef analysis, const cache::KeyView& key,
                         const cache::remote::GlobalKey& global_key, std::function<void()> wake)
    : services_(services),
      analysis_(std::move(analysis)),
      key_(key.bytes),
      global_key_(global_key),
      wake_(std::move(wake)) {}

std::shared_ptr<RemoteFetch> RemoteFetch::begin(const WorkerServices& services, const AnalysisRef& analysis,
                                                const cache::KeyView& key, const cache::remote::GlobalKey& global_key,
                                                cache::Flight& lead, std::function<void()> wake) {
  if (!is_dear(services.shared.limits, *analysis->shape) && !analysis->shape->worth_a_look()) {
    services.metrics.remote_looks_skipped.add();
    return nullptr;
  }
  std::shared_ptr<RemoteFetch> fetch(new RemoteFetch(services, analysis, key, global_key, std::move(wake)));
  if (!fetch->look()) return nullptr;
  fetch->lead_ = std::move(lead);
  return fetch;
}

cache::Flight RemoteFetch::take_lead() {
  // Not waited for any longer.
  if (std::exchange(attempt_, nullptr)) services_.metrics.lock(LockResult::timed_out);
  return std::move(lead_);
}

bool RemoteFetch::look() {
  return services_.remote->fetch(global_key_, [weak = weak_from_this()](auto answer) {
    if (const auto self = weak.lock()) self->answered(std::move(answer));
  });
}

void RemoteFetch::answered(Result<cache::NewEntry, cache::remote::Miss> answer) {
  found_ = answer && keep(*answer);
  analysis_->shape->looked(found_);
  if (!found_ && !how_locked_) {
    // An entry that was written to since says what it took, of just these values.
    const std::uint32_t of_shape = analysis_->shape->cost_us();
    const std::uint32_t cost = answer && of_shape != kCostOfNoUse ? answer->upstream_us : of_shape;
    if (take_lock(std::chrono::microseconds(cost))) return;
  }
  end();
}

bool RemoteFetch::take_lock(Duration cost) {
  const auto time = time_to_lock(services_.shared.limits, cost);
  RemoteLocks* const locks = time ? services_.remote->locks() : nullptr;
  if (locks == nullptr) return false;
  attempt_ = locks->take(global_key_, *time, [weak = weak_from_this()](auto end, auto lock) {
    if (const auto self = weak.lock()) self->locked(end, std::move(lock));
  });
  if (!attempt_) services_.metrics.lock(LockResult::failed);
  return attempt_ != nullptr;
}

void RemoteFetch::locked(RemoteLocks::End end, std::unique_ptr<cache::RemoteLock> lock) {
  attempt_.reset();
  how_locked_ = end;
  if (lock) lead_.hold(std::move(lock));
  // Who had the lock, now or just before, may have stored it.
  if (end == RemoteLocks::End::failed || !look()) this->end();
}

void RemoteFetch::end() {
  if (how_locked_) services_.metrics.lock(result_of(*how_locked_, found_));
  // Who waits finds it in the store. Otherwise they wait on, for the database's.
  if (found_) lead_.land();
  wake_();
}

bool RemoteFetch::keep(cache::NewEntry& entry) {
  if (!is_kept_answer(analysis_->shape->protocol(), key_, entry)) return false;
  Shared& shared = services_.shared;
  entry.shape = static_cast<std::uint32_t>(analysis_->shape->id());
  entry.rule = analysis_->verdict.rule;
  entry.adopted = true;
  const bool tracked = !entry.dependencies.empty();
  // Without dependencies it is good for its time, whatever was written; but what was flushed has to be known here.
  if (!tracked && !shared.freshness.fresh(shared.clock.now())) return false;
  // A flush that comes after the lease ends what is kept behind it, one before is found by the entry's own as-of.
  const auto lease = tracked ? shared.log.adopt(entry.dependencies, entry.as_of) : std::optional(shared.log.lease());
  if (!lease || flushed(shared.log.flushes(), *analysis_, entry, tracked)) return false;
  entry.as_of = lease->as_of();
  const std::uint32_t cost = entry.upstream_us;
  if (put(services_, cache::make_key(key_), entry, *lease) != cache::PutResult::stored) return false;
  if (analysis_->verdict.l2.store == policy::RemoteStore::at_once) analysis_->shape->computed(cost);
  return true;
}

}  // namespace tapri::session
