// Requests sent before earlier ones are answered: what may be read from the cache, what may be kept, what is committed.
#include <gtest/gtest.h>

#include "unit/session/script.h"

namespace tapri::session::test {
namespace {

constexpr const char* kSelect = "select c from orders where id = 1";
constexpr const char* kUpdate = "update orders set c = 2";

struct Pipeline : ::testing::Test {
  World world;
  Peer a{world}, b{world};
};

TEST_F(Pipeline, BeginInsertCommitWithoutWaiting) {
  b.miss(kSelect, "1");
  a.miss("select c from prices", "p");  // the context is known
  a.client(query("begin") + query("insert into orders values (1)") + query("commit"));
  EXPECT_TRUE(world.dirty(kOrders));
  a.server(complete("BEGIN") + ready('T'));
  EXPECT_TRUE(world.dirty(kOrders));
  a.server(complete("INSERT 0 1") + ready('T'));
  EXPECT_TRUE(world.dirty(kOrders)) << "the COMMIT on its way carries it on";
  EXPECT_EQ(world.log.records(), 0U);
  a.server(complete("COMMIT"));
  EXPECT_EQ(world.log.records(), 0U);
  a.server(ready());
  EXPECT_EQ(world.log.records(), 1U);
  EXPECT_FALSE(world.dirty(kOrders));
  EXPECT_FALSE(b.hits(kSelect));
}

TEST_F(Pipeline, CommitSentWhenItsWritesAreHalfAnswered) {
  const auto since = world.log.position();
  a.miss(kSelect, "1");
  a.client(query("begin") + query(kUpdate));
  a.server(complete("BEGIN") + ready('T'));
  a.client(query("commit"));
  a.server(complete("UPDATE 1") + ready('T') + complete("COMMIT") + ready());
  EXPECT_TRUE(world.written(kOrders, since));
}

TEST_F(Pipeline, OfAutocommitWritesEachIsInTheLogBeforeItsAnswer) {
  a.miss(kSelect, "1");
  const auto since = world.log.position();
  a.client(query(kUpdate) + query("update prices set c = 2"));
  a.server(complete("UPDATE 1") + ready());
  EXPECT_TRUE(world.written(kOrders, since));
  EXPECT_FALSE(world.written(kPrices, since));
  EXPECT_TRUE(world.dirty(kPrices));
  a.server(complete("UPDATE 1") + ready());
  EXPECT_TRUE(world.written(kPrices, since));
}

TEST_F(Pipeline, NothingReadBehindAnUnsyncedWriteIsServedOrKept) {
  a.client(extended(kSelect) + sync());
  a.server(extended_result("1") + ready());
  (void)a.to_server();
  a.client(extended(kUpdate) + extended(kSelect) + extended("select c from prices") + sync());
  EXPECT_EQ(a.to_server(),
            "P(,update orders set c = 2) B(,) D(P) E() P(,select c from orders where id = 1) B(,) D(P) E() "
            "P(,select c from prices) B(,) D(P) E() S");
  a.server(parsed() + bound() + no_data() + complete("UPDATE 1") + extended_result("2") + extended_result("p"));
  a.server(error("23505") + ready());
  EXPECT_EQ(world.entries(), 1U);
  (void)a.to_client();
  a.client(extended(kSelect) + sync());
  EXPECT_EQ(a.to_client(), "1 2 T D(1) C(SELECT 1) Z(I)") << "the batch was rolled back";
}

TEST_F(Pipeline, AReadBehindOneThatIsNotAnsweredSeesNoEarlierState) {
  // The first read will see what b writes; an answer from before that must not stand behind it.
  b.miss(kSelect, "old");
  a.client(query("select c from prices") + query(kSelect));
  EXPECT_EQ(a.to_server(), "Q(select c from prices) Q(select c from orders where id = 1)");
  a.server(result("p") + ready() + result("new") + ready());
  EXPECT_EQ(a.to_client(), "T D(p) C(SELECT 1) Z(I) T D(new) C(SELECT 1) Z(I)");
  EXPECT_EQ(world.entries(), 2U) << "both are kept all the same";
}

TEST_F(Pipeline, AReadBehindALockWaitsForTheLock) {
  b.miss(kSelect, "old");
  a.miss("select c from prices", "p");
  a.client(extended("select pg_advisory_lock(1)") + extended(kSelect) + sync());
  EXPECT_EQ(a.to_client(), "");
  EXPECT_NE(a.to_server().find("E() P(,select c from orders"), std::string::npos);
}

TEST_F(Pipeline, MultiStatementStringsCommitWhatTheyWrite) {
  a.miss(kSelect, "1");
  auto since = world.log.position();
  a.run("begin; update orders set c = 2; commit", "COMMIT");
  EXPECT_TRUE(world.written(kOrders, since));
  EXPECT_FALSE(world.all_written(since));
  since = world.log.position();
  a.client(query("update prices set c = 2; select c from nowhere"));
  a.server(complete("UPDATE 1") + error() + ready());
  EXPECT_FALSE(world.written(kPrices, since)) << "one implicit transaction, rolled back";
  a.client(query("update prices set c = 2; commit; select c from nowhere"));
  a.server(complete("UPDATE 1") + complete("COMMIT") + error() + ready());
  EXPECT_TRUE(world.written(kPrices, since));
}

TEST_F(Pipeline, AStringThatBeginsAndLeavesOpenIsCommittedLater) {
  a.miss(kSelect, "1");
  const auto since = world.log.position();
  a.run("begin; update orders set c = 2", "UPDATE 1", 'T');
  EXPECT_FALSE(world.written(kOrders, since));
  a.run("commit", "COMMIT");
  EXPECT_TRUE(world.written(kOrders, since));
}

TEST_F(Pipeline, AStringThatCommitsOneTransactionAndLeavesAnotherOpen) {
  a.miss(kSelect, "1");
  const auto since = world.log.position();
  a.run("begin", "BEGIN", 'T');
  a.run(kUpdate, "UPDATE 1", 'T');
  a.run("commit; begin", "BEGIN", 'T');
  EXPECT_TRUE(world.written(kOrders, since));
}

TEST_F(Pipeline, WritesBehindASetOfTheSearchPathInOneStringAreToEverything) {
  a.miss(kSelect, "1");
  const auto since = world.log.position();
  a.run("set search_path = app; update orders set c = 2", "UPDATE 1");
  EXPECT_TRUE(world.all_written(since)) << "it was app.orders";
}

TEST_F(Pipeline, WritesBehindTheEndOfATransactionInOneStringAreToEverything) {
  a.settings["search_path"] = "app";
  a.run("begin", "BEGIN", 'T');
  a.run("set local search_path = app", "SET", 'T');
  EXPECT_FALSE(a.hits("select c from orders"));
  const auto since = world.log.position();
  a.run("commit; update orders set c = 2", "UPDATE 1");
  EXPECT_TRUE(world.all_written(since)) << "it was public.orders";
}

TEST_F(Pipeline, AWriteSentBehindTheEndOfATransactionIsReadUnderTheSettingsThen) {
  a.settings["search_path"] = "app";
  a.run("begin", "BEGIN", 'T');
  a.run("set local search_path = app", "SET", 'T');
  a.miss("select c from orders", "app's");
  a.settings["search_path"] = "pg_catalog\1public";
  a.answer_probes = false;
  const int probes = a.probes;
  a.client(query("commit") + query(kUpdate));
  EXPECT_EQ(a.to_server(), "Q(commit)");
  EXPECT_EQ(a.probes, probes + 1) << "the update waits until it is known where it goes";
  a.status = 'I';
  a.server(complete("COMMIT") + ready());
  a.answer_probes = true;
  const auto since = world.log.position();
  a.server("");
  EXPECT_EQ(a.to_server(), "Q(update orders set c = 2)");
  a.server(complete("UPDATE 1") + ready());
  EXPECT_TRUE(world.written(kOrders, since));
  EXPECT_FALSE(world.written(kAppOrders, since));
}

TEST_F(Pipeline, AWriteBehindRollbackToIsReadUnderTheSettingsThen) {
  a.run("begin", "BEGIN", 'T');
  a.run("savepoint s", "SAVEPOINT", 'T');
  a.settings["search_path"] = "app";
  a.run("set search_path = app", "SET", 'T');
  a.miss("select c from orders", "app's");
  a.run("rollback to s", "ROLLBACK", 'T');
  a.settings["search_path"] = "pg_catalog\1public";
  a.run(kUpdate, "UPDATE 1", 'T');
  const auto since = world.log.position();
  a.run("commit", "COMMIT");
  EXPECT_TRUE(world.written(kOrders, since));
}

TEST_F(Pipeline, ATransactionSentBehindAReadStillForgetsWhatItSet) {
  a.miss(kSelect, "1");
  a.client(query("select c from prices") + query("begin") + query("set local search_path = app"));
  a.server(result("p") + ready() + complete("BEGIN") + ready('T') + complete("SET") + ready('T'));
  a.settings["search_path"] = "app";
  a.status = 'T';
  (void)a.to_client();
  (void)a.to_server();
  a.miss("select c from orders", "app's");
  a.run("commit", "COMMIT");
  const int probes = a.probes;
  a.settings["search_path"] = "pg_catalog\1public";
  a.client(query(kSelect));
  EXPECT_EQ(a.probes, probes + 1);
  EXPECT_EQ(a.to_client(), "T D(1) C(SELECT 1) Z(I)");
}

TEST_F(Pipeline, TextsBehindAChangeOfHowTheyAreReadAreNotRead) {
  a.miss(kSelect, "1");
  const auto since = world.log.position();
  a.client(query("set standard_conforming_strings = off") + query("select c from orders where x = '\\'' "));
  EXPECT_TRUE(world.all_dirty());
  a.server(complete("SET") + parameter("standard_conforming_strings", "off") + ready() + result("1") + ready());
  EXPECT_TRUE(world.all_written(since));
}

TEST_F(Pipeline, ABatchWhoseFirstMessageFailsTakesAQueryInItAlong) {
  a.miss(kSelect, "1");
  a.client(parse("bad", "select c from nowhere") + query(kUpdate));
  a.server(error());
  EXPECT_TRUE(world.dirty(kOrders)) << "until it is known that it was skipped";
  a.client(sync());
  a.server(ready());
  EXPECT_FALSE(world.dirty(kOrders));
  EXPECT_TRUE(a.session().idle());
  EXPECT_EQ(a.to_client(), "E(22012) Z(I)");
}

}  // namespace
}  // namespace tapri::session::test
