// A connection after login: back-pressure, limits, and what is lost on the way.
#include "proxy/pg/connection.h"

#include <gtest/gtest.h>

#include "unit/proxy/proxied.h"
#include "wire/pg/backend.h"

namespace tapri::proxy::test {
namespace {

using namespace session::test;

constexpr std::size_t kMiB = 1UL << 20;

class ConnectionTest : public testing::Test {
 protected:
  void SetUp() override {
    p.log_in();
    p.settle();
    before = p.world.log.position();
  }
  // A write is on its way to the server.
  void write() {
    p.client->send(query("update orders set c = 1"));
    EXPECT_EQ(p.server_got(), "Q");
    EXPECT_TRUE(p.world.dirty(kOrders));
  }
  Proxied p;
  coherence::Position before = 0;
};

TEST_F(ConnectionTest, MovesBytesBothWays) {
  p.client->send(query("update orders set c = 1"));
  EXPECT_EQ(p.server_got(), "Q");
  p.server->send(complete("UPDATE 1") + ready());
  EXPECT_EQ(p.client_got(), "C Z");
  EXPECT_EQ(p.ended, 0);
}

TEST_F(ConnectionTest, AHitDoesNotReachTheServer) {
  p.client->send(query("select c from prices"));
  EXPECT_EQ(p.client_got(), "T D C Z");
  EXPECT_EQ(p.server_got(), "");
}

TEST_F(ConnectionTest, AClientThatDoesNotReadStopsTheServer) {
  p.client->make_room(0);
  p.client->send(query("select c from orders"));
  EXPECT_EQ(p.server_got(), "Q");
  std::string rows = description();
  while (rows.size() < 4 * kMiB) rows += row(std::string(1000, 'x'));
  rows += complete("SELECT 4000") + ready();
  p.server->send(rows);
  EXPECT_FALSE(p.server->is_read());
  EXPECT_GE(p.server->unread(), rows.size() - p.services.buffer_size) << "no more than one buffer was read";
  // Nor is the client, while it is owed something, but for the one read that was under way.
  p.client->send(query("select 1") + query(std::string(kMiB, ' ')));
  EXPECT_FALSE(p.client->is_read());
  EXPECT_GE(p.client->unread(), kMiB - p.services.buffer_size);
  // It reads a little: as much goes on.
  p.client->make_room(100'000);
  EXPECT_FALSE(p.server->is_read());
  EXPECT_GE(p.server->unread(), rows.size() - 100'000 - p.services.buffer_size);
  std::string got = p.client->received();
  EXPECT_EQ(got.size(), 100'000U);
  p.client->make_room(100 * kMiB);
  got += p.client->received();
  EXPECT_EQ(got, rows);
  EXPECT_TRUE(p.server->is_read());
  EXPECT_TRUE(p.client->is_read());
}

TEST_F(ConnectionTest, AServerThatDoesNotReadStopsTheClient) {
  p.server->make_room(0);
  std::string requests;
  while (requests.size() < 4 * kMiB) requests += query("update orders set c = '" + std::string(1000, 'x') + "'");
  p.client->send(requests);
  EXPECT_FALSE(p.client->is_read());
  EXPECT_GE(p.client->unread(), requests.size() - p.services.buffer_size);
  EXPECT_TRUE(p.server->is_read()) << "what it has to say is still heard";
  p.server->make_room(100 * kMiB);
  EXPECT_EQ(p.server->received(), requests);
}

// A message that is larger than all that is kept passes in pieces.
TEST_F(ConnectionTest, AHugeMessageIsNotKept) {
  p.server->make_room(0);
  const std::string huge = query("select '" + std::string(20 * kMiB, 'x') + "'");
  p.client->send(huge);
  const std::size_t kept = huge.size() - p.client->unread();
  EXPECT_LE(kept, p.world.shared->limits.max_statement + 65536 + p.services.buffer_size);
  EXPECT_FALSE(p.client->is_read());
  p.server->make_room(100 * kMiB);
  EXPECT_EQ(p.server->received(), huge);
  EXPECT_TRUE(p.world.all_dirty()) << "nobody has looked at it";
}

TEST_F(ConnectionTest, AStatementOverTheLimitIsRefusedAtItsLength) {
  p.world.shared->limits.max_message = 1000;
  p.client->send(query("select '" + std::string(2000, 'x') + "'").substr(0, 5));
  EXPECT_EQ(p.client_got(), "E(54000)");
  EXPECT_TRUE(p.client->closed());
  EXPECT_TRUE(p.server->sees_end());
  EXPECT_EQ(p.server_got(), "");
  EXPECT_EQ(p.ended, 1);
}

TEST_F(ConnectionTest, OneWithinItPasses) {
  p.world.shared->limits.max_message = 1000;
  const std::string most = query(std::string(1000 - 6, ' '));
  ASSERT_EQ(most.size(), 1000U);
  p.client->send(most);
  EXPECT_EQ(p.server_got(), "Q");
}

TEST_F(ConnectionTest, AClientLostInMidWriteKeepsTheServerUntilTheOutcomeIsKnown) {
  write();
  p.client->reset();
  EXPECT_EQ(p.ended, 0);
  EXPECT_FALSE(p.server->closed());
  EXPECT_TRUE(p.world.dirty(kOrders));
  EXPECT_FALSE(p.world.written(kOrders, before));
  EXPECT_EQ(p.server_got(), "X") << "it may end once it is done";
  EXPECT_TRUE(p.server->sees_end());
  EXPECT_TRUE(p.server->is_read());
  p.server->send(complete("UPDATE 1") + ready());
  EXPECT_FALSE(p.world.dirty(kOrders));
  EXPECT_TRUE(p.world.written(kOrders, before));
  p.server->end();
  EXPECT_EQ(p.ended, 1);
  EXPECT_TRUE(p.server->closed());
  EXPECT_EQ(p.orphans->count(), 0U);
  EXPECT_EQ(p.world.catalog->writes_under_way, 0);
}

TEST_F(ConnectionTest, AClientThatCannotBeWrittenToIsLostAsWell) {
  p.client->make_room(0);
  p.client->send(query("update orders set c = 1") + query("update items set c = 1"));
  p.server->send(complete("UPDATE 1") + ready());
  EXPECT_TRUE(p.world.dirty(kItems));
  p.client->reset();
  EXPECT_EQ(p.ended, 0);
  EXPECT_TRUE(p.server->is_read());
  p.server->send(complete("UPDATE 1") + ready());
  EXPECT_FALSE(p.world.dirty(kItems));
  EXPECT_TRUE(p.world.written(kItems, before));
  p.server->end();
  EXPECT_EQ(p.ended, 1);
}

TEST_F(ConnectionTest, AClientLostWhileItReadsTakesTheServerAlong) {
  p.client->send(query("select c from orders"));
  EXPECT_EQ(p.server_got(), "Q");
  p.client->reset();
  EXPECT_EQ(p.ended, 1);
  EXPECT_TRUE(p.server->closed());
  EXPECT_EQ(p.orphans->count(), 0U);
}

TEST_F(ConnectionTest, AClientThatClosesItsSideStillGetsWhatItIsOwed) {
  p.client->send(query("select c from orders"));
  p.client->end();
  EXPECT_EQ(p.server_got(), "Q X");
  EXPECT_TRUE(p.server->sees_end());
  EXPECT_FALSE(p.server->closed());
  p.server->send(result("1") + ready());
  p.server->end();
  EXPECT_EQ(p.client_got(), "T D C Z");
  EXPECT_EQ(p.ended, 1);
}

TEST_F(ConnectionTest, AnUpstreamLostInMidWriteLeavesItsFootprintAppendedAndDirty) {
  write();
  p.server->reset();
  EXPECT_EQ(p.ended, 1);
  EXPECT_TRUE(p.client->closed());
  EXPECT_TRUE(p.world.written(kOrders, before)) << "it may have been carried out";
  EXPECT_TRUE(p.world.dirty(kOrders)) << "or be carried out yet";
  EXPECT_EQ(p.orphans->count(), 1U);
  const auto position = p.world.log.position();
  ASSERT_TRUE(p.loop.fire(Orphans::Config{}.interval));
  ASSERT_EQ(p.asked.size(), 1U);
  EXPECT_EQ(p.asked[0].first, static_cast<int>(kProcess));
  p.asked[0].second(true);
  EXPECT_TRUE(p.world.dirty(kOrders));
  p.asked[0].second(false);
  EXPECT_FALSE(p.world.dirty(kOrders));
  EXPECT_TRUE(p.world.written(kOrders, position)) << "appended again";
}

TEST_F(ConnectionTest, SoDoesOneThatIsClosedByUs) {
  write();
  const auto kept = p.connection;
  kept->close_now();
  p.loop.turn();
  EXPECT_EQ(p.ended, 1);
  EXPECT_TRUE(p.world.written(kOrders, before));
  EXPECT_TRUE(p.world.dirty(kOrders));
  EXPECT_EQ(p.orphans->count(), 1U);
  kept->close_now();
  EXPECT_EQ(p.ended, 1) << "once";
}

TEST_F(ConnectionTest, SoDoesASessionThatIsRefusedBehindItsWrite) {
  write();
  p.client->send(std::string_view("Q\0\0\0\3", 5));
  EXPECT_EQ(p.client_got(), "E(08P01)");
  EXPECT_EQ(p.ended, 1);
  EXPECT_TRUE(p.world.dirty(kOrders)) << "the server has the write, and may carry it out yet";
  EXPECT_EQ(p.orphans->count(), 1U);
}

TEST_F(ConnectionTest, BothLostLeavesAnOrphanToo) {
  write();
  p.client->reset();
  p.server->reset();
  EXPECT_EQ(p.ended, 1);
  EXPECT_TRUE(p.world.dirty(kOrders));
  EXPECT_EQ(p.orphans->count(), 1U);
}

TEST_F(ConnectionTest, AnUpstreamThatIsLostOtherwiseLeavesNothing) {
  p.client->send(query("select c from orders"));
  std::string fatal;
  wire::pg::append_error(fatal, "FATAL", "57P01", "terminating");
  p.server->send(fatal);
  p.server->end();
  EXPECT_EQ(p.client_got(), "E(57P01)");
  EXPECT_EQ(p.ended, 1);
  EXPECT_EQ(p.orphans->count(), 0U);
  EXPECT_EQ(p.world.log.position(), before);
}

TEST_F(ConnectionTest, WhatTheClientIsOwedIsWrittenBeforeTheEnd) {
  p.client->make_room(3);
  p.client->send(query("select c from orders"));
  p.server->send(result("1"));
  p.server->end();
  EXPECT_EQ(p.ended, 0);
  p.client->make_room(1000);
  EXPECT_EQ(p.client->received(), result("1"));
  EXPECT_EQ(p.ended, 1);
}

TEST_F(ConnectionTest, DrainEndsAnIdleSession) {
  p.connection->drain();
  p.loop.turn();
  EXPECT_EQ(p.client_got(), "E(57P01)");
  EXPECT_EQ(p.server_got(), "X");
  EXPECT_EQ(p.ended, 1);
}

TEST_F(ConnectionTest, DrainWaitsForWhatRuns) {
  write();
  p.connection->drain();
  p.loop.turn();
  EXPECT_EQ(p.client_got(), "");
  EXPECT_EQ(p.ended, 0);
  p.server->send(complete("UPDATE 1") + ready());
  EXPECT_EQ(p.client_got(), "C Z E(57P01)");
  EXPECT_EQ(p.ended, 1);
  EXPECT_FALSE(p.world.dirty(kOrders));
  EXPECT_EQ(p.orphans->count(), 0U);
}

TEST_F(ConnectionTest, DrainWaitsForTheTransaction) {
  p.client->send(query("begin"));
  p.server->send(complete("BEGIN") + ready('T'));
  p.connection->drain();
  p.loop.turn();
  EXPECT_EQ(p.client_got(), "C Z");
  p.client->send(query("commit"));
  EXPECT_EQ(p.ended, 0);
  p.server->send(complete("COMMIT") + ready('I'));
  EXPECT_EQ(p.client_got(), "C Z E(57P01)");
  EXPECT_EQ(p.ended, 1);
}

}  // namespace
}  // namespace tapri::proxy::test
