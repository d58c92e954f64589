#include "telemetry/metrics.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>

namespace tapri::telemetry {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

TEST(HistogramTest, BoundsAreInclusiveUpperBounds) {
  Histogram histogram;
  histogram.observe(microseconds(10));    // exactly the first bound
  histogram.observe(nanoseconds(10001));  // just past it
  EXPECT_EQ(histogram.bucket(0), 1U);
  EXPECT_EQ(histogram.bucket(1), 1U);
  EXPECT_EQ(histogram.count(), 2U);
  EXPECT_DOUBLE_EQ(histogram.sum_seconds(), 0.000020001);
}

TEST(HistogramTest, EveryBoundFallsIntoItsOwnBucket) {
  Histogram histogram;
  for (const double bound : Histogram::kBounds) {
    histogram.observe(std::chrono::round<Duration>(std::chrono::duration<double>(bound)));
  }
  for (std::size_t i = 0; i < Histogram::kBounds.size(); ++i) EXPECT_EQ(histogram.bucket(i), 1U) << i;
  EXPECT_EQ(histogram.bucket(Histogram::kBounds.size()), 0U);
}

TEST(HistogramTest, LongAndNegativeTimes) {
  Histogram histogram;
  histogram.observe(seconds(31));
  histogram.observe(Duration(-5));
  EXPECT_EQ(histogram.bucket(Histogram::kBounds.size()), 1U);
  EXPECT_EQ(histogram.bucket(0), 1U);
  EXPECT_DOUBLE_EQ(histogram.sum_seconds(), 31);
}

TEST(WorkerMetricsTest, CountsEachKindApart) {
  WorkerMetrics metrics;
  metrics.statement(Outcome::hit_l1, microseconds(3));
  metrics.statement(Outcome::write, seconds(1));
  metrics.bypassed(Reason::volatile_function);
  metrics.filled(FillResult::refused_aborted);
  EXPECT_EQ(metrics.statements[0].value(), 1U);
  EXPECT_EQ(metrics.statements[kOutcomeCount - 1].value(), 1U);
  EXPECT_EQ(metrics.statement_duration[0].count(), 1U);
  EXPECT_EQ(metrics.bypass[static_cast<std::size_t>(Reason::volatile_function)].value(), 1U);
  EXPECT_EQ(metrics.fills[kFillResultCount - 1].value(), 1U);
  EXPECT_EQ(metrics.fills[0].value(), 0U);
  metrics.lock(LockResult::failed);
  EXPECT_EQ(metrics.locks[kLockResultCount - 1].value(), 1U);
  EXPECT_EQ(metrics.locks[0].value(), 0U);
}

TEST(MetricNamesTest, AreDistinctAndMatchTheEnums) {
  std::set<std::string_view> outcomes;
  for (std::size_t i = 0; i < kOutcomeCount; ++i) outcomes.insert(outcome_name(static_cast<Outcome>(i)));
  EXPECT_EQ(outcomes.size(), kOutcomeCount);
  EXPECT_EQ(outcome_name(Outcome::hit_stale), "hit_stale");
  std::set<std::string_view> fills;
  for (std::size_t i = 0; i < kFillResultCount; ++i) fills.insert(fill_result_name(static_cast<FillResult>(i)));
  EXPECT_EQ(fills.size(), kFillResultCount);
  EXPECT_EQ(fill_result_name(FillResult::refused_setting), "refused_setting");
  EXPECT_EQ(begin_result_name(BeginResult::sent), "sent");
  EXPECT_EQ(begin_result_name(BeginResult::avoided), "avoided");
  EXPECT_EQ(prepare_result_name(PrepareResult::sent), "sent");
  EXPECT_EQ(prepare_result_name(PrepareResult::avoided), "avoided");
  std::set<std::string_view> locks;
  for (std::size_t i = 0; i < kLockResultCount; ++i) locks.insert(lock_result_name(static_cast<LockResult>(i)));
  EXPECT_EQ(locks, (std::set<std::string_view>{"taken", "answered", "unanswered", "timed_out", "failed"}));
}

}  // namespace
}  // namespace tapri::telemetry
