#include "session/keeping.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <utility>

#include "session/global_key.h"

namespace tapri::session {
namespace {

// A TTL with up to `jitter` of it taken off, so that what was stored together does not expire together.
Duration jittered(Duration ttl, double jitter) {
  if (jitter <= 0) return ttl;
  static thread_local std::minstd_rand random{std::random_device{}()};
  const double share = std::uniform_real_distribution<double>(0, std::min(jitter, 1.0))(random);
  return ttl - Duration(static_cast<Duration::rep>(static_cast<double>(ttl.count()) * share));
}

telemetry::InvalidationCause cause_of(coherence::DependencyKind kind) {
  using Kind = coherence::DependencyKind;
  switch (kind) {
    case Kind::key:
      return telemetry::InvalidationCause::key;
    case Kind::unkeyed:
    case Kind::inserted:
      return telemetry::InvalidationCause::unkeyed;
    case Kind::any:
      return telemetry::InvalidationCause::any;
    case Kind::all:
    case Kind::roles:
    case Kind::scope:
      break;
  }
  return telemetry::InvalidationCause::all;
}

telemetry::FillResult fill_result(cache::PutResult result) {
  switch (result) {
    case cache::PutResult::stored:
      return telemetry::FillResult::stored;
    case cache::PutResult::refused_size:
      return telemetry::FillResult::refused_size;
    case cache::PutResult::refused_lease:
      return telemetry::FillResult::refused_lease;
    case cache::PutResult::refused_expired:
      return telemetry::FillResult::refused_expired;
  }
  return telemetry::FillResult::refused_size;
}

void count_invalidated(const WorkerServices& services, const Analysis& analysis, const cache::Entry& entry) {
  const auto written = services.shared.log.written_since(entry.dependencies(), entry.as_of);
  const auto cause = cause_of(written ? coherence::kind_of(*written) : coherence::DependencyKind::all);
  services.metrics.invalidated(cause);
  analysis.shape->counters(services.worker).invalidated[static_cast<std::size_t>(cause)].add();
}

RemoteAdmission::Answer answer_of(const Analysis& analysis, const cache::NewEntry& entry) {
  return {.rule = analysis.verdict.rule,
          .size = entry.payload.size(),
          .cost = std::chrono::microseconds(entry.upstream_us)};
}

bool goes_at_eviction(const Analysis& analysis) {
  return analysis.verdict.l2.store == policy::RemoteStore::at_eviction;
}

// What takes memory of its own is kept beside an entry only if it may be used.
void prepare_demotion(const WorkerServices& services, const Analysis& analysis, cache::NewEntry& entry,
                      const cache::remote::GlobalKey& key) {
  if (const auto reason = RemoteAdmission::refuse_ever(analysis.verdict.l2, answer_of(analysis, entry))) {
    return services.metrics.withhold(*reason);
  }
  entry.demotion = demotion_of(services.shared, analysis, entry, key);
}

// `entry` is no longer needed.
void keep_remotely(const WorkerServices& services, const Analysis& analysis, cache::NewEntry& entry,
                   const cache::remote::GlobalKey& key) {
  const policy::RemoteSettings& settings = analysis.verdict.l2;
  const RemoteAdmission::Answer answer = answer_of(analysis, entry);
  if (const auto reason = services.shared.admission.refuse(settings, answer, entry.stored_at)) {
    return services.metrics.withhold(*reason);
  }
  if (settings.ttl) entry.expires_at = std::min(entry.expires_at, entry.stored_at + *settings.ttl);
  services.remote->store(key, entry);
}

}  // namespace

bool may_be_flushed(const coherence::Flushes& flushes, const Analysis& analysis, const cache::EntryFacts& entry,
                    bool tracked) {
  const coherence::Dependency untracked = coherence::untracked_scope();
  if (!tracked && flushes.flushed(std::span(&untracked, 1), entry.as_of)) return true;
  // What another rule is called is not at hand: there was a flush since, perhaps of what that one has kept.
  return entry.rule != analysis.verdict.rule || flushes.flushed(analysis.scopes, entry.as_of);
}

cache::EntryRef find_usable(const WorkerServices& services, const Analysis& analysis, const cache::KeyView& key,
                            TimePoint now, Reason& reason) {
  Shared& shared = services.shared;
  cache::EntryRef entry = shared.store.get(key);
  reason = Reason::not_cached_yet;
  if (!entry) return nullptr;
  if (entry->expires_at <= now) {
    reason = Reason::expired;
    shared.store.drop(key, entry, true);
    return nullptr;
  }
  const bool tracked = !entry->dependencies().empty();
  if (flushed(shared.log.flushes(), analysis, *entry, tracked)) {
    shared.store.drop(key, entry, false);
    return nullptr;
  }
  if (tracked && !shared.freshness.fresh(now) && !shared.freshness.young(entry->asked_at(), now)) {
    reason = Reason::log_stale;
    return nullptr;
  }
  switch (shared.log.check(entry->dependencies(), entry->as_of)) {
    case coherence::Validity::valid:
      break;
    case coherence::Validity::write_in_flight:
      reason = Reason::write_in_flight;
      return nullptr;
    case coherence::Validity::invalidated:
      reason = Reason::invalidated;
      count_invalidated(services, analysis, *entry);
      shared.store.drop(key, entry, false);
      return nullptr;
  }
  // A rule that took the statement out of the coherence promise, or back in, makes what was kept before no use.
  const bool coherent = analysis.verdict.coherence != policy::Coherence::ttl;
  if (coherent != tracked) return nullptr;
  return entry;
}

std::optional<cache::remote::GlobalKey> remote_key(const WorkerServices& services, const Analysis& analysis,
                                                   const Context& context, ByteView local_key) {
  if (services.remote == nullptr || !analysis.verdict.l2.enabled) return std::nullopt;
  // What goes there later may find it well.
  if (!services.remote->usable() && !goes_at_eviction(analysis)) return std::nullopt;
  return global_key(services.shared.upstream, analysis.origin, context, *analysis.shape, local_key);
}

cache::PutResult put(const WorkerServices& services, const cache::KeyView& key, const cache::NewEntry& entry,
                     const coherence::FillLease& lease) {
  if (services.demotions == nullptr) return services.shared.store.put(key, entry, lease);
  std::vector<cache::EntryRef> evicted;
  const cache::PutResult result = services.shared.store.put(key, entry, lease, &evicted);
  if (!evicted.empty()) services.demotions->add(evicted);
  return result;
}

void keep(const WorkerServices& services, const Analysis& analysis, const cache::KeyView& key, cache::NewEntry& entry,
          const coherence::FillLease& taken, TimePoint started,
          const std::optional<cache::remote::GlobalKey>& remote_key) {
  Shared& shared = services.shared;
  entry.upstream_us = cache::microseconds_of(entry.stored_at - started);
  const bool for_all = remote_key && entry.payload.size() <= shared.limits.max_remote_result;
  // Until it is known to be kept there is nothing to wait for. Alone nobody asks: all workers would write the same
  // line.
  if (services.remote != nullptr) analysis.shape->computed(kCostOfNoUse);
#ifdef TAPRI_BREAK_LEASE
  const coherence::FillLease lease = shared.log.lease();  // broken on purpose: taken after the read
  (void)taken;
#else
  const coherence::FillLease& lease = taken;
#endif
  entry.as_of = lease.as_of();
  entry.shape = static_cast<std::uint32_t>(analysis.shape->id());
  entry.rule = analysis.verdict.rule;
  if (shared.log.check(entry.dependencies, entry.as_of) == coherence::Validity::invalidated ||
      flushed(shared.log.flushes(), analysis, entry, !entry.dependencies.empty())) {
    services.metrics.filled(telemetry::FillResult::refused_lease);
    return;
  }
  // From when the read was sent: the rows are as old as that.
  entry.expires_at =
      analysis.verdict.ttl ? started + jittered(*analysis.verdict.ttl, analysis.verdict.jitter) : TimePoint::max();
  const std::uint32_t cost = entry.upstream_us;
  const bool later = goes_at_eviction(analysis);
  if (for_all && later && services.demotions != nullptr) prepare_demotion(services, analysis, entry, *remote_key);
  const auto result = put(services, key, entry, lease);
  services.metrics.filled(fill_result(result));
  // Nobody else finds it while it is here alone.
  if (for_all && !later && result == cache::PutResult::stored) analysis.shape->computed(cost);
  if (services.remote == nullptr) return;
  if (!analysis.verdict.l2.enabled) services.metrics.withhold(telemetry::Withheld::disabled);
  if (remote_key && !later && services.remote->usable()) keep_remotely(services, analysis, entry, *remote_key);
}

void count_hit(const WorkerServices& services, const Analysis& analysis, const cache::Entry& entry,
               telemetry::Outcome outcome, TimePoint asked) {
  const TimePoint now = services.shared.clock.now();
  telemetry::WorkerMetrics& metrics = services.metrics;
  metrics.statement(outcome, now - asked);
  metrics.hit_age.observe(now - entry.stored_at);
  const std::uint64_t saved = std::uint64_t{entry.upstream_us} * 1'000;
  metrics.saved_nanoseconds.add(saved);
  ShapeCounters& counters = analysis.shape->counters(services.worker);
  (outcome == telemetry::Outcome::coalesced ? counters.coalesced : counters.hits).add();
  counters.saved_nanoseconds.add(saved);
  counters.last_reason.store(Reason::none, std::memory_order_relaxed);
  counters.last_rule.store(analysis.verdict.rule, std::memory_order_relaxed);
}

void count_forwarded(const WorkerServices& services, const Analysis& analysis, Reason reason, bool missed,
                     TimePoint started) {
  const Duration took = services.shared.clock.now() - started;
  telemetry::WorkerMetrics& metrics = services.metrics;
  ShapeCounters& counters = analysis.shape->counters(services.worker);
  metrics.upstream_duration.observe(took);
  counters.upstream_nanoseconds.add(static_cast<std::uint64_t>(std::max<Duration::rep>(took.count(), 0)));
  counters.last_reason.store(reason, std::memory_order_relaxed);
  counters.last_rule.store(analysis.verdict.rule, std::memory_order_relaxed);
  if (analysis.writes) {
    metrics.statement(telemetry::Outcome::write, took);
    counters.writes.add();
  } else if (missed || (reason >= Reason::not_cached_yet && analysis.cacheable)) {
    metrics.statement(telemetry::Outcome::miss, took);
    counters.misses.add();
  } else {
    metrics.statement(telemetry::Outcome::bypass, took);
    metrics.bypassed(reason);
    counters.bypassed.add();
  }
}

bool intersects(std::span<const coherence::Dependency> dependencies, const coherence::Footprint& footprint) {
  return std::any_of(dependencies.begin(), dependencies.end(),
                     [&](coherence::Dependency dependency) { return footprint.contains(dependency); });
}

}  // namespace tapri::session
