// The manual's tables against what the program really has, in both directions.

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "admin/metrics_text.h"
#include "base/reason.h"
#include "unit/admin/fake_backend.h"

namespace tapri::admin {
namespace {

std::string read_manual(const std::string& name) {
  std::ifstream in(std::string(TAPRI_SOURCE_DIR "/docs/") + name);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// The lines of a table whose first cell is `code` that begins with `prefix`.
std::set<std::string> rows(const std::string& text, const std::string& prefix) {
  std::set<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("| `" + prefix)) out.insert(line);
  }
  return out;
}

Gauges full_gauges(FakeBackend& backend) {
  backend.gauges_.log_records = {{"client", "relation", 3}};
  backend.gauges_.fleet = FleetState{.mode = "strict", .epoch = 2, .open_here = 1, .last_sync_age_seconds = 0.25};
  backend.gauges_.redis = {RedisState{.tier = "redis", .connected = 3, .open = 1, .expired = 7},
                           RedisState{.tier = "near", .down = 2}};
  backend.gauges_.remote = {cache::RemoteStats{.tier = "redis", .hits = 4, .bytes_fetched = 400}};
  backend.gauges_.degraded = {{"catalog", true}, {"rules", false}};
  backend.first_.statement(telemetry::Outcome::hit_l1, std::chrono::microseconds(20));
  backend.second_.statement(telemetry::Outcome::hit_l1, std::chrono::seconds(60));
  backend.first_.lock(telemetry::LockResult::taken);
  backend.second_.lock(telemetry::LockResult::taken);
  return backend.gauges();
}

TEST(MetricsTest, TheManualHoldsTheTable) {
  const std::string manual = read_manual("metrics.md");
  std::set<std::string> documented = rows(manual, "tapri_");
  documented.merge(rows(manual, "process_"));
  std::set<std::string> actual = rows(metrics_table(), "tapri_");
  actual.merge(rows(metrics_table(), "process_"));
  EXPECT_EQ(documented, actual);
}

TEST(MetricsTest, ExposesWhatTheTableSaysAndNothingElse) {
  FakeBackend backend;
  std::istringstream in(metrics_text(full_gauges(backend)));
  std::map<std::string, std::string> types;
  std::set<std::string> helped;
  std::set<std::string> sampled;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string first;
    std::string second;
    std::string name;
    words >> first >> second >> name;
    if (first == "#") {
      std::string type;
      words >> type;
      if (second == "TYPE") types[name] = type;
      if (second == "HELP") helped.insert(name);
      continue;
    }
    sampled.insert(line.substr(0, line.find_first_of("{ ")));
  }
  std::set<std::string> expected_samples;
  ASSERT_EQ(types.size(), metrics().size());
  for (const Metric& metric : metrics()) {
    const std::string name(metric.name);
    EXPECT_TRUE(helped.contains(name)) << name;
    if (metric.kind != MetricKind::histogram) {
      EXPECT_EQ(types[name], metric.kind == MetricKind::counter ? "counter" : "gauge") << name;
      expected_samples.insert(name);
      continue;
    }
    EXPECT_EQ(types[name], "histogram") << name;
    for (const char* suffix : {"_bucket", "_sum", "_count"}) expected_samples.insert(name + suffix);
  }
  EXPECT_EQ(sampled, expected_samples);
}

TEST(MetricsTest, FollowsPrometheusNaming) {
  for (const Metric& metric : metrics()) {
    EXPECT_EQ(metric.name.ends_with("_total"), metric.kind == MetricKind::counter) << metric.name;
    EXPECT_TRUE(metric.name.starts_with("tapri_") || metric.name.starts_with("process_")) << metric.name;
    EXPECT_TRUE(metric.help.ends_with('.')) << metric.name;
  }
}

TEST(MetricsTest, AddsUpTheWorkers) {
  FakeBackend backend;
  const std::string text = metrics_text(full_gauges(backend));
  for (const char* line : {
           "tapri_statements_total{protocol=\"postgres\",outcome=\"hit_l1\"} 2\n",
           "tapri_statements_total{protocol=\"postgres\",outcome=\"write\"} 0\n",
           "tapri_statement_duration_seconds_count{outcome=\"hit_l1\"} 2\n",
           "tapri_statement_duration_seconds_bucket{outcome=\"hit_l1\",le=\"2.5e-05\"} 1\n",
           "tapri_statement_duration_seconds_bucket{outcome=\"hit_l1\",le=\"30\"} 1\n",
           "tapri_statement_duration_seconds_bucket{outcome=\"hit_l1\",le=\"+Inf\"} 2\n",
           "tapri_bypass_total{reason=\"volatile_function\"} 0\n",
           "tapri_fills_total{result=\"refused_lease\"} 0\n",
           "tapri_log_records_total{source=\"client\",kind=\"relation\"} 3\n",
           "tapri_last_sync_age_seconds 0.25\n",
           "tapri_log_open_writes{where=\"here\"} 1\n",
           "tapri_redis_connections{tier=\"redis\",state=\"breaker_open\"} 1\n",
           "tapri_redis_connections{tier=\"near\",state=\"down\"} 2\n",
           "tapri_redis_commands_total{tier=\"redis\",result=\"expired\"} 7\n",
           "tapri_remote_fetches_total{tier=\"redis\",result=\"hit\"} 4\n",
           "tapri_remote_fetches_total{tier=\"redis\",result=\"not_authentic\"} 0\n",
           "tapri_remote_locks_total{result=\"taken\"} 2\n",
           "tapri_remote_locks_total{result=\"timed_out\"} 0\n",
           "tapri_remote_bytes_total{tier=\"redis\",direction=\"in\"} 400\n",
           "tapri_degraded{component=\"catalog\"} 1\n",
           "tapri_degraded{component=\"rules\"} 0\n",
           "tapri_cache_evictions_total{tier=\"l1\",cause=\"capacity\"} 0\n",
       }) {
    EXPECT_NE(text.find(line), std::string::npos) << line;
  }
  const std::string version = std::string("tapri_build_info{version=\"") + TAPRI_VERSION + "\"} 1\n";
  EXPECT_NE(text.find(version), std::string::npos);
  EXPECT_EQ(text.find("le=\"+Inf\"} 2\ntapri_statement_duration_seconds_bucket{outcome=\"hit_l1\",le=\"+Inf\""),
            std::string::npos);
}

TEST(ReasonsTest, TheManualHoldsEachReasonWithItsText) {
  std::set<std::string> expected;
  for (std::size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    expected.insert("| `" + std::string(reason_name(reason)) + "` | " + std::string(reason_text(reason)) + " |");
  }
  EXPECT_EQ(rows(read_manual("reasons.md"), ""), expected);
}

}  // namespace
}  // namespace tapri::admin
