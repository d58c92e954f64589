#include "cache/remote/tiers.h"

#include <gmock/gmock.h>

#include <map>
#include <optional>
#include <string>

namespace tapri::cache::remote {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

GlobalKey key_of(ByteView text) { return make_global_key(Protocol::postgres, {&text, 1}); }

NewEntry entry_of(const std::string& payload) {
  NewEntry entry;
  entry.payload = payload;
  return entry;
}

// Answers when it is told to.
struct FakeTier final : RemoteTier {
  explicit FakeTier(std::string its_name) : name(std::move(its_name)) {}
  [[nodiscard]] bool usable() const override { return is_usable; }
  [[nodiscard]] bool fetch(const GlobalKey& key, Done done) override {
    if (!takes) return false;
    asked.push_back(key.bytes);
    waiting = std::move(done);
    return true;
  }
  void store(const GlobalKey& key, const NewEntry& entry) override { kept[key.bytes] = entry.payload; }
  [[nodiscard]] std::size_t stores_under_way() const override { return under_way; }
  [[nodiscard]] RemoteLocks* locks() override { return its_locks; }
  [[nodiscard]] std::vector<RemoteStats> stats() const override { return {{.tier = name}}; }
  [[nodiscard]] bool promotes() const override { return takes_from_farther; }
  void answer(Result<NewEntry, Miss> found) { std::exchange(waiting, nullptr)(std::move(found)); }
  void miss(Miss why = Miss::absent) { answer(tl::unexpected(why)); }

  std::string name;
  std::size_t under_way = 0;
  bool is_usable = true;
  bool takes = true;
  bool takes_from_farther = true;
  std::vector<ByteString> asked;
  std::map<ByteString, ByteString> kept;
  Done waiting;
  RemoteLocks* its_locks = nullptr;
};

class TiersTest : public testing::Test {
 protected:
  TiersTest() {
    std::vector<std::unique_ptr<RemoteTier>> list;
    for (std::size_t i = 0; i < tiers_.size(); ++i) {
      auto tier = std::make_unique<FakeTier>(std::to_string(i));
      tiers_[i] = tier.get();
      list.push_back(std::move(tier));
    }
    stack_ = stack(std::move(list));
  }
  [[nodiscard]] bool fetch(ByteView key = "k") {
    return stack_->fetch(key_of(key), [this](Result<NewEntry, Miss> found) {
      ++answers_;
      found_ = std::move(found);
    });
  }
  void expect_found(const std::string& payload) {
    ASSERT_EQ(answers_, 1);
    ASSERT_TRUE(found_ && *found_);
    EXPECT_EQ((*found_)->payload, payload);
  }
  void expect_missed(Miss why) {
    ASSERT_EQ(answers_, 1);
    ASSERT_TRUE(found_ && !*found_);
    EXPECT_EQ(found_->error(), why);
  }

  std::array<FakeTier*, 3> tiers_{};
  std::unique_ptr<RemoteTier> stack_;
  std::optional<Result<NewEntry, Miss>> found_;
  int answers_ = 0;
};

TEST(OneTier, IsNotStacked) {
  std::vector<std::unique_ptr<RemoteTier>> list;
  list.push_back(std::make_unique<FakeTier>("only"));
  const RemoteTier* const only = list.front().get();
  EXPECT_EQ(stack(std::move(list)).get(), only);
}

TEST_F(TiersTest, TheLocksAreThoseOfTheFarthestWhichMostInstancesShare) {
  EXPECT_EQ(stack_->locks(), nullptr);
  struct Locks final : RemoteLocks {
    [[nodiscard]] std::unique_ptr<LockAttempt> take(const GlobalKey&, Duration, Done) override { return nullptr; }
  };
  Locks near;
  Locks far;
  tiers_[0]->its_locks = &near;
  tiers_[2]->its_locks = &far;
  EXPECT_EQ(stack_->locks(), &far);
}

TEST_F(TiersTest, TheNearestThatHasItAnswersAndNoOtherIsAsked) {
  ASSERT_TRUE(fetch());
  EXPECT_EQ(answers_, 0);
  tiers_[0]->answer(entry_of("rows"));
  expect_found("rows");
  EXPECT_THAT(tiers_[0]->kept, IsEmpty());
  EXPECT_THAT(tiers_[1]->asked, IsEmpty());
}

TEST_F(TiersTest, WhatAFartherOneHasIsStoredInThoseBeforeIt) {
  ASSERT_TRUE(fetch());
  tiers_[0]->miss();
  tiers_[1]->miss(Miss::malformed);
  EXPECT_EQ(answers_, 0);
  tiers_[2]->answer(entry_of("rows"));
  expect_found("rows");
  const std::map<ByteString, ByteString> promoted = {{key_of("k").bytes, "rows"}};
  EXPECT_EQ(tiers_[0]->kept, promoted);
  EXPECT_EQ(tiers_[1]->kept, promoted);
  EXPECT_THAT(tiers_[2]->kept, IsEmpty());
}

TEST_F(TiersTest, OneThatDoesNotPromoteTakesOnlyWhatIsNew) {
  tiers_[0]->takes_from_farther = false;
  ASSERT_TRUE(fetch());
  tiers_[0]->miss();
  tiers_[1]->miss();
  tiers_[2]->answer(entry_of("rows"));
  expect_found("rows");
  EXPECT_THAT(tiers_[0]->kept, IsEmpty());
  EXPECT_EQ(tiers_[1]->kept.size(), 1U);
  stack_->store(key_of("new"), entry_of("rows"));
  EXPECT_EQ(tiers_[0]->kept.size(), 1U);
}

TEST_F(TiersTest, WhereNoneHasItTheLastSaysWhy) {
  ASSERT_TRUE(fetch());
  tiers_[0]->miss();
  tiers_[1]->miss();
  tiers_[2]->miss(Miss::not_authentic);
  expect_missed(Miss::not_authentic);
}

TEST_F(TiersTest, OneThatCannotBeAskedIsLeftOut) {
  tiers_[0]->is_usable = false;
  tiers_[1]->takes = false;
  EXPECT_TRUE(stack_->usable());
  ASSERT_TRUE(fetch());
  EXPECT_THAT(tiers_[0]->asked, IsEmpty());
  EXPECT_THAT(tiers_[2]->asked, ElementsAre(key_of("k").bytes));
  tiers_[2]->answer(entry_of("rows"));
  expect_found("rows");
}

TEST_F(TiersTest, TheRestGoneWhileOneWasAskedItsMissStands) {
  ASSERT_TRUE(fetch());
  tiers_[1]->takes = false;
  tiers_[2]->is_usable = false;
  tiers_[0]->miss(Miss::expired);
  expect_missed(Miss::expired);
}

TEST_F(TiersTest, WithNoneToAskThereIsNothingToWaitFor) {
  for (FakeTier* tier : tiers_) tier->is_usable = false;
  EXPECT_FALSE(stack_->usable());
  EXPECT_FALSE(fetch());
  EXPECT_EQ(answers_, 0);
}

TEST_F(TiersTest, NewEntriesAreStoredInAll) {
  stack_->store(key_of("k"), entry_of("rows"));
  for (const FakeTier* tier : tiers_) EXPECT_EQ(tier->kept.size(), 1U);
}

TEST_F(TiersTest, StatsAreThoseOfEach) {
  const std::vector<RemoteStats> stats = stack_->stats();
  ASSERT_EQ(stats.size(), 3U);
  EXPECT_EQ(stats[0].tier, "0");
  EXPECT_EQ(stats[2].tier, "2");
}

TEST_F(TiersTest, AnAnswerAfterTheTiersAreGoneIsGivenAndNoneIsAskedAnyMore) {
  ASSERT_TRUE(fetch());
  const RemoteTier::Done late = std::move(tiers_[0]->waiting);
  stack_.reset();
  late(tl::unexpected(Miss::failed));
  expect_missed(Miss::failed);
}

TEST_F(TiersTest, WhoIsAnsweredMayEndTheTiers) {
  ASSERT_TRUE(stack_->fetch(key_of("k"), [this](const Result<NewEntry, Miss>&) { stack_.reset(); }));
  const RemoteTier::Done last = std::move(tiers_[0]->waiting);
  last(entry_of("rows"));
  EXPECT_EQ(stack_, nullptr);
}

}  // namespace
}  // namespace tapri::cache::remote
