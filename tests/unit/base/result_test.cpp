#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/clock.h"

namespace tapri {
namespace {

Result<std::unique_ptr<int>> half(int of) {
  if (of % 2 != 0) return fail(std::to_string(of) + " is odd");
  return std::make_unique<int>(of / 2);
}

TEST(Result, IsAValueOrSaysWhyNot) {
  const auto good = half(8);
  ASSERT_TRUE(good);
  EXPECT_EQ(**good, 4);
  const auto bad = half(7);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "7 is odd");
}

TEST(ManualClock, MovesOnlyWhenTold) {
  ManualClock clock;
  const TimePoint start = clock.now();
  EXPECT_EQ(clock.now(), start);
  clock.advance(std::chrono::milliseconds(3));
  EXPECT_EQ(clock.now() - start, std::chrono::milliseconds(3));
}

TEST(SystemClock, NeverGoesBack) {
  const SystemClock clock;
  TimePoint last = clock.now();
  for (int i = 0; i < 10'000; ++i) {
    const TimePoint now = clock.now();
    ASSERT_GE(now, last);
    last = now;
  }
}

}  // namespace
}  // namespace tapri
