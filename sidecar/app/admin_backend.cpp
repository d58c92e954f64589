#include "app/admin_backend.h"

#include <algorithm>
#include <set>
#include <utility>

#include "config/load.h"

namespace tapri::app {
namespace {

using admin::ApiError;
using admin::Fault;

tl::unexpected<ApiError> refuse(Fault fault, std::string detail) {
  return tl::unexpected<ApiError>(ApiError{fault, std::move(detail)});
}

Duration nanoseconds(std::uint64_t count) { return Duration(static_cast<Duration::rep>(count)); }

admin::ShapeStats stats_of(const session::Shape& shape, const policy::RuleSet& rules) {
  admin::ShapeStats stats;
  stats.fingerprint = shape.fingerprint();
  stats.protocol = shape.protocol();
  stats.text = shape.text();
  std::uint64_t upstream = 0;
  std::uint64_t saved = 0;
  std::uint64_t writes = 0;
  std::uint32_t rule = 0;
  for (std::size_t worker = 0; worker < shape.workers(); ++worker) {
    const session::ShapeCounters& counters = shape.counters(worker);
    stats.hits += counters.hits.value();
    stats.misses += counters.misses.value();
    stats.coalesced += counters.coalesced.value();
    stats.bypassed += counters.bypassed.value();
    for (std::size_t i = 0; i < stats.invalidated.size(); ++i) stats.invalidated[i] += counters.invalidated[i].value();
    writes += counters.writes.value();
    upstream += counters.upstream_nanoseconds.value();
    saved += counters.saved_nanoseconds.value();
    rule = std::max(rule, counters.last_rule.load(std::memory_order_relaxed));
    const Reason reason = counters.last_reason.load(std::memory_order_relaxed);
    if (reason != Reason::none) stats.reason = reason;
  }
  stats.calls = stats.hits + stats.misses + stats.coalesced + stats.bypassed + writes;
  stats.rule = rules.rule_name(rule <= rules.size() ? rule : 0);
  stats.upstream_time = nanoseconds(upstream);
  stats.saved_time = nanoseconds(saved);
  return stats;
}

std::uint64_t order_value(const admin::ShapeStats& stats, admin::ShapeOrder order) {
  switch (order) {
    case admin::ShapeOrder::calls:
      return stats.calls;
    case admin::ShapeOrder::hits:
      return stats.hits;
    case admin::ShapeOrder::misses:
      return stats.misses;
    case admin::ShapeOrder::bypassed:
      return stats.bypassed;
    case admin::ShapeOrder::upstream_time:
      return static_cast<std::uint64_t>(stats.upstream_time.count());
    case admin::ShapeOrder::saved_time:
      return static_cast<std::uint64_t>(stats.saved_time.count());
  }
  return 0;
}

admin::Gauges::Catalog gauge_of(const dbclient::CatalogService::Known& known, TimePoint now) {
  admin::Gauges::Catalog gauge;
  gauge.database = known.name_space;
  gauge.generation = known.status.generation;
  gauge.relations = known.status.relations;
  if (known.status.confirmed) {
    gauge.age_seconds = std::chrono::duration<double>(now - *known.status.confirmed).count();
  }
  gauge.error = known.status.last_error;
  return gauge;
}

admin::RedisState& state_of(const std::string& tier, std::vector<admin::RedisState>& states) {
  const auto found = std::ranges::find(states, tier, &admin::RedisState::tier);
  if (found != states.end()) return *found;
  states.emplace_back().tier = tier;
  return states.back();
}

std::vector<admin::RedisState> redis_states(Fleet& fleet) {
  std::vector<admin::RedisState> states;
  for (const auto& [tier, client] : fleet.clients()) {
    admin::RedisState& state = state_of(tier, states);
    using Breaker = redis::Breaker::State;
    const Breaker breaker = client->breaker.load();
    const bool connected = client->connected.load();
    ++(breaker == Breaker::open        ? state.open
       : breaker == Breaker::half_open ? state.half_open
       : connected                     ? state.connected
                                       : state.down);
    state.opened += client->breaker_opened.value();
    state.answered += client->answered.value();
    state.errors += client->errors.value();
    state.expired += client->expired.value();
    state.ended += client->ended.value();
    state.refused += client->refused.value();
  }
  return states;
}

}  // namespace

std::vector<admin::Check> AdminBackend::checks() {
  std::vector<admin::Check> checks;
  checks.push_back(
      {.name = "listeners", .good = !runtime_.draining(), .detail = runtime_.draining() ? "draining" : ""});
  checks.push_back(
      {.name = "rules", .good = runtime_.rules().ready(), .detail = runtime_.rules().status().error.value_or("")});
  bool catalog = true;
  for (const auto& upstream : runtime_.upstreams()) catalog = catalog && !upstream->catalog_degraded();
  if (Fleet* const fleet = runtime_.fleet()) {
    const redis::LogStatus log = fleet->status();
    const bool good = log.appending && log.following;
    checks.push_back({.name = "redis",
                      .good = good,
                      .required = false,
                      .detail = good ? "" : "the fleet's log cannot be used: nothing is answered from the cache"});
  }
  checks.push_back({.name = "catalog",
                    .good = catalog,
                    .required = false,
                    .detail = catalog ? "" : "the schema cannot be read: nothing is cached except by rule"});
  return checks;
}

admin::Gauges AdminBackend::gauges() {
  admin::Gauges gauges;
  metrics_ = runtime_.server().metrics();
  gauges.workers = metrics_;
  gauges.memory = runtime_.store().stats();
  gauges.flight_waiters = runtime_.flights().waiters();
  gauges.log_records.push_back({.source = "client", .kind = "write", .count = runtime_.log().records()});
  bool catalog = false;
  bool caching = false;
  for (const auto& upstream : runtime_.upstreams()) {
    catalog = catalog || upstream->catalog_degraded();
    caching = caching || upstream->shared().caching.load();
    for (const auto& known : upstream->known_catalogs()) {
      gauges.catalogs.push_back(gauge_of(known, runtime_.clock().now()));
    }
  }
  gauges.degraded.push_back({.component = "catalog", .degraded = catalog});
  gauges.degraded.push_back({.component = "rules", .degraded = !runtime_.last_reload_good()});
  if (Fleet* const fleet = runtime_.fleet()) {
    gauges.fleet = fleet_state();
    gauges.redis = redis_states(*fleet);
    gauges.remote = fleet->remote_stats();
    if (const auto good = fleet->seal_keys_good()) {
      gauges.degraded.push_back({.component = "seal_keys", .degraded = !*good});
    }
    gauges.degraded.push_back({.component = "redis", .degraded = !gauges.fleet->appending || !gauges.fleet->following});
  }
  gauges.degraded.push_back({.component = "orphaned_writes", .degraded = runtime_.server().orphans() > 0});
  gauges.last_reload_successful = runtime_.last_reload_good();
  gauges.last_reload_unix_seconds = runtime_.last_reload_time();
  gauges.start_unix_seconds = runtime_.start_time();
  gauges.draining = runtime_.draining();
  gauges.caching = caching;
  return gauges;
}

admin::FleetState AdminBackend::fleet_state() const {
  const coherence::Freshness& freshness = runtime_.freshness();
  const redis::LogStatus log = runtime_.fleet()->status();
  admin::FleetState state;
  state.mode = coherence::mode_name(freshness.mode());
  state.appending = log.appending;
  state.following = log.following;
  state.epoch = log.epoch;
  state.position = log.position;
  state.base = log.base;
  state.open_here = log.open_here;
  state.open_elsewhere = log.open_elsewhere;
  state.gaps = log.gaps;
  state.unannounced = log.unannounced;
  if (const auto age = freshness.sync_age(runtime_.clock().now())) {
    state.last_sync_age_seconds = std::chrono::duration<double>(*age).count();
  }
  for (redis::Member& member : runtime_.fleet()->members()) {
    state.members.push_back(
        {std::move(member.id), std::chrono::duration<double>(member.age).count(), std::move(member.text)});
  }
  state.max_staleness_seconds = std::chrono::duration<double>(freshness.max_staleness()).count();
  return state;
}

std::vector<admin::ShapeStats> AdminBackend::shapes(std::size_t limit, admin::ShapeOrder order) {
  const auto rules = runtime_.rules().current();
  std::vector<admin::ShapeStats> shapes;
  for (const auto& shape : runtime_.shapes().all()) {
    admin::ShapeStats stats = stats_of(*shape, *rules);
    if (stats.calls > 0) shapes.push_back(std::move(stats));
  }
  const auto larger = [order](const admin::ShapeStats& one, const admin::ShapeStats& other) {
    return order_value(one, order) > order_value(other, order);
  };
  const std::size_t kept = std::min(limit, shapes.size());
  std::partial_sort(shapes.begin(), shapes.begin() + static_cast<std::ptrdiff_t>(kept), shapes.end(), larger);
  shapes.resize(kept);
  return shapes;
}

// Here first: what was kept here is gone also where the others cannot be told.
admin::Answer<std::uint64_t> AdminBackend::flush(const admin::FlushRequest& request) {
  const auto target = flush_target(request);
  if (!target) return tl::unexpected<ApiError>(target.error());
  const std::size_t flushed = runtime_.flush(*target);
  Fleet* const fleet = runtime_.fleet();
  if (fleet == nullptr || fleet->tell_flush(target->what)) return flushed;
  return refuse(Fault::unavailable,
                "flushed on this instance only (" + std::to_string(flushed) +
                    " entries): Redis does not take it, so the others have perhaps not heard of it. Flush again when "
                    "the log can be written");
}

admin::Answer<FlushTarget> AdminBackend::flush_target(const admin::FlushRequest& request) {
  switch (request.scope) {
    case admin::FlushScope::all:
      return FlushTarget{{}, [](const cache::Entry&) { return true; }};
    case admin::FlushScope::table:
      return target_table(request.value);
    case admin::FlushScope::tag:
      return target_rules(request.value, true);
    case admin::FlushScope::rule:
      return target_rules(request.value, false);
    case admin::FlushScope::fingerprint:
      return target_shape(request.fingerprint);
  }
  return refuse(Fault::invalid, "unknown scope");
}

// An answer that no write ends does not say which tables it rests on: it may be this one.
admin::Answer<FlushTarget> AdminBackend::target_table(const std::string& pattern) {
  coherence::Footprint footprint;
  for (const auto& upstream : runtime_.upstreams()) footprint.add(upstream->footprint_of(pattern));
  if (footprint.empty()) return refuse(Fault::not_found, "no known table matches '" + pattern + "'");
  FlushTarget target{footprint, [footprint](const cache::Entry& entry) {
                       const auto dependencies = entry.dependencies();
                       return dependencies.empty() || std::ranges::any_of(dependencies, [&](auto dependency) {
                                return footprint.contains(dependency);
                              });
                     }};
  target.what.add(coherence::untracked_scope());
  return target;
}

admin::Answer<FlushTarget> AdminBackend::target_rules(const std::string& value, bool by_tag) {
  const auto rules = runtime_.rules().current();
  std::set<std::uint64_t> matching;
  for (std::uint32_t rule = by_tag ? 1 : 0; rule <= rules->size(); ++rule) {
    const auto tags = rules->tags(rule);
    const bool matches =
        by_tag ? std::find(tags.begin(), tags.end(), value) != tags.end() : rules->rule_label(rule) == value;
    if (matches) matching.insert(rule);
  }
  if (matching.empty())
    return refuse(Fault::not_found, (by_tag ? "no rule has the tag '" : "no rule is named '") + value + "'");
  return FlushTarget{coherence::Footprint({by_tag ? coherence::tag_scope(value) : coherence::rule_scope(value)}),
                     [matching](const cache::Entry& entry) { return matching.contains(entry.rule); }};
}

// What was never seen here another instance may have kept.
admin::Answer<FlushTarget> AdminBackend::target_shape(std::uint64_t fingerprint) {
  std::set<std::uint32_t> ids;
  for (const auto& shape : runtime_.shapes().all()) {
    if (shape->fingerprint() == fingerprint) ids.insert(static_cast<std::uint32_t>(shape->id()));
  }
  if (ids.empty() && runtime_.fleet() == nullptr) {
    return refuse(Fault::not_found, "no statement with that fingerprint was seen");
  }
  return FlushTarget{coherence::Footprint({coherence::fingerprint_scope(fingerprint)}),
                     [ids](const cache::Entry& entry) { return ids.contains(entry.shape); }};
}

admin::Answer<std::string> AdminBackend::reload() {
  if (auto reloaded = runtime_.reload(); !reloaded) return refuse(Fault::unusable, reloaded.error().message);
  return rules_json();
}

admin::Answer<void> AdminBackend::drain() {
  if (runtime_.draining()) return refuse(Fault::conflict, "draining already");
  runtime_.drain();
  return {};
}

std::string AdminBackend::config_json() { return config::print(runtime_.configuration()); }

}  // namespace tapri::app
