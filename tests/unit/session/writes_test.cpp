// Writes: dirty before they are sent, in the log before they are acknowledged, in and out of transactions.
#include <gtest/gtest.h>

#include "unit/session/script.h"

namespace tapri::session::test {
namespace {

constexpr const char* kSelect = "select c from orders where id = 1";
constexpr const char* kUpdate = "update orders set c = 2";

TEST(Write, IsDirtyBeforeItIsSentAndInTheLogBeforeItIsAcknowledged) {
  World world;
  Peer a(world, 1), b(world);
  b.miss(kSelect, "1");
  a.client(query(kUpdate));
  EXPECT_EQ(a.to_server(), "Q(update orders set c = 2)");
  EXPECT_TRUE(world.dirty(kOrders));
  const auto records = world.log.records();
  const std::string answer = complete("UPDATE 1") + ready();
  for (const char byte : answer.substr(0, answer.size() - 1)) {
    a.server({&byte, 1});
    EXPECT_EQ(world.log.records(), records);
  }
  EXPECT_EQ(a.to_client(), "C(UPDATE 1)");
  a.server(answer.substr(answer.size() - 1));
  EXPECT_EQ(world.log.records(), records + 1);
  EXPECT_EQ(a.to_client(), "Z(I)");
  EXPECT_FALSE(world.dirty(kOrders));
  EXPECT_FALSE(b.hits(kSelect));
}

TEST(Write, UnderWayStopsHitsAndFills) {
  World world;
  Peer a(world), b(world);
  b.miss(kSelect, "1");
  a.client(query(kUpdate));
  EXPECT_FALSE(b.hits(kSelect));
  EXPECT_EQ(world.count(telemetry::Outcome::miss), 2U);
  a.server(error() + ready());
  EXPECT_TRUE(b.hits(kSelect)) << "it has failed, and what was kept before holds";
}

TEST(Write, ReadBeforeAndStoredAfterItIsNotServed) {
  World world;
  Peer a(world), b(world);
  b.client(query(kSelect));
  a.run("update prices set c = 1", "UPDATE 1");
  a.run(kUpdate, "UPDATE 1");
  b.server(result("old") + ready());
  EXPECT_EQ(world.filled(telemetry::FillResult::refused_lease), 1U);
  (void)b.to_client();
  (void)b.to_server();
  EXPECT_FALSE(b.hits(kSelect));
}

TEST(Write, ThatFailsLeavesNoMarkAndNoRecord) {
  World world;
  Peer a(world);
  a.client(query(kUpdate));
  a.server(error() + ready());
  EXPECT_FALSE(world.dirty(kOrders));
  EXPECT_EQ(world.log.records(), 0U);
}

TEST(Write, CascadesAndSideEffectsCount) {
  World world;
  Peer a(world);
  const auto since = world.log.position();
  a.run("delete from orders", "DELETE 1");
  EXPECT_TRUE(world.written(kItems, since));
  EXPECT_FALSE(world.all_written(since));
  a.run("update audited set c = 1", "UPDATE 1");
  EXPECT_TRUE(world.all_written(since));
}

TEST(Write, OfAnUnknownFunctionIsOneToEverythingAndTheSchemaIsSuspect) {
  World world;
  Peer a(world);
  const auto since = world.log.position();
  EXPECT_FALSE(a.hits("select unheard_of(1)"));
  EXPECT_TRUE(world.all_written(since));
  EXPECT_EQ(world.catalog->invalidated + world.catalog->suspected, 1);
  EXPECT_FALSE(a.hits("select unheard_of(1)")) << "while there is no catalog";
  EXPECT_EQ(world.catalog->suspected, 1) << "a flow of such statements must not keep the catalog from coming back";
}

TEST(Write, AReloadOfTheConfigurationIsWaitedFor) {
  World world;
  Peer a(world);
  a.run("select pg_reload_conf()", "SELECT 1");
  EXPECT_EQ(world.catalog->reloads, 1);
  a.run("select unheard_of(1)", "SELECT 1");
  EXPECT_EQ(world.catalog->reloads, 1);
}

TEST(Write, OfAFunctionCallMessageIsOneToEverything) {
  World world;
  Peer a(world);
  const auto since = world.log.position();
  a.client(message('F', std::string(12, '\0')));
  EXPECT_TRUE(world.all_dirty());
  a.server(message('V', std::string(4, '\0')) + ready());
  EXPECT_TRUE(world.all_written(since));
  EXPECT_TRUE(a.session().idle());
}

TEST(Ddl, InvalidatesTheCatalogBeforeTheLogHasIt) {
  World world;
  Peer a(world), b(world);
  b.miss(kSelect, "1");
  a.run("alter table orders add column d int", "ALTER TABLE");
  EXPECT_EQ(world.catalog->invalidated, 1);
  EXPECT_EQ(world.catalog->records_when_invalidated, 0U);
  EXPECT_EQ(world.log.records(), 1U);
  EXPECT_FALSE(b.hits(kSelect));
  EXPECT_EQ(world.bypassed(Reason::catalog_pending), 1U);
  world.catalog->load(shop());
  EXPECT_FALSE(b.hits(kSelect));
  EXPECT_TRUE(b.hits(kSelect));
}

TEST(Ddl, ThatFailsMayHaveDoneAPartOfItself) {
  // DETACH PARTITION CONCURRENTLY commits once in the middle.
  World world;
  Peer a(world);
  a.client(query("alter table orders detach partition items concurrently"));
  a.server(error("57014") + ready());
  EXPECT_EQ(world.catalog->invalidated, 1);
  EXPECT_EQ(world.log.records(), 1U);
}

TEST(Ddl, WhileAWriteIsUnderWayMakesItAWriteToEverything) {
  World world;
  Peer a(world), b(world);
  const auto since = world.log.position();
  b.run("listen x", "LISTEN");
  a.client(query(kUpdate));
  EXPECT_EQ(world.catalog->writes_under_way, 1);
  world.catalog->invalidate();
  world.catalog->load(shop());
  a.server(complete("UPDATE 1") + ready());
  EXPECT_EQ(world.catalog->writes_under_way, 0);
  EXPECT_TRUE(world.all_written(since));
}

TEST(Transaction, CollectsItsWritesUntilCommit) {
  World world;
  Peer a(world), b(world);
  b.miss(kSelect, "1");
  a.run("begin", "BEGIN", 'T');
  a.run(kUpdate, "UPDATE 1", 'T');
  EXPECT_FALSE(world.dirty(kOrders));
  EXPECT_TRUE(b.hits(kSelect)) << "not committed";
  (void)b.to_client();
  a.client(query("commit"));
  EXPECT_TRUE(world.dirty(kOrders));
  EXPECT_FALSE(b.hits(kSelect));
  a.server(complete("COMMIT") + ready());
  EXPECT_EQ(world.log.records(), 1U);
  EXPECT_FALSE(b.hits(kSelect));
  EXPECT_TRUE(b.hits(kSelect));
}

TEST(Transaction, RolledBackAppendsNothing) {
  for (const char* end : {"rollback", "abort"}) {
    World world;
    Peer a(world), b(world);
    b.miss(kSelect, "1");
    a.run("begin", "BEGIN", 'T');
    a.run(kUpdate, "UPDATE 1", 'T');
    a.run(end, "ROLLBACK");
    EXPECT_EQ(world.log.records(), 0U);
    EXPECT_TRUE(b.hits(kSelect));
  }
}

TEST(Transaction, ThatFailedIsNotCommittedByCommit) {
  World world;
  Peer a(world);
  a.run("begin", "BEGIN", 'T');
  a.run(kUpdate, "UPDATE 1", 'T');
  a.client(query("select c from nowhere"));
  a.server(error() + ready('E'));
  a.status = 'E';
  a.client(query("commit"));
  a.server(complete("ROLLBACK") + ready());
  EXPECT_EQ(world.log.records(), 0U);
  EXPECT_FALSE(world.dirty(kOrders));
}

TEST(Transaction, ThatWroteReadsItsOwnFromTheDatabaseAndKeepsNothingOfIt) {
  World world;
  Peer a(world), b(world);
  b.miss(kSelect, "1");
  a.run("begin", "BEGIN", 'T');
  EXPECT_TRUE(a.hits(kSelect)) << "nothing written yet";
  (void)a.to_client();
  a.run(kUpdate, "UPDATE 1", 'T');
  EXPECT_FALSE(a.hits(kSelect));
  EXPECT_EQ(world.bypassed(Reason::in_transaction_after_write), 1U);
  a.client(query(kSelect));
  EXPECT_EQ(a.to_server(), "Q(select c from orders where id = 1)");
  a.server(result("uncommitted") + ready('T'));
  (void)a.to_client();
  b.client(query(kSelect));
  EXPECT_EQ(b.to_client(), "T D(1) C(SELECT 1) Z(I)");
}

TEST(Transaction, SavepointsRolledBackStillCount) {
  World world;
  Peer a(world);
  const auto since = world.log.position();
  a.run("begin", "BEGIN", 'T');
  a.run("savepoint s", "SAVEPOINT", 'T');
  a.run(kUpdate, "UPDATE 1", 'T');
  a.run("rollback to s", "ROLLBACK", 'T');
  EXPECT_FALSE(a.hits(kSelect));
  a.run("commit", "COMMIT");
  EXPECT_TRUE(world.written(kOrders, since)) << "more than needed, never less";
}

TEST(Transaction, CommitAndChainAppendsAndGoesOn) {
  World world;
  Peer a(world);
  a.run("begin", "BEGIN", 'T');
  a.run(kUpdate, "UPDATE 1", 'T');
  a.run("commit and chain", "COMMIT", 'T');
  EXPECT_EQ(world.log.records(), 1U);
  a.run("update prices set c = 2", "UPDATE 1", 'T');
  const auto since = world.log.position();
  a.run("commit", "COMMIT");
  EXPECT_TRUE(world.written(kPrices, since));
  EXPECT_FALSE(world.written(kOrders, since));
}

TEST(Transaction, OfStricterIsolationIsNeitherServedNorKept) {
  for (const char* begin : {"begin isolation level repeatable read", "begin isolation level serializable"}) {
    World world;
    Peer a(world), b(world);
    b.miss(kSelect, "1");
    EXPECT_TRUE(a.hits(kSelect));
    (void)a.to_client();
    a.run(begin, "BEGIN", 'T');
    EXPECT_FALSE(a.hits(kSelect)) << begin;
    EXPECT_FALSE(a.hits("select c from prices"));
    a.run("commit", "COMMIT");
    EXPECT_FALSE(a.hits("select c from prices"));
  }
}

TEST(Transaction, MadeStricterByItsFirstStatementIsNotServed) {
  World world;
  Peer a(world);
  a.miss(kSelect, "1");
  a.run("begin", "BEGIN", 'T');
  a.run("set transaction isolation level repeatable read", "SET", 'T');
  EXPECT_FALSE(a.hits(kSelect));
}

TEST(Transaction, OfTheDefaultIsolationIsKnownFromTheProbe) {
  World world;
  Peer a(world), b(world), c(world);
  a.settings["default_transaction_isolation"] = "serializable";
  EXPECT_FALSE(a.hits(kSelect));
  EXPECT_FALSE(a.hits(kSelect));
  EXPECT_EQ(world.bypassed(Reason::serializable), 2U);
  b.settings["default_transaction_isolation"] = "repeatable read";
  EXPECT_FALSE(b.hits(kSelect));
  EXPECT_TRUE(b.hits(kSelect)) << "a statement alone";
  (void)b.to_client();
  b.run("begin", "BEGIN", 'T');
  EXPECT_FALSE(b.hits(kSelect));
  c.run("begin", "BEGIN", 'T');
  EXPECT_FALSE(c.hits(kSelect)) << "what isolation the first transaction has is asked for as well";
  EXPECT_TRUE(c.hits(kSelect));
}

TEST(Transaction, ImpliedByABatchAtRepeatableReadHasOneSnapshot) {
  // The second read sees the snapshot of the first: a lease taken for it would be younger than what it reads.
  World world;
  Peer a(world), b(world);
  a.settings["default_transaction_isolation"] = "repeatable read";
  a.client(extended("select c from prices") + flush());
  a.server(extended_result("p"));
  b.run(kUpdate, "UPDATE 1");
  a.client(extended(kSelect) + sync());
  a.server(extended_result("old") + ready());
  (void)a.to_server();
  a.client(extended(kSelect) + sync());
  EXPECT_NE(a.to_server(), "");
}

TEST(TwoPhase, CommitPreparedByAnotherSessionAppendsWhatWasRemembered) {
  World world;
  Peer a(world), b(world);
  const auto since = world.log.position();
  a.run("begin", "BEGIN", 'T');
  a.run(kUpdate, "UPDATE 1", 'T');
  a.run("prepare transaction 'g'", "PREPARE TRANSACTION");
  EXPECT_EQ(world.log.records(), 0U);
  b.client(query("commit prepared 'g'"));
  EXPECT_TRUE(world.dirty(kOrders));
  EXPECT_FALSE(world.all_dirty());
  b.server(complete("COMMIT PREPARED") + ready());
  EXPECT_TRUE(world.written(kOrders, since));
  EXPECT_FALSE(world.all_written(since));
  b.client(query("commit prepared 'g'"));
  EXPECT_TRUE(world.all_dirty()) << "of this one nothing is known";
}

TEST(TwoPhase, RollbackPreparedForgets) {
  World world;
  Peer a(world);
  a.run("begin", "BEGIN", 'T');
  a.run(kUpdate, "UPDATE 1", 'T');
  a.run("prepare transaction 'g'", "PREPARE TRANSACTION");
  a.run("rollback prepared 'g'", "ROLLBACK PREPARED");
  EXPECT_EQ(world.log.records(), 0U);
  EXPECT_FALSE(world.prepared_transactions.find("test/shop", "g").has_value());
}

TEST(PreparedTransactions, PastTheBoundStillReplaceAKnownOne) {
  PreparedTransactions known;
  coherence::Footprint first, second;
  first.add(1);
  second.add(2);
  known.remember("d", "g", {first, 1});
  for (std::size_t i = 1; i < PreparedTransactions::kMax; ++i) known.remember("d", "x" + std::to_string(i), {first, 1});
  known.remember("d", "g", {second, 1});
  known.remember("d", "new", {second, 1});
  EXPECT_TRUE(known.find("d", "g")->footprint.contains(2));
  EXPECT_FALSE(known.find("d", "new").has_value());
}

TEST(Upstream, LostWithAWriteInFlightLeavesADirtyOrphan) {
  World world;
  Peer a(world), b(world);
  b.miss(kSelect, "1");
  a.client(query(kUpdate));
  EXPECT_TRUE(a.session().write_in_flight());
  coherence::DirtyMark orphan = a.session().upstream_lost();
  EXPECT_FALSE(orphan.empty());
  EXPECT_EQ(world.log.records(), 1U);
  EXPECT_TRUE(world.dirty(kOrders));
  EXPECT_FALSE(b.hits(kSelect));
  orphan.commit();
  EXPECT_FALSE(world.dirty(kOrders));
}

TEST(Upstream, LostInCommitOrphansWhatTheTransactionWrote) {
  World world;
  Peer a(world);
  a.run("begin", "BEGIN", 'T');
  a.run(kUpdate, "UPDATE 1", 'T');
  a.client(query("commit"));
  const coherence::DirtyMark orphan = a.session().upstream_lost();
  EXPECT_TRUE(world.dirty(kOrders));
  EXPECT_EQ(world.log.records(), 1U);
}

TEST(Upstream, LostWithNothingButReadsOrphansNothing) {
  World world;
  Peer a(world), b(world);
  a.run("begin", "BEGIN", 'T');
  a.run(kUpdate, "UPDATE 1", 'T');
  a.client(query(kSelect));
  EXPECT_TRUE(a.session().upstream_lost().empty());
  EXPECT_EQ(world.log.records(), 0U) << "not committed: gone with the connection";
}

}  // namespace
}  // namespace tapri::session::test
