#include "redis/breaker.h"

#include <gtest/gtest.h>

namespace tapri::redis {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using State = Breaker::State;

class BreakerTest : public testing::Test {
 protected:
  [[nodiscard]] bool fail() { return breaker_.failed(clock_.now()); }
  [[nodiscard]] bool succeed(Duration latency = milliseconds(1)) { return breaker_.succeeded(latency, clock_.now()); }
  void open() {
    for (int i = 0; i < 3; ++i) static_cast<void>(fail());
    ASSERT_EQ(breaker_.state(), State::open);
  }
  // Until the next probe; it is taken.
  Duration probe() {
    const auto due = breaker_.probe_due();
    EXPECT_TRUE(due);
    const Duration wait = due.value_or(TimePoint()) - clock_.now();
    clock_.advance(wait - Duration(1));
    EXPECT_FALSE(breaker_.take_probe(clock_.now())) << "too early";
    clock_.advance(Duration(1));
    EXPECT_TRUE(breaker_.take_probe(clock_.now()));
    EXPECT_EQ(breaker_.state(), State::half_open);
    return wait;
  }

  ManualClock clock_;
  Breaker::Config config_ = {.failures = 3,
                             .latency = milliseconds(10),
                             .samples = 4,
                             .probe = {.first = milliseconds(100), .most = milliseconds(400)}};
  Breaker breaker_{config_, 1};
};

TEST_F(BreakerTest, OpensOnFailuresInARow) {
  EXPECT_FALSE(fail());
  EXPECT_FALSE(fail());
  EXPECT_FALSE(succeed());
  EXPECT_FALSE(fail());
  EXPECT_FALSE(fail());
  EXPECT_EQ(breaker_.state(), State::closed);
  EXPECT_EQ(breaker_.probe_due(), std::nullopt);
  EXPECT_FALSE(breaker_.take_probe(clock_.now()));
  EXPECT_TRUE(fail());
  EXPECT_EQ(breaker_.state(), State::open);
  EXPECT_EQ(breaker_.cause(), Breaker::Cause::failures);
}

TEST_F(BreakerTest, OpensWhenAnswersTakeTooLongOnTheWhole) {
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(succeed());
  EXPECT_FALSE(succeed(milliseconds(50))) << "one that is slow opens nothing";
  int slow = 1;
  while (!succeed(milliseconds(15))) ASSERT_LT(++slow, 20);
  EXPECT_GT(slow, 2);
  EXPECT_EQ(breaker_.state(), State::open);
  EXPECT_EQ(breaker_.cause(), Breaker::Cause::latency);
}

TEST_F(BreakerTest, KnowsNoMeanOfTooFew) {
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(succeed(seconds(1)));
  EXPECT_TRUE(succeed(seconds(1)));
}

TEST_F(BreakerTest, LetsOneProbeThroughWhenItIsTime) {
  open();
  EXPECT_FALSE(breaker_.take_probe(clock_.now()));
  probe();
  EXPECT_FALSE(breaker_.take_probe(clock_.now() + seconds(9))) << "one";
  EXPECT_EQ(breaker_.probe_due(), std::nullopt);
}

TEST_F(BreakerTest, ClosesByAProbeThatIsAnsweredInTime) {
  open();
  probe();
  EXPECT_TRUE(breaker_.probe_succeeded(milliseconds(10), clock_.now()));
  EXPECT_EQ(breaker_.state(), State::closed);
  EXPECT_FALSE(fail());
  EXPECT_FALSE(fail());
  EXPECT_TRUE(fail()) << "counts from nothing";
}

TEST_F(BreakerTest, ForgetsTheLatenciesOfBefore) {
  for (int i = 0; i < 4; ++i) static_cast<void>(succeed(seconds(1)));
  ASSERT_EQ(breaker_.state(), State::open);
  probe();
  EXPECT_TRUE(breaker_.probe_succeeded(milliseconds(1), clock_.now()));
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(succeed());
}

TEST_F(BreakerTest, StaysOpenForLongerWithEachProbeThatFails) {
  open();
  for (const int bound : {100, 200, 400, 400}) {
    const auto wait = probe();
    EXPECT_GE(wait, milliseconds(bound) / 2);
    EXPECT_LE(wait, milliseconds(bound));
    breaker_.probe_failed(clock_.now());
    EXPECT_EQ(breaker_.state(), State::open);
  }
  probe();
  EXPECT_FALSE(breaker_.probe_succeeded(milliseconds(11), clock_.now())) << "too slow still";
  EXPECT_EQ(breaker_.state(), State::open);
  EXPECT_EQ(breaker_.cause(), Breaker::Cause::latency);
  probe();
  EXPECT_TRUE(breaker_.probe_succeeded(milliseconds(1), clock_.now()));
  open();
  EXPECT_LE(probe(), milliseconds(100)) << "it worked: the waits begin anew";
}

TEST_F(BreakerTest, TakesNoNoteOfStragglersWhileItIsNotClosed) {
  open();
  const auto due = breaker_.probe_due();
  EXPECT_FALSE(succeed());
  EXPECT_FALSE(fail());
  EXPECT_FALSE(breaker_.probe_succeeded({}, clock_.now())) << "no probe is under way";
  breaker_.probe_failed(clock_.now());
  EXPECT_EQ(breaker_.probe_due(), due);
  probe();
  EXPECT_FALSE(succeed());
  EXPECT_FALSE(fail());
  EXPECT_EQ(breaker_.state(), State::half_open);
}

TEST_F(BreakerTest, OpensAtOnceOnSilence) {
  EXPECT_FALSE(breaker_.failed(clock_.now(), true)) << "where that is not asked for it is one failure more";
  config_.silence = true;
  breaker_ = Breaker(config_, 1);
  EXPECT_FALSE(fail());
  EXPECT_TRUE(breaker_.failed(clock_.now(), true));
  EXPECT_EQ(breaker_.state(), State::open);
  EXPECT_EQ(breaker_cause_name(breaker_.cause()), "silence");
  EXPECT_FALSE(breaker_.failed(clock_.now(), true)) << "it is open";
}

TEST_F(BreakerTest, OpensForNothingWhereNothingIsAsked) {
  breaker_ = Breaker({.failures = 0}, 1);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(fail());
    EXPECT_FALSE(succeed(seconds(10)));
  }
}

TEST_F(BreakerTest, BeginsAnewWithAnotherConnection) {
  open();
  breaker_.reset();
  EXPECT_EQ(breaker_.state(), State::closed);
  EXPECT_FALSE(fail());
}

TEST(ServerTrouble, IsNotACommandThatWasNotGood) {
  for (const char* code : {"LOADING", "BUSY"}) EXPECT_TRUE(is_server_trouble(code)) << code;
  for (const char* code :
       {"", "ERR", "NOSCRIPT", "WRONGTYPE", "BUSYGROUP", "NOPERM", "OOM", "READONLY", "CLUSTERDOWN"}) {
    EXPECT_FALSE(is_server_trouble(code)) << code;
  }
}

}  // namespace
}  // namespace tapri::redis
