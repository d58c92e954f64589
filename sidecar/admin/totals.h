// The workers' counters added up.
//
// Thread-safety: reads the counters from any thread; each is read once, so sums over one kind are consistent enough for
// a graph but not exact to the statement.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "telemetry/metrics.h"

namespace tapri::admin {

struct HistogramTotals {
  std::array<std::uint64_t, telemetry::Histogram::kBounds.size() + 1> buckets{};
  double sum_seconds = 0;
  void add(const telemetry::Histogram& histogram);
};

struct Totals {
  std::array<std::uint64_t, telemetry::kOutcomeCount> statements{};
  std::array<std::uint64_t, kReasonCount> bypass{};
  std::array<std::uint64_t, telemetry::kFillResultCount> fills{};
  std::array<std::uint64_t, telemetry::kInvalidationCauseCount> invalidations{};
  std::array<HistogramTotals, telemetry::kOutcomeCount> statement_duration;
  HistogramTotals upstream_duration;
  HistogramTotals hit_age;
  std::uint64_t saved_nanoseconds = 0;
  std::uint64_t connections_opened = 0;
  std::uint64_t connections_closed = 0;
  std::uint64_t connections_refused = 0;
  std::uint64_t probes = 0;
  std::uint64_t remote_looks_skipped = 0;
  std::array<std::uint64_t, telemetry::kBeginResultCount> deferred_begins{};
  std::array<std::uint64_t, telemetry::kPrepareResultCount> deferred_prepares{};
  std::array<std::uint64_t, telemetry::kLockResultCount> locks{};
  std::array<std::uint64_t, telemetry::kWithheldCount> withheld{};
  std::array<std::uint64_t, telemetry::kDemotionCount> demotions{};
  std::uint64_t client_bytes_in = 0;
  std::uint64_t client_bytes_out = 0;
  std::uint64_t upstream_bytes_in = 0;
  std::uint64_t upstream_bytes_out = 0;

  [[nodiscard]] std::uint64_t connections() const;
  [[nodiscard]] std::uint64_t statement_count() const;
  [[nodiscard]] std::uint64_t hits() const;    // from any tier, stale ones included
  [[nodiscard]] std::uint64_t misses() const;  // and those that another session's answer ended
  [[nodiscard]] double saved_seconds() const { return static_cast<double>(saved_nanoseconds) / 1e9; }
};

[[nodiscard]] Totals sum(std::span<const telemetry::WorkerMetrics* const> workers);
// Of one protocol; nullopt: no worker speaks it.
[[nodiscard]] std::optional<Totals> sum(std::span<const telemetry::WorkerMetrics* const> workers, Protocol protocol);

}  // namespace tapri::admin
