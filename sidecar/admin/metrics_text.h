// GET /metrics: Prometheus' text format, version 0.0.4.
//
// Thread-safety: pure functions over what Gauges points to.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "admin/backend.h"

namespace tapri::admin {

enum class MetricKind : std::uint8_t { counter, gauge, histogram };

// What is exposed. docs/metrics.md lists the same, and is checked against it.
struct Metric {
  std::string_view name;
  MetricKind kind = MetricKind::counter;
  std::string_view labels;  // "tier,cause"; empty: none
  std::string_view help;
};
[[nodiscard]] std::span<const Metric> metrics();

[[nodiscard]] std::string metrics_text(const Gauges& gauges);

// The rows of docs/metrics.md's table, one a metric.
[[nodiscard]] std::string metrics_table();

}  // namespace tapri::admin
