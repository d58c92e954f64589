// Answers that another instance has put into the tier behind the store.
#include "session/remote_fetch.h"

#include <gtest/gtest.h>

#include "unit/session/fake_tier.h"
#include "unit/session/script.h"

namespace tapri::session::test {
namespace {

using telemetry::Outcome;

constexpr const char* kSelect = "select c from orders where id = 1";

struct Instance {
  struct WithTier : World {
    explicit WithTier(FakeTier& tier) { remote = &tier; }
  };
  explicit Instance(FakeTier& tier) : world(tier) {}
  WithTier world;
  Peer peer{world}, other{world};
};

struct RemoteTest : ::testing::Test {
  RemoteTest() {
    // Numbers that one process gives out are another's for other things.
    there.peer.client(query("select c from prices"));
    tier.answer();
    there.peer.woken();
    there.peer.server(result("0") + ready());
    tier.entries.clear();
  }
  // The answer is in the tier, put there by the other instance.
  void stored() {
    there.peer.client(query(kSelect));
    tier.answer();
    there.peer.woken();
    there.peer.server(result("1") + ready());
    ASSERT_EQ(tier.entries.size(), 1U);
    (void)there.peer.to_server();
  }
  void ask(Peer& peer) {
    peer.client(query(kSelect));
    EXPECT_TRUE(peer.waits());
    EXPECT_EQ(peer.to_server(), "");
  }
  FakeTier tier;
  Instance here{tier}, there{tier};
};

TEST_F(RemoteTest, AnAnswerOfOneInstanceServesAnother) {
  stored();
  ask(here.peer);
  EXPECT_EQ(tier.asked.size(), 1U);
  tier.answer();
  here.peer.woken();
  EXPECT_EQ(here.peer.to_server(), "");
  EXPECT_EQ(here.peer.to_client(), "T D(1) C(SELECT 1) Z(I)");
  EXPECT_EQ(here.world.count(Outcome::hit_l2), 1U);
  EXPECT_TRUE(here.peer.hits(kSelect)) << "from here on it is in the store";
  EXPECT_EQ(here.world.count(Outcome::hit_l1), 1U);
}

TEST_F(RemoteTest, WhatIsNotThereIsAskedOfTheDatabaseAndPutThere) {
  ask(here.peer);
  tier.answer();
  here.peer.woken();
  EXPECT_EQ(here.peer.to_server(), "Q(select c from orders where id = 1)");
  here.peer.server(result("2") + ready());
  EXPECT_EQ(here.peer.to_client(), "T D(2) C(SELECT 1) Z(I)");
  EXPECT_EQ(tier.entries.size(), 1U);
  EXPECT_EQ(here.world.count(Outcome::miss), 1U);
}

TEST_F(RemoteTest, WhatIsNoWholeAnswerIsNotTaken) {
  stored();
  tier.entries.begin()->second.payload.pop_back();
  ask(here.peer);
  tier.answer();
  here.peer.woken();
  EXPECT_EQ(here.peer.to_server(), "Q(select c from orders where id = 1)");
}

TEST_F(RemoteTest, WhatWasWrittenSinceIsNotTaken) {
  stored();
  coherence::Footprint written;
  written.add(coherence::any_of(here.world.catalog->name_space(), kOrders));
  written.add(coherence::all_of(here.world.catalog->name_space()));
  here.world.log.append(written);
  ask(here.peer);
  tier.answer();
  here.peer.woken();
  EXPECT_EQ(here.peer.to_server(), "Q(select c from orders where id = 1)");
}

TEST_F(RemoteTest, NorWhatIsAheadOfTheLogHere) {
  coherence::Footprint written;
  written.add(coherence::any_of(here.world.catalog->name_space(), kPrices));
  there.world.log.append(written);
  stored();
  ask(here.peer);
  tier.answer();
  here.peer.woken();
  EXPECT_EQ(here.peer.to_server(), "Q(select c from orders where id = 1)")
      << "whether it is right is not known here yet";
}

// Rows that nobody has asked for before.
TEST_F(RemoteTest, WhatIsNeverThereIsSeldomLookedFor) {
  int row = 100;
  const auto looks = [&](int questions) {
    std::size_t looked = 0;
    for (int i = 0; i < questions; ++i) {
      here.peer.client(query("select c from orders where id = " + std::to_string(++row)));
      if (here.peer.waits()) {
        looked += tier.asked.size();
        tier.answer();
        here.peer.woken();
      }
      here.peer.server(result("1") + ready());
    }
    return looked;
  };
  EXPECT_EQ(looks(Shape::kFruitless), Shape::kFruitless);
  EXPECT_EQ(looks(10 * Shape::kSeldom), 10U);
  EXPECT_EQ(here.world.metrics.remote_looks_skipped.value(), 10U * (Shape::kSeldom - 1));
  EXPECT_EQ(tier.entries.size(), Shape::kFruitless + 10U * Shape::kSeldom) << "stored all the same";
  // One of them that is found.
  tier.entries.clear();
  stored();
  for (std::size_t i = 0; i + 1 < Shape::kSeldom; ++i) {
    here.peer.client(query(kSelect));
    EXPECT_FALSE(here.peer.waits());
    here.peer.server(error() + ready());
  }
  (void)here.peer.to_server();
  ask(here.peer);
  tier.answer();
  here.peer.woken();
  EXPECT_EQ(here.world.count(Outcome::hit_l2), 1U);
  EXPECT_EQ(looks(Shape::kFruitless), Shape::kFruitless);
}

TEST_F(RemoteTest, WhatTakesLongIsAlwaysLookedFor) {
  for (int row = 100; row < 300; ++row) {
    here.peer.client(query("select c from orders where id = " + std::to_string(row)));
    ASSERT_TRUE(here.peer.waits());
    tier.answer();
    here.peer.woken();
    here.world.clock.advance(std::chrono::milliseconds(10));
    here.peer.server(result("1") + ready());
  }
  EXPECT_EQ(here.world.metrics.remote_looks_skipped.value(), 0U);
}

TEST_F(RemoteTest, OneLooksForAllWhoAsk) {
  stored();
  ask(here.peer);
  ask(here.other);
  EXPECT_EQ(tier.asked.size(), 1U);
  tier.answer();
  here.peer.woken();
  here.other.woken();
  EXPECT_EQ(here.peer.to_client(), "T D(1) C(SELECT 1) Z(I)");
  EXPECT_EQ(here.other.to_client(), "T D(1) C(SELECT 1) Z(I)");
  EXPECT_EQ(here.world.count(Outcome::coalesced), 1U);
}

TEST_F(RemoteTest, WhereNothingIsFoundOneAsksTheDatabaseForAll) {
  ask(here.peer);
  ask(here.other);
  tier.answer();
  here.peer.woken();
  EXPECT_EQ(here.peer.to_server(), "Q(select c from orders where id = 1)");
  EXPECT_TRUE(here.other.waits());
  here.peer.server(result("1") + ready());
  here.other.woken();
  EXPECT_EQ(here.other.to_server(), "");
  EXPECT_EQ(here.other.to_client(), "T D(1) C(SELECT 1) Z(I)");
}

TEST_F(RemoteTest, WhoLooksAndIsGoneLetsTheOthersGoOn) {
  {
    Peer gone(here.world);
    ask(gone);
    ask(here.other);
  }
  here.other.woken();
  EXPECT_EQ(here.other.to_server(), "Q(select c from orders where id = 1)");
  tier.answer();
}

TEST_F(RemoteTest, ATierThatTakesTooLongIsNotWaitedFor) {
  stored();
  ask(here.peer);
  here.peer.session().flight_timed_out();
  here.peer.resume();
  EXPECT_EQ(here.peer.to_server(), "Q(select c from orders where id = 1)");
  tier.answer();
  here.peer.server(result("1") + ready());
  EXPECT_EQ(here.peer.to_client(), "T D(1) C(SELECT 1) Z(I)");
}

TEST_F(RemoteTest, ATierThatIsNotWellIsNotAsked) {
  stored();
  for (bool FakeTier::*what : {&FakeTier::good, &FakeTier::takes}) {
    tier.*what = false;
    here.world.store->flush([](const cache::Entry&) { return true; });
    here.peer.client(query(kSelect));
    EXPECT_EQ(here.peer.to_server(), "Q(select c from orders where id = 1)");
    here.peer.server(result("1") + ready());
    tier.*what = true;
  }
  EXPECT_TRUE(tier.asked.empty());
}

TEST_F(RemoteTest, WhileATierIsNotWellNoKeyIsMadeForIt) {
  tier.good = false;
  here.peer.client(query(kSelect));
  EXPECT_EQ(here.peer.to_server(), "Q(select c from orders where id = 1)");
  tier.good = true;
  here.peer.server(result("1") + ready());
  EXPECT_TRUE(tier.entries.empty());
}

TEST_F(RemoteTest, UsersAndRulesAreToldApart) {
  stored();
  Peer bob(here.world, 0, {.user = "bob", .database = "shop"});
  ask(bob);
  tier.answer();
  bob.woken();
  EXPECT_EQ(bob.to_server(), "Q(select c from orders where id = 1)");
  here.world.rules.set(R"({"version": 1, "rules": []})");
  ask(here.peer);
  tier.answer();
  here.peer.woken();
  EXPECT_EQ(here.peer.to_server(), "Q(select c from orders where id = 1)");
}

TEST_F(RemoteTest, ARuleKeepsItsAnswersOutOfTheTier) {
  here.world.rules.set(R"({"version": 1, "rules": [{"name": "mine", "l2": {"enabled": false}}]})");
  here.peer.client(query(kSelect));
  EXPECT_TRUE(tier.asked.empty());
  here.peer.server(result("1") + ready());
  EXPECT_TRUE(tier.entries.empty());
  EXPECT_EQ(here.world.metrics.withheld[static_cast<std::size_t>(telemetry::Withheld::disabled)].value(), 1U);
  (void)here.peer.to_server();
  EXPECT_TRUE(here.peer.hits(kSelect));
}

TEST_F(RemoteTest, OrWhatIsTooLarge) {
  here.world.rules.set(R"({"version": 1, "rules": [{"name": "small", "l2": {"max_size": "1B"}}]})");
  ask(here.peer);
  tier.answer();
  here.peer.woken();
  here.peer.server(result("1") + ready());
  EXPECT_TRUE(tier.entries.empty());
  EXPECT_EQ(here.world.metrics.withheld[static_cast<std::size_t>(telemetry::Withheld::too_large)].value(), 1U);
}

TEST_F(RemoteTest, ARuleSaysHowOldWhatIsFoundThereMayBecome) {
  const auto left = [this](Instance& instance, std::string_view rules) {
    tier.entries.clear();
    instance.world.rules.set(rules);
    (void)instance.peer.to_server();
    ask(instance.peer);
    tier.answer();
    instance.peer.woken();
    instance.peer.server(result("1") + ready());
    EXPECT_EQ(tier.entries.size(), 1U);
    return tier.entries.begin()->second.expires_at - instance.world.clock.now();
  };
  EXPECT_EQ(left(here, R"({"version": 1, "defaults": {"jitter": "0%", "ttl": "1h", "l2": {"ttl": "1m"}}})"),
            std::chrono::minutes(1));
  EXPECT_EQ(left(there, R"({"version": 1, "defaults": {"jitter": "0%", "ttl": "30s", "l2": {"ttl": "1m"}}})"),
            std::chrono::seconds(30));
}

TEST_F(RemoteTest, WhatASessionHasForItselfStaysInTheProcess) {
  here.peer.run("select set_config(c, 'x', false) from orders", "SELECT 1");
  here.peer.client(query(kSelect));
  EXPECT_TRUE(tier.asked.empty());
  here.peer.server(result("1") + ready());
  EXPECT_TRUE(tier.entries.empty());
}

TEST_F(RemoteTest, InTheExtendedProtocolAsWell) {
  there.peer.client(extended(kSelect) + sync());
  tier.answer();
  there.peer.woken();
  there.peer.server(extended_result("1") + ready());
  ASSERT_EQ(tier.entries.size(), 1U);
  here.peer.client(extended(kSelect) + sync());
  EXPECT_TRUE(here.peer.waits());
  tier.answer();
  here.peer.woken();
  EXPECT_EQ(here.peer.to_server(), "");
  EXPECT_EQ(here.peer.to_client(), "1 2 T D(1) C(SELECT 1) Z(I)");
}

}  // namespace
}  // namespace tapri::session::test
