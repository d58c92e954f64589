// When the connections that keep the log say that it was read; all else is tried with a real Redis (real_log_test.cpp).
#include "redis/log_link.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "unit/proxy/scripted_loop.h"
#include "unit/redis/fake_client.h"

namespace tapri::redis {
namespace {

TEST(LogLinkTest, NothingIsInStepWithAServerThatWasNotAskedForItsEpoch) {
  const auto loop = io::make_loop();
  const ManualClock clock;
  const LogConfig config;
  coherence::InvalidationLog log{1'024};
  coherence::Freshness freshness;
  auto appender = std::make_unique<FakeClient>();
  const FakeClient& asked = *appender;
  LogLink link(*loop, clock, config, log, freshness, std::move(appender), std::make_unique<FakeClient>(), {}, [] {});
  std::optional<bool> good;
  link.sync({[&](bool in_step) { good = in_step; }});
  EXPECT_EQ(good, false);
  const auto reads =
      std::ranges::count_if(asked.commands, [](const Command& command) { return command[0] == "XREAD"; });
  EXPECT_EQ(reads, 0);
  link.close();
}

class LogLinkSyncTest : public testing::Test {
 protected:
  LogLinkSyncTest() {
    config_.sync_wait = std::chrono::milliseconds(30);
    auto appender = std::make_unique<FakeClient>();
    asked_ = appender.get();
    link_ = std::make_unique<LogLink>(
        loop_, clock_, config_, log_, freshness_, std::move(appender), std::make_unique<FakeClient>(),
        [](const auto&) {}, [] {});
    link_->writer().connected({.number = 1, .id = 7}, clock_.now());
  }
  LogLinkSyncTest(const LogLinkSyncTest&) = delete;
  LogLinkSyncTest& operator=(const LogLinkSyncTest&) = delete;
  ~LogLinkSyncTest() override { link_->close(); }
  void sync(const std::string& name) {
    link_->sync({[this, name](bool in_step) { told_ += name + (in_step ? "+" : "-"); }});
  }
  void wait(Duration time) {
    clock_.advance(time);
    ASSERT_TRUE(loop_.fire(time));
  }

  proxy::test::ScriptedLoop loop_;
  ManualClock clock_;
  LogConfig config_;
  coherence::InvalidationLog log_{1'024};
  coherence::Freshness freshness_;
  FakeClient* asked_ = nullptr;
  std::unique_ptr<LogLink> link_;
  std::string told_;
};

TEST_F(LogLinkSyncTest, NobodyWaitsForAReadForLongerThanTheBound) {
  sync("a");
  EXPECT_EQ(told_, "");
  wait(config_.sync_wait);
  EXPECT_EQ(told_, "a-");
  EXPECT_EQ(asked_->waiting.size(), 2U) << "whose deadline is the log's: its connection is as good as before";
  EXPECT_EQ(asked_->deadlines.back(), config_.deadline);
}

TEST_F(LogLinkSyncTest, NorDoesWhoComesWhileNothingIsHeard) {
  sync("a");
  wait(config_.sync_wait);
  sync("b");
  EXPECT_EQ(told_, "a-b-");
  EXPECT_EQ(asked_->waiting.size(), 2U) << "nothing more is asked";
  asked_->fail();
  asked_->fail();
  EXPECT_EQ(told_, "a-b-") << "nobody is told twice";
  sync("c");
  EXPECT_EQ(told_, "a-b-");
  EXPECT_EQ(asked_->waiting.size(), 2U) << "it is tried again";
}

TEST_F(LogLinkSyncTest, WhoIsAnsweredInTimeIsNotToldAgain) {
  sync("a");
  clock_.advance(config_.sync_wait / 2);
  sync("b");
  asked_->fail();
  asked_->fail();
  EXPECT_EQ(told_, "a-");
  clock_.advance(config_.sync_wait / 2);
  ASSERT_TRUE(loop_.fire(config_.sync_wait));
  EXPECT_EQ(told_, "a-") << "b has half of its time left";
  wait(config_.sync_wait / 2);
  EXPECT_EQ(told_, "a-b-");
}

}  // namespace
}  // namespace tapri::redis
