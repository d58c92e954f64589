// Who asks the database for what takes long, where several instances miss it at once.
#include <gtest/gtest.h>

#include "unit/session/fake_tier.h"
#include "unit/session/script.h"

namespace tapri::session::test {
namespace {

using namespace std::chrono_literals;
using cache::RemoteLocks;
using telemetry::LockResult;
using telemetry::Outcome;

constexpr const char* kSelect = "select c from orders where id = 1";
constexpr const char* kAsked = "Q(select c from orders where id = 1)";
constexpr const char* kGot = "T D(2) C(SELECT 1) Z(I)";

struct Instance {
  struct WithTier : World {
    explicit WithTier(FakeTier& tier) {
      remote = &tier;
      shared->limits.lock_above = 50ms;
    }
  };
  explicit Instance(FakeTier& tier) : world(tier) {}
  [[nodiscard]] std::uint64_t locks(LockResult result) const {
    return world.metrics.locks[static_cast<std::size_t>(result)].value();
  }
  WithTier world;
  Peer peer{world}, other{world};
};

struct RemoteLockTest : ::testing::Test {
  // The instance has asked the database for it, which took so long; whether it wanted a lock, which is not to be had.
  bool compute(Instance& instance, Duration took, const char* value = "1") {
    const std::size_t before = locks.asked.size();
    Peer peer(instance.world);
    peer.client(query(kSelect));
    tier.answer();
    const bool wanted = locks.asked.size() > before;
    if (wanted) locks.end(RemoteLocks::End::failed, before);
    peer.woken();
    EXPECT_EQ(peer.to_server(), kAsked);
    instance.world.clock.advance(took);
    peer.server(result(value) + ready());
    return wanted;
  }
  // Everywhere.
  void write() {
    coherence::Footprint written;
    written.add(coherence::any_of(here.world.catalog->name_space(), kOrders));
    written.add(coherence::all_of(here.world.catalog->name_space()));
    here.world.log.append(written);
    there.world.log.append(written);
  }
  // Known to take so long, and to be asked for anew.
  void known(Duration took) {
    (void)compute(here, took);
    write();
  }
  // Is not found, or not usable.
  void miss(Peer& peer) {
    peer.client(query(kSelect));
    EXPECT_TRUE(peer.waits());
    tier.answer();
  }
  void end_and_look(RemoteLocks::End how) {
    locks.end(how);
    EXPECT_EQ(tier.asked.size(), 1U) << "it may have come meanwhile";
    tier.answer();
  }
  FakeTier tier;
  FakeLocks& locks = tier.its_locks;
  Instance here{tier}, there{tier};
};

TEST_F(RemoteLockTest, IsTakenBeforeTheDatabaseIsAskedForWhatTakesLong) {
  known(200ms);
  miss(here.peer);
  ASSERT_EQ(locks.asked.size(), 1U);
  EXPECT_EQ(locks.asked[0]->key, tier.entries.begin()->first);
  EXPECT_EQ(locks.asked[0]->time, 400ms);
  EXPECT_EQ(here.peer.to_server(), "");
  end_and_look(RemoteLocks::End::taken);
  here.peer.woken();
  EXPECT_EQ(here.peer.to_server(), kAsked);
  EXPECT_EQ(locks.held, 1) << "until the answer is stored";
  here.peer.server(description() + row("2"));
  EXPECT_EQ(locks.held, 1);
  here.peer.server(complete("SELECT 1") + ready());
  EXPECT_EQ(locks.held, 0);
  EXPECT_EQ(tier.entries.begin()->second.payload, result("2"));
  EXPECT_EQ(here.locks(LockResult::taken), 1U);
}

TEST_F(RemoteLockTest, WhatIsNotKnownToTakeLongIsNotLocked) {
  EXPECT_FALSE(compute(here, 49ms)) << "it was never asked for before";
  write();
  EXPECT_FALSE(compute(here, 200ms));
  write();
  here.world.shared->limits.lock_above = 0ms;
  EXPECT_FALSE(compute(here, 200ms)) << "locks are off";
  write();
  here.world.shared->limits.lock_above = 50ms;
  EXPECT_TRUE(compute(here, 200ms));
}

TEST_F(RemoteLockTest, IsTakenForTwiceWhatItTookWithinBounds) {
  here.world.shared->limits.lock_ttl = 1s;
  const std::pair<Duration, Duration> times[] = {{50ms, 100ms}, {51ms, 102ms}, {600ms, 1s}, {1s, 1s}};
  here.world.shared->limits.lock_above = 10ms;
  for (const auto& [took, time] : times) {
    known(took);
    Peer peer(here.world);
    miss(peer);
    ASSERT_EQ(locks.asked.size(), 1U);
    EXPECT_EQ(locks.asked[0]->time, time);
    locks.end(RemoteLocks::End::failed);
    peer.woken();
    peer.server(result("1") + ready());
    write();
  }
  known(20ms);
  miss(here.peer);
  EXPECT_EQ(locks.asked.at(0)->time, 100ms) << "not for less";
}

TEST_F(RemoteLockTest, IsNotTakenForWhatNobodyWaitsForSoLong) {
  here.world.shared->limits.lock_ttl = 1s;
  known(1001ms);
  EXPECT_FALSE(compute(here, 1001ms));
}

TEST_F(RemoteLockTest, WhoDoesNotGetItIsAnsweredByWhatTheOtherStores) {
  known(200ms);
  miss(here.peer);
  miss(there.peer);
  ASSERT_EQ(locks.asked.size(), 2U) << "what it takes is known from the entry that was written to";
  end_and_look(RemoteLocks::End::taken);
  here.peer.woken();
  EXPECT_EQ(here.peer.to_server(), kAsked);
  here.peer.server(result("2") + ready());
  end_and_look(RemoteLocks::End::released);
  there.peer.woken();
  EXPECT_EQ(there.peer.to_server(), "");
  EXPECT_EQ(there.peer.to_client(), kGot);
  EXPECT_EQ(there.world.count(Outcome::hit_l2), 1U);
  EXPECT_EQ(there.locks(LockResult::answered), 1U);
  EXPECT_EQ(there.locks(LockResult::taken), 0U);
}

TEST_F(RemoteLockTest, WhoGetsItLateFindsWhatWasStoredBefore) {
  known(200ms);
  miss(there.peer);
  miss(here.peer);
  std::swap(locks.asked[0], locks.asked[1]);
  end_and_look(RemoteLocks::End::taken);
  here.peer.woken();
  here.peer.server(result("2") + ready());
  end_and_look(RemoteLocks::End::taken);
  there.peer.woken();
  EXPECT_EQ(there.peer.to_server(), "");
  EXPECT_EQ(there.peer.to_client(), kGot);
  EXPECT_EQ(locks.held, 0);
}

TEST_F(RemoteLockTest, ThoseBehindWhoWaitsAreAnsweredWithIt) {
  known(200ms);
  miss(there.peer);
  there.other.client(query(kSelect));
  EXPECT_TRUE(there.other.waits());
  EXPECT_EQ(locks.asked.size(), 1U) << "one waits for all";
  (void)compute(here, 200ms, "2");
  end_and_look(RemoteLocks::End::released);
  there.peer.woken();
  there.other.woken();
  EXPECT_EQ(there.peer.to_client(), kGot);
  EXPECT_EQ(there.other.to_client(), kGot);
}

TEST_F(RemoteLockTest, WithoutAnAnswerByItsEndEveryInstanceAsks) {
  const std::pair<RemoteLocks::End, LockResult> ends[] = {{RemoteLocks::End::released, LockResult::unanswered},
                                                          {RemoteLocks::End::expired, LockResult::timed_out}};
  for (const auto& [end, result_is] : ends) {
    known(200ms);
    miss(there.peer);
    end_and_look(end);
    there.peer.woken();
    EXPECT_TRUE(locks.asked.empty()) << "no second lock";
    EXPECT_EQ(there.peer.to_server(), kAsked);
    EXPECT_EQ(there.locks(result_is), 1U);
    there.peer.server(result("1") + ready());
    write();
  }
}

TEST_F(RemoteLockTest, WhatWasWrittenMeanwhileIsNotTaken) {
  known(200ms);
  miss(there.peer);
  (void)compute(here, 200ms);
  write();
  end_and_look(RemoteLocks::End::released);
  there.peer.woken();
  EXPECT_EQ(there.peer.to_server(), kAsked);
}

TEST_F(RemoteLockTest, IsNotWaitedForWhereRedisCannotBeAsked) {
  known(200ms);
  locks.takes = false;
  miss(here.peer);
  here.peer.woken();
  EXPECT_EQ(here.peer.to_server(), kAsked);
  EXPECT_EQ(here.locks(LockResult::failed), 1U);
  locks.takes = true;
  miss(there.peer);
  locks.end(RemoteLocks::End::failed);
  EXPECT_TRUE(tier.asked.empty());
  there.peer.woken();
  EXPECT_EQ(there.peer.to_server(), kAsked);
  EXPECT_EQ(there.locks(LockResult::failed), 1U);
}

TEST_F(RemoteLockTest, WhoIsGoneWaitsNoMoreAndHoldsNothing) {
  known(200ms);
  {
    Peer gone(there.world);
    miss(gone);
    there.other.client(query(kSelect));
  }
  ASSERT_EQ(locks.asked.size(), 1U);
  EXPECT_TRUE(locks.asked[0]->given_up);
  there.other.woken();
  EXPECT_EQ(there.other.to_server(), kAsked);
  locks.end(RemoteLocks::End::taken);
  EXPECT_EQ(locks.held, 0);
  {
    Peer gone(here.world);
    miss(gone);
    end_and_look(RemoteLocks::End::taken);
    gone.woken();
    EXPECT_EQ(gone.to_server(), kAsked);
    EXPECT_EQ(locks.held, 1);
  }
  EXPECT_EQ(locks.held, 0) << "who is gone stores nothing";
}

TEST_F(RemoteLockTest, WhoWaitsTooLongAsksTheDatabase) {
  known(200ms);
  miss(there.peer);
  there.peer.session().flight_timed_out();
  there.peer.resume();
  EXPECT_TRUE(locks.asked[0]->given_up);
  EXPECT_EQ(there.peer.to_server(), kAsked);
  EXPECT_EQ(there.locks(LockResult::timed_out), 1U);
}

TEST_F(RemoteLockTest, WhoIsCancelledWaitsNoMore) {
  known(200ms);
  miss(there.peer);
  there.peer.session().cancelled();
  there.peer.resume();
  EXPECT_TRUE(locks.asked[0]->given_up);
  EXPECT_EQ(there.peer.to_client(), "E(57014) Z(I)");
  EXPECT_EQ(there.peer.to_server(), "");
  miss(there.peer);
  EXPECT_EQ(locks.asked.size(), 2U) << "nor keeps others from it";
}

TEST_F(RemoteLockTest, IsNotTakenForWhatCouldNotBeKeptForOthers) {
  known(200ms);
  // A write overtakes it.
  here.peer.client(query(kSelect));
  tier.answer();
  end_and_look(RemoteLocks::End::taken);
  here.peer.woken();
  here.world.clock.advance(200ms);
  write();
  here.peer.server(result("2") + ready());
  EXPECT_EQ(locks.held, 0);
  EXPECT_FALSE(compute(here, 200ms));
  write();
  EXPECT_TRUE(compute(here, 200ms));
  // Or it is too large.
  here.world.shared->limits.max_remote_result = 10;
  write();
  EXPECT_TRUE(compute(here, 200ms));
  write();
  EXPECT_FALSE(compute(here, 200ms));
}

TEST_F(RemoteLockTest, InTheExtendedProtocolAsWell) {
  known(200ms);
  const auto ask = [&](Instance& instance) {
    instance.peer.client(extended(kSelect) + sync());
    tier.answer();
  };
  // Its entry is another, its shape the same.
  ask(here);
  ASSERT_EQ(locks.asked.size(), 1U);
  end_and_look(RemoteLocks::End::taken);
  here.peer.woken();
  EXPECT_EQ(locks.held, 1);
  here.peer.server(extended_result("2") + ready());
  EXPECT_EQ(locks.held, 0);
}

}  // namespace
}  // namespace tapri::session::test
