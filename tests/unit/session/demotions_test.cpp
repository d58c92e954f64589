// Answers that go to the tier behind the store when there is no more room for them here.
#include "session/demotions.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/session/fake_tier.h"
#include "unit/session/script.h"

namespace tapri::session::test {
namespace {

using namespace std::chrono_literals;
using telemetry::Demotion;

constexpr const char* kRules =
    R"({"version": 1, "rules": [{"name": "late", "ttl": "1m", "jitter": "0%", "l2": {"store": "at_eviction"}}]})";

// A worker that takes its turns when it is told to, and whose memory has room for a few answers.
struct Instance : World {
  explicit Instance(FakeTier& tier, Demotions::Config config = {})
      : World(std::size_t{64} << 10U),
        queue(config, tier, metrics, [this](Duration, std::function<void()> take) { turn = std::move(take); }) {
    remote = &tier;
    demotions = &queue;
  }
  [[nodiscard]] std::uint64_t demoted(Demotion result) const {
    return metrics.demotions[static_cast<std::size_t>(result)].value();
  }
  void take_turns() {
    while (turn) std::exchange(turn, nullptr)();
  }
  std::function<void()> turn;
  Demotions queue;
};

std::string select(int row) { return "select c from orders where id = " + std::to_string(row); }

struct DemotionsTest : ::testing::Test {
  explicit DemotionsTest(Demotions::Config config = {}) : here(tier, config) {
    here.rules.set(kRules);
    there.rules.set(kRules);
  }
  void ask(Peer& by, int row, std::size_t size = 4'000) {
    by.client(query(select(row)));
    if (by.waits()) {
      tier.answer();
      by.woken();
    }
    if (!by.to_server().empty()) by.server(result(std::string(size, 'x')) + ready());
    (void)by.to_client();
  }
  // More than there is room for: the first go.
  void fill() {
    for (int row = 1; row <= 40; ++row) ask(peer, row);
  }
  [[nodiscard]] std::uint64_t evicted() const { return here.store->stats().evictions_capacity; }

  FakeTier tier;
  Instance here;
  Instance there{tier};
  Peer peer{here}, other{there};
};

TEST_F(DemotionsTest, AnAnswerGoesWhenItIsEvictedAndNotBefore) {
  ask(peer, 1);
  here.take_turns();
  EXPECT_TRUE(tier.entries.empty());
  EXPECT_EQ(here.entries(), 1U);
  fill();
  ASSERT_GT(evicted(), 5U);
  EXPECT_TRUE(tier.entries.empty()) << "who has evicted it is not held up";
  here.take_turns();
  EXPECT_EQ(tier.entries.size(), evicted());
  EXPECT_EQ(here.demoted(Demotion::sent), evicted());
}

TEST_F(DemotionsTest, ByDefaultItGoesAtOnceAndHasNothingBesideIt) {
  here.rules.set(R"({"version": 1, "rules": []})");
  ask(peer, 1);
  EXPECT_EQ(tier.entries.size(), 1U);
  here.store->visit([](const cache::EntryRef& entry) { EXPECT_TRUE(entry->demotion().empty()); });
  fill();
  EXPECT_EQ(tier.entries.size(), 40U);
  EXPECT_GT(evicted(), 0U);
  EXPECT_FALSE(here.turn);
}

TEST_F(DemotionsTest, AnotherInstanceFindsItWithWhatIsLeftOfItsTime) {
  here.clock.advance(1s);
  there.clock.advance(1s);
  fill();
  here.clock.advance(20s);
  here.take_turns();
  ASSERT_FALSE(tier.entries.empty());
  EXPECT_EQ(tier.entries.begin()->second.expires_at - here.clock.now(), Duration(40s));
  for (int row = 1; row <= 40; ++row) ask(other, row);
  EXPECT_EQ(there.count(telemetry::Outcome::hit_l2), evicted());
  there.take_turns();
  EXPECT_LT(there.demoted(Demotion::sent), there.store->stats().evictions_capacity);
  EXPECT_EQ(tier.entries.size(), evicted() + there.demoted(Demotion::sent)) << "what came from there is not sent back";
}

TEST_F(DemotionsTest, WhatIsOfNoUseAnyMoreIsNotSent) {
  fill();
  here.clock.advance(1min);
  here.take_turns();
  EXPECT_TRUE(tier.entries.empty());
  EXPECT_EQ(here.demoted(Demotion::expired), evicted());
}

TEST_F(DemotionsTest, NorWhatWasWrittenToOrIsJustNow) {
  fill();
  {
    coherence::Footprint footprint;
    footprint.add(coherence::all_of(here.catalog->name_space()));
    const coherence::DirtyMark under_way(here.log, footprint);
    here.take_turns();
  }
  const std::uint64_t before = evicted();
  EXPECT_EQ(here.demoted(Demotion::invalid), before);
  fill();
  peer.run("update orders set c = 2", "UPDATE 1");
  here.take_turns();
  EXPECT_TRUE(tier.entries.empty());
  EXPECT_EQ(here.demoted(Demotion::invalid), evicted());
}

TEST_F(DemotionsTest, NorWhatWasFlushedByName) {
  fill();
  const std::uint64_t before = evicted();
  coherence::Footprint rule;
  rule.add(coherence::rule_scope("another"));
  here.log.flush(rule);
  std::exchange(here.turn, nullptr)();
  EXPECT_EQ(here.demoted(Demotion::sent), Demotions::Config{}.a_turn);
  rule.add(coherence::rule_scope("late"));
  here.log.flush(rule);
  here.take_turns();
  EXPECT_EQ(here.demoted(Demotion::invalid), before - Demotions::Config{}.a_turn);
}

TEST_F(DemotionsTest, ARulesRatesCountThen) {
  here.rules.set(R"({"version": 1, "rules": [{"name": "few", "l2": {"store": "at_eviction", "max_rate": "3/s"}}]})");
  fill();
  here.take_turns();
  EXPECT_EQ(tier.entries.size(), 3U);
  EXPECT_EQ(here.demoted(Demotion::withheld), evicted() - 3);
  EXPECT_EQ(here.metrics.withheld[static_cast<std::size_t>(telemetry::Withheld::rate)].value(), evicted() - 3);
}

TEST_F(DemotionsTest, WhatWillNeverGoHasNothingBesideIt) {
  here.rules.set(R"({"version": 1, "rules": [{"name": "small", "l2": {"store": "at_eviction", "max_size": "1KiB"}}]})");
  ask(peer, 1);
  EXPECT_EQ(here.metrics.withheld[static_cast<std::size_t>(telemetry::Withheld::too_large)].value(), 1U);
  ask(peer, 2, 100);
  std::size_t with = 0;
  here.store->visit([&with](const cache::EntryRef& entry) { with += entry->demotion().empty() ? 0U : 1U; });
  EXPECT_EQ(with, 1U);
}

TEST_F(DemotionsTest, ATierThatCannotBeUsedIsNotWaitedFor) {
  tier.good = false;
  fill();
  EXPECT_FALSE(here.turn);
  EXPECT_EQ(here.demoted(Demotion::unusable), evicted());
}

TEST_F(DemotionsTest, NoMoreAreSentThanTheTierHasDone) {
  fill();
  tier.under_way = Demotions::Config{}.under_way;
  std::exchange(here.turn, nullptr)();
  EXPECT_TRUE(tier.entries.empty());
  ASSERT_TRUE(here.turn) << "it is looked again";
  tier.under_way = 0;
  here.take_turns();
  EXPECT_EQ(tier.entries.size(), evicted());
}

struct SmallQueueTest : DemotionsTest {
  SmallQueueTest() : DemotionsTest({.max_entries = 2}) {}
};

TEST_F(SmallQueueTest, WhatDoesNotFitIsDroppedAndCounted) {
  fill();
  EXPECT_EQ(here.demoted(Demotion::dropped), evicted() - 2);
  here.take_turns();
  EXPECT_EQ(tier.entries.size(), 2U);
}

TEST_F(DemotionsTest, AtTheEndTheBestIsSentAndWaitedFor) {
  for (int row = 1; row <= 4; ++row) {
    peer.client(query(select(row)));
    tier.answer();
    peer.woken();
    (void)peer.to_server();
    here.clock.advance(row * 1ms);
    peer.server(result("1") + ready());
  }
  const auto best = best_to_demote(*here.store, 2, std::size_t{1} << 20U);
  ASSERT_EQ(best.size(), 2U);
  EXPECT_EQ(best[0]->upstream_us, 4'000U);
  EXPECT_EQ(best[1]->upstream_us, 3'000U);
  EXPECT_TRUE(best_to_demote(*here.store, 2, 1).empty());
  bool done = false;
  tier.under_way = 1;
  here.queue.finish(best, [&done] { done = true; });
  std::exchange(here.turn, nullptr)();
  EXPECT_EQ(tier.entries.size(), 2U);
  EXPECT_FALSE(done);
  tier.under_way = 0;
  here.take_turns();
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace tapri::session::test
