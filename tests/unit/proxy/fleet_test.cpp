// What connections wait for in a fleet.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "unit/proxy/proxied.h"

namespace tapri::proxy::test {
namespace {

using namespace session::test;
using coherence::Footprint;

// Settles tickets when told to.
class Announcements final : public coherence::Announcer {
 public:
  [[nodiscard]] Ticket intend(coherence::Token& token, const Footprint&, std::uint8_t) override {
    if (token == 0) token = ++tokens;
    return last_intent = ++last;
  }
  [[nodiscard]] Ticket announce(coherence::Token, Footprint footprint, std::uint8_t) override {
    footprints[++last] = std::move(footprint);
    return last;
  }
  void cancel(coherence::Token) override { ++cancelled; }
  [[nodiscard]] Ticket completed() const override { return completed_; }
  [[nodiscard]] bool failed(Ticket ticket) override { return failed_.contains(ticket); }
  void when_completed(Ticket ticket, std::function<void()> wake) override {
    if (ticket <= completed_) return wake();
    waiting_.emplace(ticket, std::move(wake));
  }
  // All tickets that were given out.
  void settle(bool failed = false) {
    if (failed) {
      for (Ticket each = completed_ + 1; each <= last; ++each) failed_.insert(each);
    }
    completed_ = last;
    for (auto& [ticket, wake] : std::exchange(waiting_, {})) wake();
  }

  Ticket last = 0;
  Ticket last_intent = 0;
  coherence::Token tokens = 0;
  int cancelled = 0;
  std::map<Ticket, Footprint> footprints;

 private:
  Ticket completed_ = 0;
  std::set<Ticket> failed_;
  std::multimap<Ticket, std::function<void()>> waiting_;
};

class FleetTest : public testing::Test {
 protected:
  void SetUp() override {
    p.world.log.join_fleet(announcements);
    p.services.fleet.announcer = &announcements;
    p.log_in();
    p.settle();
  }
  // The tickets given out so far are settled, and the connection hears of it.
  void settle(bool failed = false) {
    announcements.settle(failed);
    p.loop.turn();
  }
  void write_to_the_server() {
    p.client->send(query("update orders set c = 1"));
    EXPECT_EQ(p.server_got(), "Q");
  }
  void write() {
    write_to_the_server();
    p.server->send(complete("UPDATE 1") + ready());
  }
  [[nodiscard]] bool dirty_however_new() const {
    const std::vector<coherence::Dependency> on = {coherence::any_of(p.world.catalog->name_space(), kOrders)};
    return p.world.log.check(on, p.world.log.position() + 1) == coherence::Validity::write_in_flight;
  }
  Announcements announcements;
  Proxied p;
};

TEST_F(FleetTest, AWriteIsAcknowledgedWhenTheOthersKnowOfIt) {
  write();
  EXPECT_EQ(p.client_got(), "");
  EXPECT_TRUE(dirty_however_new()) << "no answer of another instance may be taken for right yet";
  settle();
  EXPECT_EQ(p.client_got(), "C Z");
}

TEST_F(FleetTest, WhatFollowsAWriteWaitsToo) {
  p.client->send(query("update orders set c = 1") + query("select c from prices"));
  EXPECT_EQ(p.server_got(), "Q Q");
  p.server->send(complete("UPDATE 1") + ready());
  p.server->send(result("1") + ready());
  EXPECT_EQ(p.client_got(), "");
  settle();
  EXPECT_EQ(p.client_got(), "C Z T D C Z");
}

TEST_F(FleetTest, WhatCameBeforeAWriteDoesNot) {
  p.client->send(query("select c from orders") + query("update orders set c = 1"));
  p.server->send(result("1") + ready());
  EXPECT_EQ(p.client_got(), "T D C Z");
  p.server->send(complete("UPDATE 1") + ready());
  EXPECT_EQ(p.client_got(), "");
}

TEST_F(FleetTest, ReadsWaitForNothing) {
  p.client->send(query("select c from prices"));
  EXPECT_EQ(p.client_got(), "T D C Z");
  EXPECT_EQ(announcements.last, 0U);
}

TEST_F(FleetTest, AFailedWriteIsTakenBackAndNotWaitedFor) {
  write_to_the_server();
  p.server->send(error("23505") + ready());
  EXPECT_EQ(p.client_got(), "E(23505) Z");
  EXPECT_EQ(announcements.cancelled, 1);
  EXPECT_TRUE(announcements.footprints.empty());
}

TEST_F(FleetTest, TheSecondOfTwoWritesIsWaitedForByItself) {
  write();
  settle();
  EXPECT_EQ(p.client_got(), "C Z");
  write();
  EXPECT_EQ(p.client_got(), "");
  settle();
  EXPECT_EQ(p.client_got(), "C Z");
}

TEST_F(FleetTest, AWriteThatCannotBeAnnouncedIsAcknowledgedIfSoConfigured) {
  write();
  settle(true);
  EXPECT_EQ(p.client_got(), "C Z");
  EXPECT_FALSE(p.client->closed());
}

TEST_F(FleetTest, OrEndsTheConnection) {
  p.services.fleet.fail_unannounced = true;
  write();
  settle(true);
  EXPECT_EQ(p.client_got(), "E(08007)");
  EXPECT_TRUE(p.client->closed());
  EXPECT_EQ(p.ended, 1);
}

TEST_F(FleetTest, WhatIsOwedGoesOutBeforeTheConnectionIsDrained) {
  write();
  p.connection->drain();
  p.loop.turn();
  EXPECT_EQ(p.client_got(), "");
  EXPECT_EQ(p.ended, 0);
  settle();
  EXPECT_EQ(p.client_got(), "C Z E(57P01)");
  EXPECT_EQ(p.ended, 1);
}

TEST_F(FleetTest, AClientThatIsGoneIsNotWaitedFor) {
  write();
  p.client->reset();
  EXPECT_EQ(p.ended, 1);
  settle();
}

class StrictTest : public FleetTest {
 protected:
  StrictTest() {
    p.services.fleet.await_intents = true;
    p.services.fleet.sync = [this](std::function<void(bool)> done) { syncs.push_back(std::move(done)); };
  }
  void SetUp() override {
    p.world.log.join_fleet(announcements);
    p.services.fleet.announcer = &announcements;
    p.log_in();
    EXPECT_TRUE(syncs.empty()) << "a login asks for nothing that is kept";
    settle_session();
  }
  void sync(bool good = true) {
    for (auto& done : std::exchange(syncs, {})) done(good);
    p.loop.turn();
  }
  void settle_session() {
    p.client->send(query("select c from prices"));
    sync();
    p.answer_probe();
    EXPECT_EQ(p.server_got(), "Q");
    p.server->send(result("1") + ready());
    EXPECT_EQ(p.client_got(), "T D C Z");
  }
  std::vector<std::function<void(bool)>> syncs;
};

TEST_F(StrictTest, AHitWaitsForAReadOfTheLog) {
  p.client->send(query("select c from prices"));
  EXPECT_EQ(p.client_got(), "");
  EXPECT_FALSE(p.client->is_read()) << "what comes meanwhile would not be covered by it";
  sync();
  EXPECT_EQ(p.client_got(), "T D C Z");
  EXPECT_EQ(p.server_got(), "");
}

TEST_F(StrictTest, WithoutOneTheDatabaseIsAsked) {
  p.client->send(query("select c from prices"));
  sync(false);
  EXPECT_EQ(p.server_got(), "Q");
  p.server->send(result("1") + ready());
  EXPECT_EQ(p.client_got(), "T D C Z");
  p.client->send(query("select c from prices"));
  sync();
  EXPECT_EQ(p.client_got(), "T D C Z");
  EXPECT_EQ(p.server_got(), "");
}

TEST_F(StrictTest, AnswersOfTheServerPassMeanwhile) {
  p.client->send(query("select c from orders"));
  sync();
  p.client->send(query("select c from prices"));
  p.server->send(result("1") + ready());
  EXPECT_EQ(p.client_got(), "T D C Z");
  sync();
  EXPECT_EQ(p.client_got(), "T D C Z");
}

TEST_F(StrictTest, AWriteIsForwardedWhenTheOthersKnowOfIt) {
  p.client->send(query("update orders set c = 1"));
  sync();
  EXPECT_EQ(p.server_got(), "");
  EXPECT_TRUE(p.world.dirty(kOrders));
  settle();
  EXPECT_EQ(p.server_got(), "Q");
  p.server->send(complete("UPDATE 1") + ready());
  EXPECT_EQ(p.client_got(), "");
  settle();
  EXPECT_EQ(p.client_got(), "C Z");
}

TEST_F(StrictTest, AWriteThatNobodyCanBeToldOfIsNotSent) {
  p.services.fleet.fail_unannounced = true;
  p.client->send(query("update orders set c = 1"));
  sync();
  settle(true);
  EXPECT_EQ(p.server_got(), "X");
  EXPECT_EQ(p.client_got(), "E(08006)");
  EXPECT_EQ(p.ended, 1);
}

}  // namespace
}  // namespace tapri::proxy::test
