#include "admin/metrics_text.h"

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <cstddef>
#include <limits>
#include <sstream>
#include <utility>
#include <vector>

#include "admin/totals.h"

namespace tapri::admin {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

constexpr std::array kProtocols = {Protocol::postgres, Protocol::mysql};
constexpr std::string_view kTier = "l1";

// In the order of exposition.
constexpr std::array<Metric, 42> kMetrics = {{
    {"tapri_build_info", MetricKind::gauge, "version", "Always 1; the label is what runs."},
    {"process_start_time_seconds", MetricKind::gauge, "", "When the process started, in seconds since the epoch."},
    {"tapri_client_connections", MetricKind::gauge, "protocol", "Client connections that are open."},
    {"tapri_client_connections_total", MetricKind::counter, "protocol", "Client connections accepted."},
    {"tapri_client_connections_refused_total", MetricKind::counter, "protocol",
     "Client connections refused because a limit was reached."},
    {"tapri_statements_total", MetricKind::counter, "protocol,outcome", "Statements by what became of them."},
    {"tapri_bypass_total", MetricKind::counter, "reason", "Statements that went past the cache, by reason."},
    {"tapri_statement_duration_seconds", MetricKind::histogram, "outcome",
     "From a statement's arrival to the last byte of its answer."},
    {"tapri_upstream_duration_seconds", MetricKind::histogram, "protocol",
     "From sending a statement to the database to the end of its answer."},
    {"tapri_cache_entries", MetricKind::gauge, "tier", "Results that are kept."},
    {"tapri_cache_bytes", MetricKind::gauge, "tier", "Memory that they take, bookkeeping included."},
    {"tapri_cache_budget_bytes", MetricKind::gauge, "tier", "Memory that they may take."},
    {"tapri_cache_evictions_total", MetricKind::counter, "tier,cause", "Results dropped, by cause."},
    {"tapri_fills_total", MetricKind::counter, "result", "Answers that might have been kept, by what became of them."},
    {"tapri_invalidations_total", MetricKind::counter, "cause",
     "Kept answers that a write had ended when they were next asked for, by what it said of its rows."},
    {"tapri_flight_waiters", MetricKind::gauge, "", "Sessions that wait for another session's answer."},
    {"tapri_log_records_total", MetricKind::counter, "source,kind", "Records appended to the invalidation log."},
    {"tapri_last_sync_age_seconds", MetricKind::gauge, "", "In a fleet: since the log was last read to its end."},
    {"tapri_log_epoch", MetricKind::gauge, "",
     "In a fleet: the log's epoch; it changes with every Redis that answers."},
    {"tapri_log_gaps_total", MetricKind::counter, "", "In a fleet: times that records of the log were missed."},
    {"tapri_log_open_writes", MetricKind::gauge, "where", "In a fleet: writes under way that the log knows of."},
    {"tapri_redis_connections", MetricKind::gauge, "tier,state", "Connections to Redis, by whether they are used."},
    {"tapri_redis_breaker_opened_total", MetricKind::counter, "tier", "Times that Redis was left alone for a while."},
    {"tapri_redis_commands_total", MetricKind::counter, "tier,result", "Commands for Redis, by what became of them."},
    {"tapri_remote_fetches_total", MetricKind::counter, "tier,result",
     "Looks for an answer in a tier behind the store."},
    {"tapri_remote_looks_skipped_total", MetricKind::counter, "",
     "Answers that were not looked for in any tier, for others of the same statement had not been found there."},
    {"tapri_remote_stores_total", MetricKind::counter, "tier,result", "Answers that were to be kept in such a tier."},
    {"tapri_remote_locks_total", MetricKind::counter, "result",
     "In a fleet: locks by which instances agree on who asks the database, by what became of them."},
    {"tapri_remote_withheld_total", MetricKind::counter, "reason",
     "Answers that were kept here and not in such a tier, as their rule says."},
    {"tapri_remote_demotions_total", MetricKind::counter, "result",
     "Answers that memory had no more room for and that were to go to such a tier then, by what became of them."},
    {"tapri_remote_bytes_total", MetricKind::counter, "tier,direction",
     "Bytes of entries taken from such a tier (in) and given to it (out)."},
    {"tapri_hit_age_seconds", MetricKind::histogram, "", "How old answers from the cache were."},
    {"tapri_saved_upstream_seconds_total", MetricKind::counter, "",
     "Database time that answers from the cache have saved."},
    {"tapri_probes_total", MetricKind::counter, "", "Questions for a session's settings."},
    {"tapri_deferred_begins_total", MetricKind::counter, "result",
     "BEGINs that were answered without the database, by what became of them."},
    {"tapri_deferred_prepares_total", MetricKind::counter, "result",
     "Named statements that were prepared without the database, by what became of them."},
    {"tapri_network_bytes_total", MetricKind::counter, "leg,direction", "Bytes received (in) and sent (out)."},
    {"tapri_degraded", MetricKind::gauge, "component", "1 while a component works with less than it should have."},
    {"tapri_caching", MetricKind::gauge, "", "1 while answers may come from the cache."},
    {"tapri_draining", MetricKind::gauge, "", "1 while the process is about to end."},
    {"tapri_config_last_reload_successful", MetricKind::gauge, "",
     "1 if the last reload of rules was good; after a bad one the old ones stay in force."},
    {"tapri_config_last_reload_success_timestamp_seconds", MetricKind::gauge, "",
     "When the rules in force were loaded, in seconds since the epoch."},
}};

std::string_view kind_text(MetricKind kind) {
  return kind == MetricKind::counter ? "counter" : kind == MetricKind::gauge ? "gauge" : "histogram";
}

MetricType prometheus_type(MetricKind kind) {
  return kind == MetricKind::counter ? MetricType::Counter
         : kind == MetricKind::gauge ? MetricType::Gauge
                                     : MetricType::Histogram;
}

class Collector final : public prometheus::Collectable {
 public:
  explicit Collector(const Gauges& gauges) : gauges_(gauges), totals_(sum(gauges.workers)) {}

  std::vector<MetricFamily> Collect() const override {
    std::vector<MetricFamily> out;
    out.reserve(kMetrics.size());
    for (const Metric& metric : kMetrics) {
      MetricFamily family;
      family.name = metric.name;
      family.help = metric.help;
      family.type = prometheus_type(metric.kind);
      out.push_back(std::move(family));
    }
    fill_process(out);
    fill_statements(out);
    fill_protocols(out);
    fill_cache(out);
    fill_traffic(out);
    fill_fleet(out);
    // What an instance that is alone has nothing to say of.
    std::erase_if(out, [](const MetricFamily& family) { return family.metric.empty(); });
    return out;
  }

 private:
  // The family of this name; every name below stands in kMetrics.
  static MetricFamily& family(std::vector<MetricFamily>& families, std::string_view name) {
    std::size_t i = 0;
    while (i + 1 < families.size() && families[i].name != name) ++i;
    return families[i];
  }

  static void add(std::vector<MetricFamily>& families, std::string_view name, double value, Labels labels = {}) {
    MetricFamily& to = family(families, name);
    ClientMetric sample;
    sample.label = std::move(labels);
    if (to.type == MetricType::Counter) {
      sample.counter.value = value;
    } else {
      sample.gauge.value = value;
    }
    to.metric.push_back(std::move(sample));
  }

  static void add(std::vector<MetricFamily>& families, std::string_view name, std::uint64_t value, Labels labels = {}) {
    add(families, name, static_cast<double>(value), std::move(labels));
  }

  static void add(std::vector<MetricFamily>& families, std::string_view name, const HistogramTotals& histogram,
                  Labels labels = {}) {
    ClientMetric sample;
    sample.label = std::move(labels);
    for (std::size_t i = 0; i < histogram.buckets.size(); ++i) {
      const bool last = i == telemetry::Histogram::kBounds.size();
      sample.histogram.sample_count += histogram.buckets[i];
      sample.histogram.bucket.push_back({sample.histogram.sample_count, last ? std::numeric_limits<double>::infinity()
                                                                             : telemetry::Histogram::kBounds[i]});
    }
    sample.histogram.sample_sum = histogram.sum_seconds;
    family(families, name).metric.push_back(std::move(sample));
  }

  static ClientMetric::Label label(std::string_view name, std::string_view value) {
    return {std::string(name), std::string(value)};
  }

  void fill_process(std::vector<MetricFamily>& out) const {
    add(out, "tapri_build_info", 1.0, {label("version", TAPRI_VERSION)});
    add(out, "process_start_time_seconds", gauges_.start_unix_seconds);
    for (const auto& [component, degraded] : gauges_.degraded) {
      add(out, "tapri_degraded", degraded ? 1.0 : 0.0, {label("component", component)});
    }
    add(out, "tapri_caching", gauges_.caching ? 1.0 : 0.0);
    add(out, "tapri_draining", gauges_.draining ? 1.0 : 0.0);
    add(out, "tapri_config_last_reload_successful", gauges_.last_reload_successful ? 1.0 : 0.0);
    add(out, "tapri_config_last_reload_success_timestamp_seconds",
        static_cast<double>(gauges_.last_reload_unix_seconds));
  }

  void fill_statements(std::vector<MetricFamily>& out) const {
    for (std::size_t i = 0; i < telemetry::kOutcomeCount; ++i) {
      const std::string_view outcome = telemetry::outcome_name(static_cast<telemetry::Outcome>(i));
      add(out, "tapri_statement_duration_seconds", totals_.statement_duration[i], {label("outcome", outcome)});
    }
    for (std::size_t i = 0; i < kReasonCount; ++i) {
      add(out, "tapri_bypass_total", totals_.bypass[i], {label("reason", reason_name(static_cast<Reason>(i)))});
    }
    add(out, "tapri_hit_age_seconds", totals_.hit_age);
    add(out, "tapri_saved_upstream_seconds_total", totals_.saved_seconds());
    add(out, "tapri_probes_total", totals_.probes);
    for (std::size_t i = 0; i < telemetry::kInvalidationCauseCount; ++i) {
      const auto cause = telemetry::invalidation_cause_name(static_cast<telemetry::InvalidationCause>(i));
      add(out, "tapri_invalidations_total", totals_.invalidations[i], {label("cause", cause)});
    }
    for (std::size_t i = 0; i < telemetry::kBeginResultCount; ++i) {
      const auto result = telemetry::begin_result_name(static_cast<telemetry::BeginResult>(i));
      add(out, "tapri_deferred_begins_total", totals_.deferred_begins[i], {label("result", result)});
    }
    for (std::size_t i = 0; i < telemetry::kPrepareResultCount; ++i) {
      const auto result = telemetry::prepare_result_name(static_cast<telemetry::PrepareResult>(i));
      add(out, "tapri_deferred_prepares_total", totals_.deferred_prepares[i], {label("result", result)});
    }
  }

  void fill_protocols(std::vector<MetricFamily>& out) const {
    for (const Protocol protocol : kProtocols) {
      const auto totals = sum(gauges_.workers, protocol);
      if (!totals) continue;
      const auto name = label("protocol", protocol_name(protocol));
      for (std::size_t i = 0; i < telemetry::kOutcomeCount; ++i) {
        const std::string_view outcome = telemetry::outcome_name(static_cast<telemetry::Outcome>(i));
        add(out, "tapri_statements_total", totals->statements[i], {name, label("outcome", outcome)});
      }
      add(out, "tapri_upstream_duration_seconds", totals->upstream_duration, {name});
      add(out, "tapri_client_connections", totals->connections(), {name});
      add(out, "tapri_client_connections_total", totals->connections_opened, {name});
      add(out, "tapri_client_connections_refused_total", totals->connections_refused, {name});
    }
  }

  void fill_cache(std::vector<MetricFamily>& out) const {
    const cache::StoreStats& stats = gauges_.memory;
    add(out, "tapri_cache_entries", stats.entries, {label("tier", kTier)});
    add(out, "tapri_cache_bytes", stats.bytes, {label("tier", kTier)});
    add(out, "tapri_cache_budget_bytes", stats.budget, {label("tier", kTier)});
    for (const auto& [cause, count] :
         {std::pair("capacity", stats.evictions_capacity), std::pair("expired", stats.evictions_expired),
          std::pair("invalid", stats.evictions_invalid), std::pair("flushed", stats.evictions_flushed)}) {
      add(out, "tapri_cache_evictions_total", count, {label("tier", kTier), label("cause", cause)});
    }
    for (std::size_t i = 0; i < telemetry::kFillResultCount; ++i) {
      const auto result = telemetry::fill_result_name(static_cast<telemetry::FillResult>(i));
      add(out, "tapri_fills_total", totals_.fills[i], {label("result", result)});
    }
    add(out, "tapri_flight_waiters", static_cast<double>(gauges_.flight_waiters));
    for (const auto& [source, kind, count] : gauges_.log_records) {
      add(out, "tapri_log_records_total", count, {label("source", source), label("kind", kind)});
    }
  }

  void fill_traffic(std::vector<MetricFamily>& out) const {
    const auto bytes = [&](std::string_view leg, std::string_view direction, std::uint64_t count) {
      add(out, "tapri_network_bytes_total", count, {label("leg", leg), label("direction", direction)});
    };
    bytes("client", "in", totals_.client_bytes_in);
    bytes("client", "out", totals_.client_bytes_out);
    bytes("upstream", "in", totals_.upstream_bytes_in);
    bytes("upstream", "out", totals_.upstream_bytes_out);
  }

  void fill_fleet(std::vector<MetricFamily>& out) const {
    if (const auto& fleet = gauges_.fleet) {
      if (fleet->last_sync_age_seconds) add(out, "tapri_last_sync_age_seconds", *fleet->last_sync_age_seconds);
      add(out, "tapri_log_epoch", fleet->epoch);
      add(out, "tapri_log_gaps_total", fleet->gaps);
      add(out, "tapri_log_open_writes", static_cast<double>(fleet->open_here), {label("where", "here")});
      add(out, "tapri_log_open_writes", static_cast<double>(fleet->open_elsewhere), {label("where", "elsewhere")});
    }
    for (const RedisState& redis : gauges_.redis) fill_redis(out, redis);
    for (const cache::RemoteStats& remote : gauges_.remote) fill_remote(out, remote);
    if (gauges_.remote.empty()) return;
    add(out, "tapri_remote_looks_skipped_total", totals_.remote_looks_skipped);
    for (std::size_t i = 0; i < telemetry::kLockResultCount; ++i) {
      const auto result = telemetry::lock_result_name(static_cast<telemetry::LockResult>(i));
      add(out, "tapri_remote_locks_total", totals_.locks[i], {label("result", result)});
    }
    for (std::size_t i = 0; i < telemetry::kWithheldCount; ++i) {
      const auto reason = telemetry::withheld_name(static_cast<telemetry::Withheld>(i));
      add(out, "tapri_remote_withheld_total", totals_.withheld[i], {label("reason", reason)});
    }
    for (std::size_t i = 0; i < telemetry::kDemotionCount; ++i) {
      const auto result = telemetry::demotion_name(static_cast<telemetry::Demotion>(i));
      add(out, "tapri_remote_demotions_total", totals_.demotions[i], {label("result", result)});
    }
  }

  static void fill_redis(std::vector<MetricFamily>& out, const RedisState& redis) {
    for (const auto& [state, count] : {std::pair("connected", redis.connected), std::pair("breaker_open", redis.open),
                                       std::pair("half_open", redis.half_open), std::pair("down", redis.down)}) {
      add(out, "tapri_redis_connections", static_cast<double>(count),
          {label("tier", redis.tier), label("state", state)});
    }
    add(out, "tapri_redis_breaker_opened_total", redis.opened, {label("tier", redis.tier)});
    for (const auto& [result, count] :
         {std::pair("answered", redis.answered), std::pair("error", redis.errors), std::pair("expired", redis.expired),
          std::pair("ended", redis.ended), std::pair("refused", redis.refused)}) {
      add(out, "tapri_redis_commands_total", count, {label("tier", redis.tier), label("result", result)});
    }
  }

  static void fill_remote(std::vector<MetricFamily>& out, const cache::RemoteStats& remote) {
    const auto fetched = [&](std::string_view result, std::uint64_t count) {
      add(out, "tapri_remote_fetches_total", count, {label("tier", remote.tier), label("result", result)});
    };
    fetched("hit", remote.hits);
    for (std::size_t i = 0; i < cache::remote::kMissCount; ++i) {
      fetched(cache::remote::miss_name(static_cast<cache::remote::Miss>(i)), remote.misses[i]);
    }
    fetched("dropped", remote.fetches_dropped);
    for (const auto& [result, count] :
         {std::pair("stored", remote.stored), std::pair("dropped", remote.stores_dropped),
          std::pair("too_large", remote.stores_too_large), std::pair("expired", remote.stores_expired),
          std::pair("outdated", remote.stores_outdated), std::pair("failed", remote.stores_failed)}) {
      add(out, "tapri_remote_stores_total", count, {label("tier", remote.tier), label("result", result)});
    }
    add(out, "tapri_remote_bytes_total", remote.bytes_fetched, {label("tier", remote.tier), label("direction", "in")});
    add(out, "tapri_remote_bytes_total", remote.bytes_stored, {label("tier", remote.tier), label("direction", "out")});
  }

  const Gauges& gauges_;
  Totals totals_;
};

}  // namespace

std::span<const Metric> metrics() { return kMetrics; }

std::string metrics_text(const Gauges& gauges) {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, Collector(gauges).Collect());
  return std::move(out).str();
}

std::string metrics_table() {
  std::string out = "| metric | type | labels | what it says |\n|---|---|---|---|\n";
  for (const Metric& metric : kMetrics) {
    out.append("| `").append(metric.name).append("` | ").append(kind_text(metric.kind)).append(" | ");
    if (!metric.labels.empty()) out.append("`").append(metric.labels).append("`");
    out.append(" | ").append(metric.help).append(" |\n");
  }
  return out;
}

}  // namespace tapri::admin
