// The fleet's log cannot be read: in `bounded` the database's answers of the last max_staleness are served still.
#include <gtest/gtest.h>

#include <memory>

#include "unit/session/fake_tier.h"
#include "unit/session/script.h"

namespace tapri::session::test {
namespace {

using coherence::FleetMode;
using telemetry::Outcome;
using namespace std::chrono_literals;

constexpr const char* kSelect = "select c from orders where id = 1";

struct LogStaleTest : ::testing::Test {
  struct WithTier : World {
    explicit WithTier(FakeTier& tier) { remote = &tier; }
  };
  void mode(FleetMode mode) {
    std::destroy_at(&world.freshness);
    std::construct_at(&world.freshness, mode, 1s);
  }
  // Asks, and has the database answer if it is asked. True: it was not.
  bool hits(std::string_view answer) {
    peer.client(query(kSelect));
    if (peer.waits()) {
      tier.answer();
      peer.woken();
    }
    const bool hit = peer.to_server().empty();
    if (!hit) peer.server(result(std::string(answer)) + ready());
    EXPECT_EQ(peer.to_client(), "T D(" + std::string(answer) + ") C(SELECT 1) Z(I)");
    return hit;
  }
  FakeTier tier;
  WithTier world{tier};
  Peer peer{world};
};

TEST_F(LogStaleTest, AnAnswerIsServedUntilItIsTooOldToBeOne) {
  mode(FleetMode::bounded);
  EXPECT_FALSE(hits("1"));
  EXPECT_TRUE(hits("1"));
  world.clock.advance(999ms);
  EXPECT_TRUE(hits("1"));
  world.clock.advance(1ms);
  EXPECT_FALSE(hits("2"));
  EXPECT_TRUE(hits("2"));
}

// What was written while the database was answering may be missing in the answer.
TEST_F(LogStaleTest, ItsAgeIsCountedFromWhenTheDatabaseWasAsked) {
  mode(FleetMode::bounded);
  tier.takes = false;
  peer.client(query(kSelect));
  world.clock.advance(700ms);
  peer.server(result("1") + ready());
  (void)peer.to_server();
  (void)peer.to_client();
  world.clock.advance(299ms);
  EXPECT_TRUE(hits("1"));
  world.clock.advance(1ms);
  EXPECT_FALSE(hits("2"));
}

TEST_F(LogStaleTest, OwnWritesEndItAtOnce) {
  mode(FleetMode::bounded);
  EXPECT_FALSE(hits("1"));
  peer.run("update orders set c = 2 where id = 1", "UPDATE 1");
  EXPECT_FALSE(hits("2"));
}

TEST_F(LogStaleTest, OnceTheLogIsReadAgainOlderOnesAreServedToo) {
  mode(FleetMode::bounded);
  EXPECT_FALSE(hits("1"));
  world.clock.advance(5s);
  world.freshness.synced(world.clock.now(), false);
  EXPECT_TRUE(hits("1"));
}

TEST_F(LogStaleTest, NothingIsServedInStrict) {
  mode(FleetMode::strict);
  EXPECT_FALSE(hits("1"));
  EXPECT_FALSE(hits("2"));
}

// Its age goes by the clock of the tier.
TEST_F(LogStaleTest, NorIsWhatCameFromTheTier) {
  mode(FleetMode::bounded);
  EXPECT_FALSE(hits("1"));
  ASSERT_EQ(tier.entries.size(), 1U);
  (void)world.store->flush([](const cache::Entry&) { return true; });
  world.freshness.synced(world.clock.now(), false);
  EXPECT_TRUE(hits("1"));
  EXPECT_EQ(world.count(Outcome::hit_l2), 1U);
  EXPECT_TRUE(hits("1"));
  EXPECT_EQ(world.count(Outcome::hit_l1), 1U);
  world.freshness.suspend();
  tier.entries.clear();
  EXPECT_FALSE(hits("2"));
}

}  // namespace
}  // namespace tapri::session::test
