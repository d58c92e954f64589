#include "cache/memory/frequency_sketch.h"

#include <gtest/gtest.h>

#include "unit/cache/policy_nodes.h"

namespace tapri::cache::memory {
namespace {

using test::spread;

TEST(FrequencySketch, CountsUpToFifteen) {
  FrequencySketch sketch(1024);
  EXPECT_EQ(sketch.estimate(spread(1)), 0U);
  for (unsigned times = 1; times <= 20; ++times) {
    sketch.add(spread(1));
    EXPECT_EQ(sketch.estimate(spread(1)), std::min(times, FrequencySketch::kMost));
  }
  EXPECT_EQ(sketch.estimate(spread(2)), 0U);
}

TEST(FrequencySketch, RaisesButNeverLowers) {
  FrequencySketch sketch(1024);
  sketch.raise(spread(1), 5);
  EXPECT_EQ(sketch.estimate(spread(1)), 5U);
  sketch.raise(spread(1), 3);
  EXPECT_EQ(sketch.estimate(spread(1)), 5U);
  sketch.raise(spread(1), 200);
  EXPECT_EQ(sketch.estimate(spread(1)), FrequencySketch::kMost);
}

// Beside as many others as it is made for.
TEST(FrequencySketch, IsNeverTooLowAndSeldomTooHigh) {
  constexpr std::uint64_t kKeys = 1024;
  FrequencySketch sketch(kKeys);
  for (std::uint64_t key = 0; key < kKeys; ++key) {
    for (std::uint64_t times = 0; times < key % 4; ++times) sketch.add(spread(key));
  }
  int wrong = 0;
  for (std::uint64_t key = 0; key < kKeys; ++key) {
    ASSERT_GE(sketch.estimate(spread(key)), key % 4);
    if (sketch.estimate(spread(key)) != key % 4) ++wrong;
  }
  EXPECT_LT(wrong, 20);
}

TEST(FrequencySketch, ForgetsHalfAsTimePasses) {
  FrequencySketch sketch(64);
  sketch.raise(spread(1), 12);
  const auto before = sketch.estimate(spread(1));
  // Ten for each of 64 words: what was raised counts as well.
  for (std::uint64_t key = 1'000; key < 1'000 + 10 * 64 - 13; ++key) sketch.add(spread(key));
  EXPECT_GE(sketch.estimate(spread(1)), before) << "not yet";
  sketch.add(spread(2'000'000));
  EXPECT_LT(sketch.estimate(spread(1)), FrequencySketch::kMost / 2 + 1);
  EXPECT_GE(sketch.estimate(spread(1)), 6U);
}

TEST(FrequencySketch, IsBounded) {
  FrequencySketch sketch(1000);
  const std::size_t before = sketch.allocated();
  EXPECT_GE(before, 8U * 1024U);
  for (std::uint64_t key = 0; key < 100'000; ++key) sketch.add(spread(key));
  EXPECT_EQ(sketch.allocated(), before);
}

}  // namespace
}  // namespace tapri::cache::memory
