// Single flight: who asks, who waits, and how waiting ends.
#include <gtest/gtest.h>

#include "unit/session/script.h"

namespace tapri::session::test {
namespace {

constexpr const char* kSelect = "select c from orders where id = 1";

struct InFlight : ::testing::Test {
  // The leader has asked; the other waits with `request`.
  void wait(const std::string& request) {
    leader.client(request);
    waiter.client(request);
    EXPECT_TRUE(waiter.waits());
    EXPECT_TRUE(waiter.session().blocked());
    EXPECT_EQ(waiter.to_server(), "");
    EXPECT_EQ(waiter.to_client(), "");
  }
  World world;
  Peer leader{world}, waiter{world};
};

TEST_F(InFlight, TheSecondWaitsAndIsServed) {
  wait(query(kSelect));
  leader.server(result("1") + ready());
  waiter.woken();
  EXPECT_EQ(waiter.to_server(), "");
  EXPECT_EQ(waiter.to_client(), "T D(1) C(SELECT 1) Z(I)");
  EXPECT_EQ(world.count(telemetry::Outcome::coalesced), 1U);
}

TEST_F(InFlight, InTheExtendedProtocolAsWell) {
  wait(extended(kSelect) + sync());
  leader.server(extended_result("1") + ready());
  waiter.woken();
  EXPECT_EQ(waiter.to_server(), "");
  EXPECT_EQ(waiter.to_client(), "1 2 T D(1) C(SELECT 1) Z(I)");
}

TEST_F(InFlight, ALeaderThatFailsLetsTheWaiterGoOn) {
  wait(query(kSelect));
  leader.server(error() + ready());
  waiter.woken();
  EXPECT_EQ(waiter.to_server(), "Q(select c from orders where id = 1)");
  waiter.server(result("2") + ready());
  EXPECT_EQ(waiter.to_client(), "T D(2) C(SELECT 1) Z(I)");
}

TEST_F(InFlight, ALeaderThatIsLostLetsTheWaiterGoOn) {
  wait(query(kSelect));
  (void)leader.session().upstream_lost();
  waiter.woken();
  EXPECT_EQ(waiter.to_server(), "Q(select c from orders where id = 1)");
}

TEST_F(InFlight, AWaiterThatWaitedLongEnoughAsksItself) {
  wait(query(kSelect));
  waiter.session().flight_timed_out();
  waiter.resume();
  EXPECT_EQ(waiter.to_server(), "Q(select c from orders where id = 1)");
  EXPECT_FALSE(waiter.waits());
}

TEST_F(InFlight, ACancelledWaiterGetsTheErrorOfACancel) {
  wait(query(kSelect));
  waiter.session().cancelled();
  waiter.resume();
  EXPECT_EQ(waiter.to_client(), "E(57014) Z(I)");
  EXPECT_EQ(waiter.to_server(), "");
  leader.server(result("1") + ready());
  EXPECT_TRUE(waiter.hits(kSelect)) << "and goes on";
}

TEST_F(InFlight, ACancelledBatchIsSkippedToItsSync) {
  wait(parse("", kSelect) + prepared("") + extended(kSelect) + sync());
  waiter.session().cancelled();
  waiter.resume();
  EXPECT_EQ(waiter.to_client(), "1 2 E(57014) Z(I)") << "Parse and Bind have succeeded";
  EXPECT_EQ(waiter.to_server(), "");
  EXPECT_TRUE(waiter.session().idle());
}

TEST_F(InFlight, ACancelNeverHitsALaterStatement) {
  wait(query(kSelect));
  world.shared->caching = false;
  waiter.session().cancelled();
  waiter.resume();
  EXPECT_EQ(waiter.to_client(), "E(57014) Z(I)");
  world.shared->caching = true;
  waiter.client(query("select c from prices"));
  EXPECT_EQ(waiter.to_server(), "Q(select c from prices)");
}

TEST_F(InFlight, ACancelWithNothingWaitingIsIgnored) {
  waiter.session().cancelled();
  EXPECT_FALSE(waiter.hits(kSelect));
  EXPECT_TRUE(waiter.hits(kSelect));
}

TEST_F(InFlight, AFlushWhileWaitingIsNoReasonToFail) {
  wait(query(kSelect));
  leader.server(result("1") + ready());
  (void)world.store->flush([](const cache::Entry&) { return true; });
  waiter.woken();
  EXPECT_EQ(waiter.to_server(), "Q(select c from orders where id = 1)");
}

TEST_F(InFlight, OneInATransactionOrBehindOtherRequestsDoesNotWait) {
  leader.client(query(kSelect));
  waiter.run("begin", "BEGIN", 'T');
  waiter.client(query(kSelect));
  EXPECT_FALSE(waiter.session().blocked());
  EXPECT_EQ(waiter.to_server(), "Q(select c from orders where id = 1)");
}

}  // namespace
}  // namespace tapri::session::test
