#include "io/loop.h"

#include <gtest/gtest.h>

#include <thread>

#include "unit/io/harness.h"

namespace tapri::io::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(Loop, PostRunsInOrderAndNotAtOnce) {
  Driver driver;
  std::vector<int> order;
  driver.loop().post([&] {
    driver.loop().post([&] { order.push_back(3); });
    order.push_back(1);
  });
  driver.loop().post([&] { order.push_back(2); });
  EXPECT_TRUE(order.empty());
  driver.turn();
  driver.turn();
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

// A loop that sleeps at once, one that does so nearly at once, and one that never does.
class LoopThatPolls : public testing::TestWithParam<Duration> {
 protected:
  std::unique_ptr<Loop> loop_ = make_loop(GetParam());
};
INSTANTIATE_TEST_SUITE_P(For, LoopThatPolls,
                         testing::Values(Duration::zero(), Duration(1), Duration(std::chrono::hours(1))));

TEST_P(LoopThatPolls, TakesPostsAndStopFromOtherThreads) {
  int count = 0;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) loop_->post([&] { ++count; });
    loop_->post([&] { loop_->stop(); });
  });
  loop_->run();
  other.join();
  EXPECT_EQ(count, 1000);
}

TEST_P(LoopThatPolls, StopBeforeRunIsKept) {
  loop_->stop();
  loop_->run();
  SUCCEED();
}

TEST_P(LoopThatPolls, RunsTimersAndMayRunAgain) {
  const auto timer = loop_->make_timer();
  int rung = 0;
  for (int i = 0; i < 2; ++i) {
    timer->set(milliseconds(1), [&] {
      ++rung;
      loop_->stop();
    });
    loop_->run();
  }
  EXPECT_EQ(rung, 2);
}

TEST(Loop, DropsWhatWasPostedWhenItEnds) {
  const auto held = std::make_shared<int>(1);
  {
    make_loop()->post([held] {});
  }
  EXPECT_EQ(held.use_count(), 1);
}

TEST(Timer, CallsBackOnceInTheOrderOfDelays) {
  Driver driver;
  std::vector<int> order;
  const auto late = driver.loop().make_timer();
  const auto early = driver.loop().make_timer();
  // So far apart that no pause of the machine between the two calls can turn them round.
  late->set(hours(1), [&] { order.push_back(2); });
  early->set(milliseconds(1), [&] {
    order.push_back(1);
    driver.wake();
  });
  EXPECT_TRUE(driver.until([&] { return !order.empty(); }));
  driver.turn();
  EXPECT_EQ(order, (std::vector<int>{1}));
  // The other is due now: it calls back, the first does not again.
  late->set(milliseconds(1), [&] {
    order.push_back(2);
    driver.wake();
  });
  EXPECT_TRUE(driver.until([&] { return order.size() == 2; }));
  driver.turn();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST(Timer, SetAgainReplacesWhatWasSet) {
  Driver driver;
  int first = 0;
  int second = 0;
  const auto timer = driver.loop().make_timer();
  timer->set(milliseconds(0), [&] { ++first; });
  timer->set(milliseconds(1), [&] {
    ++second;
    driver.wake();
  });
  EXPECT_TRUE(driver.until([&] { return second == 1; }));
  driver.turn();
  EXPECT_EQ(first, 0);
}

TEST(Timer, DoesNotCallBackOnceCancelledOrDestroyed) {
  Driver driver;
  int called = 0;
  const auto cancelled = driver.loop().make_timer();
  cancelled->set(milliseconds(0), [&] { ++called; });
  auto destroyed = driver.loop().make_timer();
  destroyed->set(milliseconds(0), [&] { ++called; });
  cancelled->cancel();
  destroyed.reset();
  bool passed = false;
  const auto later = driver.loop().make_timer();
  later->set(milliseconds(5), [&] {
    passed = true;
    driver.wake();
  });
  EXPECT_TRUE(driver.until([&] { return passed; }));
  EXPECT_EQ(called, 0);
}

// Both are due at once: the first one's callback must still be able to stop the second.
TEST(Timer, CancelOvertakesACallbackThatIsAlreadyDue) {
  Driver driver;
  std::vector<std::unique_ptr<Timer>> timers;
  int called = 0;
  for (int i = 0; i < 2; ++i) {
    timers.push_back(driver.loop().make_timer());
    timers.back()->set(milliseconds(0), [&, other = 1 - i] {
      ++called;
      timers[static_cast<std::size_t>(other)]->cancel();
    });
  }
  bool passed = false;
  const auto later = driver.loop().make_timer();
  later->set(milliseconds(5), [&] {
    passed = true;
    driver.wake();
  });
  EXPECT_TRUE(driver.until([&] { return passed; }));
  EXPECT_EQ(called, 1);
}

TEST(Timer, MayBeSetOrDestroyedInsideItsCallback) {
  Driver driver;
  auto timer = driver.loop().make_timer();
  int called = 0;
  std::function<void()> again = [&] {
    if (++called < 3) return timer->set(milliseconds(0), again);
    timer.reset();
    driver.wake();
  };
  timer->set(milliseconds(0), again);
  EXPECT_TRUE(driver.until([&] { return called == 3; }));
}

TEST(Timer, MayBeSetWhenTheLoopEnds) {
  auto held = std::make_shared<int>(1);
  std::unique_ptr<Timer> timer;
  {
    Driver driver;
    driver.loop().make_timer()->set(hours(1), [held] {});
    timer = driver.loop().make_timer();
    timer->set(hours(1), [held] {});
    timer.reset();
  }
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace tapri::io::test
