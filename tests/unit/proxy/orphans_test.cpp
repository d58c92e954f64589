#include "proxy/orphans.h"

#include <gtest/gtest.h>

#include <deque>
#include <utility>

#include "unit/proxy/scripted_loop.h"

namespace tapri::proxy {
namespace {

using coherence::Dependency;
using coherence::DirtyMark;
using coherence::Footprint;
using coherence::Validity;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Orphans::Config kConfig = {.interval = milliseconds(200), .grace = seconds(30)};

class OrphansTest : public testing::Test {
 protected:
  // A write to `dependency` whose connection to the server process was lost.
  void lose(Dependency dependency, std::uint32_t process_id) {
    Footprint footprint;
    footprint.add(dependency);
    orphans_->add(DirtyMark(log_, footprint), process_id);
    loop_.turn();
  }
  // It is asked about once more; the oldest answer goes out.
  void answer(std::optional<bool> alive) {
    ASSERT_FALSE(asked_.empty()) << "nobody asks";
    const auto reply = std::move(asked_.front().second);
    asked_.pop_front();
    reply(alive);
  }
  void ask_and_answer(std::optional<bool> alive) {
    ASSERT_TRUE(loop_.fire(kConfig.interval));
    answer(alive);
  }
  [[nodiscard]] Validity check(Dependency dependency) const {
    const Dependency on[] = {dependency};
    return log_.check(on, log_.position());
  }

  coherence::InvalidationLog log_{64};
  ManualClock clock_;
  test::ScriptedLoop loop_;
  std::deque<std::pair<int, std::function<void(std::optional<bool>)>>> asked_;
  std::shared_ptr<Orphans> orphans_ = std::make_shared<Orphans>(
      loop_, clock_, [this](int process_id, auto reply) { asked_.emplace_back(process_id, std::move(reply)); },
      kConfig);
};

TEST_F(OrphansTest, StaysDirtyUntilItsServerProcessIsGone) {
  lose(1, 42);
  EXPECT_EQ(orphans_->count(), 1U);
  for (int i = 0; i < 500; ++i) {
    ask_and_answer(true);
    clock_.advance(seconds(1));  // no grace where it is known to run
    ASSERT_EQ(check(1), Validity::write_in_flight);
  }
  EXPECT_EQ(log_.records(), 0U);
  ask_and_answer(false);
  EXPECT_EQ(check(1), Validity::valid);
  EXPECT_EQ(log_.records(), 1U) << "appended once more: what was read meanwhile may be from before it";
  EXPECT_EQ(orphans_->count(), 0U);
}

TEST_F(OrphansTest, AsksAboutTheProcessThatCarriesItOut) {
  lose(1, 42);
  lose(2, 43);
  ASSERT_TRUE(loop_.fire(kConfig.interval));
  ASSERT_EQ(asked_.size(), 2U);
  EXPECT_EQ(asked_[0].first, 42);
  EXPECT_EQ(asked_[1].first, 43);
  answer(false);
  EXPECT_EQ(check(1), Validity::valid);
  EXPECT_EQ(check(2), Validity::write_in_flight) << "each has its own end";
  EXPECT_EQ(orphans_->count(), 1U);
}

TEST_F(OrphansTest, AGraceHoldsWhereNobodyCanTell) {
  lose(1, 42);
  ask_and_answer(std::nullopt);
  EXPECT_EQ(check(1), Validity::write_in_flight);
  clock_.advance(kConfig.grace - milliseconds(1));
  ask_and_answer(std::nullopt);
  EXPECT_EQ(check(1), Validity::write_in_flight);
  clock_.advance(milliseconds(1));
  ask_and_answer(std::nullopt);
  EXPECT_EQ(check(1), Validity::valid);
  EXPECT_EQ(log_.records(), 1U);
}

TEST_F(OrphansTest, TheGraceOfEachBeginsWithItsLoss) {
  lose(1, 42);
  clock_.advance(kConfig.grace);
  lose(2, 43);
  ASSERT_TRUE(loop_.fire(kConfig.interval));
  answer(std::nullopt);
  answer(std::nullopt);
  EXPECT_EQ(check(1), Validity::valid);
  EXPECT_EQ(check(2), Validity::write_in_flight);
}

TEST_F(OrphansTest, AnswersThatComeTwiceOrLateAreNothing) {
  lose(1, 42);
  ASSERT_TRUE(loop_.fire(kConfig.interval));
  ASSERT_EQ(asked_.size(), 1U);
  const auto reply = asked_.front().second;
  answer(false);
  EXPECT_EQ(log_.records(), 1U);
  reply(false);
  EXPECT_EQ(log_.records(), 1U);
  lose(2, 42);
  EXPECT_EQ(check(2), Validity::write_in_flight) << "another write of a process with the same number";
}

TEST_F(OrphansTest, AsksOnlyWhileThereIsSomethingToAskAbout) {
  EXPECT_EQ(loop_.armed(), 0U);
  lose(1, 42);
  EXPECT_EQ(loop_.armed(), 1U);
  ask_and_answer(false);
  EXPECT_TRUE(loop_.fire(kConfig.interval)) << "it was set before the answer came";
  EXPECT_TRUE(asked_.empty());
  EXPECT_EQ(loop_.armed(), 0U);
}

TEST_F(OrphansTest, AnAnswerMayOutliveThem) {
  lose(1, 42);
  ASSERT_TRUE(loop_.fire(kConfig.interval));
  orphans_.reset();
  EXPECT_EQ(check(1), Validity::write_in_flight) << "the answer still holds the mark";
  answer(false);
  EXPECT_EQ(check(1), Validity::valid);
  EXPECT_EQ(log_.records(), 1U);
}

}  // namespace
}  // namespace tapri::proxy
