// What is asked of Redis for locks, and what is made of its replies.
#include "redis/entry_locks.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <optional>

#include "unit/proxy/scripted_loop.h"
#include "unit/redis/fake_client.h"

namespace tapri::redis {
namespace {

using namespace std::chrono_literals;
using cache::RemoteLocks;
using cache::remote::GlobalKey;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using End = RemoteLocks::End;

GlobalKey key_of(ByteView text) { return cache::remote::make_global_key(Protocol::postgres, {&text, 1}); }

class EntryLocksTest : public testing::Test {
 protected:
  EntryLocksTest() {
    config_.prefix = "tapri:shop:l:";
    config_.entry = [](const GlobalKey& key) { return "tapri:shop:e:" + std::string(key.name()); };
    config_.longest_wait = 5s;
    // What the jitter draws does not matter.
    config_.looks = {.first = Duration(1), .most = Duration(1)};
    make();
  }
  void make() { locks_.emplace(config_, loop_, client_, clock_); }
  void take() {
    const std::size_t before = ends_.size();
    attempt_ = locks_->take(key_, 400ms, [this](End end, std::unique_ptr<cache::RemoteLock> lock) {
      ends_.push_back(end);
      lock_ = std::move(lock);
      attempt_.reset();
    });
    ASSERT_NE(attempt_, nullptr);
    EXPECT_THAT(ends_, SizeIs(before)) << "nobody is told from inside";
  }
  // Another has it, for so long.
  void another(std::int64_t milliseconds_left = 1000) {
    take();
    client_.answer(Reply::Kind::string, "theirs");
    client_.answer_integer(milliseconds_left);
    client_.commands.clear();
  }
  // The time of a look has come, if one is to be.
  [[nodiscard]] bool look() { return loop_.fire(Duration(0)) || loop_.fire(Duration(1)); }

  ManualClock clock_;
  proxy::test::ScriptedLoop loop_;
  FakeClient client_;
  EntryLocks::Config config_;
  std::optional<EntryLocks> locks_;
  GlobalKey key_ = key_of("k");
  std::string name_ = "tapri:shop:l:{tapri:shop:e:" + std::string(key_.name()) + "}";
  std::unique_ptr<cache::LockAttempt> attempt_;
  std::vector<End> ends_;
  std::unique_ptr<cache::RemoteLock> lock_;
};

TEST_F(EntryLocksTest, IsSetWhereNoneIsWithItsTimeAndATokenOfItsOwn) {
  take();
  ASSERT_THAT(client_.commands, SizeIs(2));
  const Command set = client_.commands[0];
  EXPECT_THAT(set, ElementsAre("SET", name_, set[2], "NX", "PX", "400", "GET"));
  EXPECT_THAT(client_.commands[1], ElementsAre("PTTL", name_));
  EXPECT_THAT(set[2], testing::MatchesRegex("[0-9a-f]{32}"));
  client_.answer(Reply::Kind::nil, "");
  EXPECT_THAT(ends_, ElementsAre(End::taken));
  client_.answer_integer(400);
  EXPECT_THAT(ends_, SizeIs(1));
  take();
  EXPECT_NE(client_.commands[2].at(2), set[2]);
}

TEST_F(EntryLocksTest, IsGivenBackByItsToken) {
  take();
  client_.answer(Reply::Kind::nil, "");
  client_.answer_integer(400);
  const std::string token = client_.commands[0][2];
  client_.commands.clear();
  lock_.reset();
  ASSERT_THAT(client_.commands, SizeIs(1));
  const Command& release = client_.commands[0];
  EXPECT_THAT(release, ElementsAre("EVAL", release[1], "1", name_, token));
  client_.answer(Reply::Kind::error, "NOPERM");
}

TEST_F(EntryLocksTest, WhoWaitsIsToldWhenItIsGone) {
  another();
  EXPECT_THAT(ends_, IsEmpty());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(look());
    ASSERT_THAT(client_.commands, SizeIs(i + 1));
    EXPECT_THAT(client_.commands.back(), ElementsAre("GET", name_));
    EXPECT_FALSE(look()) << "one question at a time";
    client_.answer(Reply::Kind::string, "theirs");
    EXPECT_THAT(ends_, IsEmpty());
  }
  ASSERT_TRUE(look());
  client_.answer(Reply::Kind::nil, "");
  EXPECT_THAT(ends_, ElementsAre(End::released));
  EXPECT_EQ(lock_, nullptr);
  EXPECT_FALSE(look());
}

TEST_F(EntryLocksTest, OrWhenAThirdHasIt) {
  another();
  ASSERT_TRUE(look());
  client_.answer(Reply::Kind::string, "a third's");
  EXPECT_THAT(ends_, ElementsAre(End::released));
}

TEST_F(EntryLocksTest, OrThatItWentAtOnce) {
  another(-2);
  EXPECT_THAT(ends_, ElementsAre(End::released));
}

TEST_F(EntryLocksTest, NobodyIsWaitedForLongerThanTheirTime) {
  config_.looks = {.first = 10s, .most = 10s};
  make();
  another(300);
  clock_.advance(299ms);
  EXPECT_FALSE(look());
  ASSERT_TRUE(loop_.fire(300ms)) << "no look is later than the end";
  EXPECT_THAT(client_.commands, SizeIs(1));
  clock_.advance(1ms);
  client_.answer(Reply::Kind::string, "theirs");
  EXPECT_THAT(ends_, ElementsAre(End::expired));
}

TEST_F(EntryLocksTest, NorIsRedisAskedOnceItIsOver) {
  another(300);
  clock_.advance(300ms);
  ASSERT_TRUE(look());
  EXPECT_THAT(client_.commands, IsEmpty());
  EXPECT_THAT(ends_, ElementsAre(End::expired));
}

TEST_F(EntryLocksTest, NorLongerThanIsConfiguredWhateverRedisSays) {
  for (const std::int64_t left : {std::int64_t{-1}, std::int64_t{3'600'000}, std::int64_t{1} << 62U}) {
    ends_.clear();
    another(left);
    clock_.advance(4999ms);
    ASSERT_TRUE(look());
    client_.answer(Reply::Kind::string, "theirs");
    EXPECT_THAT(ends_, IsEmpty());
    clock_.advance(1ms);
    ASSERT_TRUE(look());
    EXPECT_THAT(ends_, ElementsAre(End::expired)) << left;
  }
}

TEST_F(EntryLocksTest, AQuestionIsGivenNoMoreTimeThanIsLeft) {
  another(20);
  client_.deadlines.clear();
  ASSERT_TRUE(look());
  EXPECT_THAT(client_.deadlines, ElementsAre(20ms));
  clock_.advance(20ms);
  client_.fail();
  EXPECT_THAT(ends_, ElementsAre(End::expired));
}

TEST_F(EntryLocksTest, WhatGoesWrongEndsTheWait) {
  const auto expect_failed = [&](const auto& go_wrong) {
    ends_.clear();
    go_wrong();
    EXPECT_THAT(ends_, ElementsAre(End::failed));
    EXPECT_EQ(lock_, nullptr);
    client_.waiting.clear();
  };
  expect_failed([&] {
    take();
    client_.answer(Reply::Kind::error, "NOPERM");
  });
  expect_failed([&] {
    take();
    client_.answer(Reply::Kind::status, "OK");
  });
  expect_failed([&] {
    take();
    client_.answer(Reply::Kind::string, "theirs");
    client_.answer(Reply::Kind::error, "ERR");
  });
  expect_failed([&] {
    another();
    EXPECT_TRUE(look());
    client_.fail();
  });
  expect_failed([&] {
    another();
    EXPECT_TRUE(look());
    client_.answer(Reply::Kind::error, "WRONGTYPE");
  });
}

TEST_F(EntryLocksTest, WhatIsNotAnsweredIsGivenBack) {
  take();
  client_.commands.clear();
  client_.fail();
  EXPECT_THAT(ends_, ElementsAre(End::failed));
  ASSERT_THAT(client_.commands, SizeIs(1)) << "it may have been carried out";
  EXPECT_EQ(client_.commands[0][0], "EVAL");
}

TEST_F(EntryLocksTest, NobodyWaitsWhileRedisIsLeftAlone) {
  another();
  client_.disconnect();
  EXPECT_THAT(ends_, ElementsAre(End::failed)) << "at once";
  EXPECT_FALSE(look());
  EXPECT_EQ(locks_->take(key_, 400ms, [](End, const auto&) { FAIL(); }), nullptr);
}

TEST_F(EntryLocksTest, WhoLeavesIsNotToldAndHoldsNothing) {
  another();
  attempt_.reset();
  EXPECT_FALSE(look());
  take();
  attempt_.reset();
  client_.answer(Reply::Kind::nil, "");
  EXPECT_EQ(client_.commands.back()[0], "EVAL") << "it had been sent";
  EXPECT_THAT(ends_, IsEmpty());
}

TEST_F(EntryLocksTest, NoMoreAreUnderWayThanIsAllowed) {
  config_.max_attempts = 1;
  make();
  take();
  EXPECT_EQ(locks_->take(key_, 400ms, [](End, const auto&) { FAIL(); }), nullptr);
  client_.answer(Reply::Kind::nil, "");
  EXPECT_THAT(ends_, ElementsAre(End::taken));
  take();
}

TEST_F(EntryLocksTest, RepliesAndLocksMayComeAndGoWhenItIsGone) {
  take();
  client_.answer(Reply::Kind::nil, "");
  client_.answer_integer(400);
  take();
  client_.commands.clear();
  locks_.reset();
  lock_.reset();
  client_.answer(Reply::Kind::nil, "");
  client_.answer_integer(400);
  client_.disconnect();
  EXPECT_THAT(client_.commands, IsEmpty());
  EXPECT_THAT(ends_, SizeIs(1));
}

TEST_F(EntryLocksTest, ConfigIsChecked) {
  EXPECT_TRUE(config_.validate());
  for (const auto& spoil : std::vector<std::function<void(EntryLocks::Config&)>>{
           [](auto& config) { config.prefix.clear(); }, [](auto& config) { config.entry = nullptr; },
           [](auto& config) { config.deadline = 0s; }, [](auto& config) { config.longest_wait = 0s; }}) {
    EntryLocks::Config config = config_;
    spoil(config);
    EXPECT_FALSE(config.validate());
  }
}

}  // namespace
}  // namespace tapri::redis
