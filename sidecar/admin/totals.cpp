#include "admin/totals.h"

#include <cstddef>
#include <numeric>

namespace tapri::admin {
namespace {

using telemetry::Counter;
using telemetry::Outcome;

template <std::size_t N>
void add(std::array<std::uint64_t, N>& to, const std::array<Counter, N>& from) {
  for (std::size_t i = 0; i < N; ++i) to[i] += from[i].value();
}

void add(Totals& totals, const telemetry::WorkerMetrics& worker) {
  add(totals.statements, worker.statements);
  add(totals.bypass, worker.bypass);
  add(totals.fills, worker.fills);
  add(totals.invalidations, worker.invalidations);
  for (std::size_t i = 0; i < telemetry::kOutcomeCount; ++i) {
    totals.statement_duration[i].add(worker.statement_duration[i]);
  }
  totals.upstream_duration.add(worker.upstream_duration);
  totals.hit_age.add(worker.hit_age);
  totals.saved_nanoseconds += worker.saved_nanoseconds.value();
  totals.connections_opened += worker.connections_opened.value();
  totals.connections_closed += worker.connections_closed.value();
  totals.connections_refused += worker.connections_refused.value();
  totals.probes += worker.probes.value();
  totals.remote_looks_skipped += worker.remote_looks_skipped.value();
  add(totals.deferred_begins, worker.deferred_begins);
  add(totals.deferred_prepares, worker.deferred_prepares);
  add(totals.locks, worker.locks);
  add(totals.withheld, worker.withheld);
  add(totals.demotions, worker.demotions);
  totals.client_bytes_in += worker.client_bytes_in.value();
  totals.client_bytes_out += worker.client_bytes_out.value();
  totals.upstream_bytes_in += worker.upstream_bytes_in.value();
  totals.upstream_bytes_out += worker.upstream_bytes_out.value();
}

}  // namespace

void HistogramTotals::add(const telemetry::Histogram& histogram) {
  for (std::size_t i = 0; i < buckets.size(); ++i) buckets[i] += histogram.bucket(i);
  sum_seconds += histogram.sum_seconds();
}

std::uint64_t Totals::connections() const {
  // One may be counted as closed after the opened ones were read.
  return connections_opened > connections_closed ? connections_opened - connections_closed : 0;
}

std::uint64_t Totals::statement_count() const {
  return std::accumulate(statements.begin(), statements.end(), std::uint64_t{0});
}

std::uint64_t Totals::hits() const {
  return statements[static_cast<std::size_t>(Outcome::hit_l1)] + statements[static_cast<std::size_t>(Outcome::hit_l2)] +
         statements[static_cast<std::size_t>(Outcome::hit_stale)];
}

std::uint64_t Totals::misses() const {
  return statements[static_cast<std::size_t>(Outcome::miss)] + statements[static_cast<std::size_t>(Outcome::coalesced)];
}

Totals sum(std::span<const telemetry::WorkerMetrics* const> workers) {
  Totals totals;
  for (const telemetry::WorkerMetrics* worker : workers) add(totals, *worker);
  return totals;
}

std::optional<Totals> sum(std::span<const telemetry::WorkerMetrics* const> workers, Protocol protocol) {
  std::optional<Totals> totals;
  for (const telemetry::WorkerMetrics* worker : workers) {
    if (worker->protocol != protocol) continue;
    if (!totals) totals.emplace();
    add(*totals, *worker);
  }
  return totals;
}

}  // namespace tapri::admin
