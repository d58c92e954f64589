// Transactions that end, or go on, in unusual ways: what was committed is in the log, what was not is nobody's.
#include <gtest/gtest.h>

#include "unit/session/script.h"
#include "wire/pg/message_writer.h"

namespace tapri::session::test {
namespace {

constexpr const char* kSelect = "select c from orders where id = 1";
constexpr const char* kUpdate = "update orders set c = 2";

struct Transactions : ::testing::Test {
  static catalog::Snapshot::Source with_older_parent() {
    catalog::Snapshot::Source source = shop();
    source.relations.push_back({.oid = 5, .schema = "public", .name = "archive", .kind = catalog::RelationKind::table});
    source.inheritance.push_back({.parent = 5, .child = kOrders});
    return source;
  }
  // Runs statements one after another in one batch, each answered with its tag.
  void batch(std::initializer_list<const char*> statements, std::string answers) {
    std::string bytes;
    for (const char* sql : statements) bytes += parse("", sql) + bind_message("", "") + execute();
    a.client(bytes + sync());
    a.server(answers);
    (void)a.to_server();
    (void)a.to_client();
  }
  static std::string done(std::string_view tag) { return parsed() + bound() + complete(tag); }
  World world;
  Peer a{world}, b{world};
};

TEST_F(Transactions, WhoseFootprintIsOfAnOlderSchemaWroteEverything) {
  a.miss("select c from prices", "p");
  a.run("begin", "BEGIN", 'T');
  a.run(kUpdate, "UPDATE 1", 'T');
  world.catalog->load(with_older_parent());  // orders now counts as a part of archive
  b.miss(kSelect, "1");
  a.status = 'T';
  EXPECT_FALSE(a.hits(kSelect)) << "its own write";
  EXPECT_EQ(world.entries(), 2U) << "and nothing of it is kept: prices, and what b has read";
  a.client(query("commit"));
  EXPECT_TRUE(world.all_dirty());
  a.server(complete("COMMIT") + ready());
  EXPECT_FALSE(b.hits(kSelect));
}

TEST_F(Transactions, PreparedUnderAnOlderSchemaWroteEverything) {
  a.miss(kSelect, "1");
  a.run("begin", "BEGIN", 'T');
  a.run(kUpdate, "UPDATE 1", 'T');
  a.run("prepare transaction 'g'", "PREPARE TRANSACTION");
  world.catalog->load(with_older_parent());
  const auto since = world.log.position();
  a.run("commit prepared 'g'", "COMMIT PREPARED");
  EXPECT_TRUE(world.all_written(since));
}

TEST_F(Transactions, LevelSetRightBehindBeginHolds) {
  b.miss(kSelect, "1");
  a.miss("select c from prices", "p");
  a.client(query("begin") + query("set transaction isolation level repeatable read"));
  a.server(complete("BEGIN") + ready('T') + complete("SET") + ready('T'));
  (void)a.to_server();
  (void)a.to_client();
  a.status = 'T';
  EXPECT_FALSE(a.hits(kSelect));
  EXPECT_FALSE(a.hits("select c from items"));
  EXPECT_EQ(world.entries(), 2U);
}

TEST_F(Transactions, SkippedCommitLeavesTheirWritesTheirOwn) {
  a.miss(kSelect, "1");
  a.run("begin", "BEGIN", 'T');
  a.run(kUpdate, "UPDATE 1", 'T');
  a.run("savepoint s", "SAVEPOINT", 'T');
  a.client(parse("bad", "select c from nowhere") + parse("", "commit") + bind_message("", "") + execute() + sync());
  a.server(error("42P01") + ready('E'));
  (void)a.to_server();
  (void)a.to_client();
  a.status = 'T';
  a.run("rollback to s", "ROLLBACK", 'T');
  EXPECT_FALSE(a.hits(kSelect));
  const auto since = world.log.position();
  a.run("commit", "COMMIT");
  EXPECT_TRUE(world.written(kOrders, since));
}

TEST_F(Transactions, WhatCommitsByItselfIsInTheLogThoughATransactionBegan) {
  for (const char* statement :
       {"call place_order(1)", "commit prepared 'g'", "create index concurrently on orders (c)"}) {
    (void)b.hits(kSelect);  // it is kept now
    batch({statement, "begin"}, done("CALL") + done("BEGIN") + ready('T'));
    world.catalog->usable = true;  // as if the schema had been looked at again
    EXPECT_FALSE(b.hits(kSelect)) << statement;
    a.run("rollback", "ROLLBACK");
    world.catalog->usable = true;
  }
}

TEST_F(Transactions, UnreadableTextThatLeavesATransactionOpenMayHaveCommitted) {
  b.miss(kSelect, "1");
  world.shared->limits.max_statement = 10;
  a.client(query("commit and chain /* nobody reads this */"));
  a.server(complete("COMMIT") + ready('T'));
  world.catalog->usable = true;
  world.shared->limits.max_statement = 1000;
  EXPECT_FALSE(b.hits(kSelect));
}

TEST_F(Transactions, CommitPreparedBeforeAnErrorInTheSameBatchIsInTheLog) {
  a.miss("select c from prices", "p");
  a.run("begin", "BEGIN", 'T');
  a.run(kUpdate, "UPDATE 1", 'T');
  a.run("prepare transaction 'g'", "PREPARE TRANSACTION");
  const auto since = world.log.position();
  batch({"commit prepared 'g'", "commit prepared 'missing'"},
        done("COMMIT PREPARED") + parsed() + bound() + error("42704") + ready());
  EXPECT_TRUE(world.written(kOrders, since) || world.all_written(since));
}

TEST_F(Transactions, CommitPreparedThatFailsAloneWroteNothing) {
  const auto since = world.log.position();
  a.client(query("commit prepared 'missing'"));
  a.server(error("42704") + ready());
  EXPECT_EQ(world.log.position(), since);
  EXPECT_FALSE(world.all_dirty());
}

TEST_F(Transactions, PrepareThatWasARollbackIsNotRemembered) {
  a.miss("select c from prices", "p");
  a.run("begin", "BEGIN", 'T');
  a.run("update prices set c = 1", "UPDATE 1", 'T');
  a.client(query("select c from nowhere"));
  a.server(error("42P01") + ready('E'));
  (void)a.to_server();
  (void)a.to_client();
  a.run("prepare transaction 'g'", "ROLLBACK");
  EXPECT_FALSE(world.prepared_transactions.find("test/shop", "g").has_value());
}

TEST_F(Transactions, PrepareInAStringForgetsWhatHadThatName) {
  a.miss("select c from prices", "p");
  a.run("begin", "BEGIN", 'T');
  a.run("update prices set c = 1", "UPDATE 1", 'T');
  a.run("prepare transaction 'g'", "PREPARE TRANSACTION");
  EXPECT_TRUE(world.prepared_transactions.find("test/shop", "g").has_value());
  a.run("begin; update orders set c = 2; prepare transaction 'g'", "PREPARE TRANSACTION");
  const auto since = world.log.position();
  a.run("commit prepared 'g'", "COMMIT PREPARED");
  EXPECT_TRUE(world.all_written(since));
}

TEST_F(Transactions, ExecuteOfACommitIsDirtyBeforeItRuns) {
  a.miss("select c from prices", "p");
  a.client(parse("c", "commit") + sync());
  a.server(parsed() + ready());
  (void)a.to_server();
  (void)a.to_client();
  a.run("begin", "BEGIN", 'T');
  a.run(kUpdate, "UPDATE 1", 'T');
  a.client(query("execute c"));
  EXPECT_TRUE(world.dirty(kOrders));
}

TEST_F(Transactions, SyncsThatCopyIgnoresLeaveNoTrace) {
  a.miss(kSelect, "1");
  a.client(query("copy prices from stdin"));
  a.server(copy_in());
  a.client(sync() + message('d', "1\n") + message('c'));
  a.server(complete("COPY 1") + ready());
  (void)a.to_server();
  EXPECT_TRUE(a.session().idle());
  EXPECT_EQ(a.to_client(), "G C(COPY 1) Z(I)");
  EXPECT_TRUE(a.hits(kSelect));
}

TEST_F(Transactions, RepliesOwedAreBounded) {
  a.miss(kSelect, "1");
  a.client(query("select pg_sleep(3600)"));
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += sync();
  a.client(many);
  EXPECT_TRUE(a.session().blocked());
  EXPECT_EQ(a.to_server(), "Q(select pg_sleep(3600)) H") << "the server may have something to say";
  a.server(result("") + ready());
  a.resume();
  EXPECT_FALSE(a.session().blocked());
  EXPECT_TRUE(a.session().idle());
  const std::string answers = a.to_client();
  EXPECT_EQ(std::count(answers.begin(), answers.end(), 'Z'), 20'001);
}

TEST_F(Transactions, TextThatTheServerCannotReadChangesNothing) {
  std::string refusal;
  {
    const wire::pg::MessageWriter message(refusal, 'E');
    for (const char* field : {"SERROR", "C42601", "Msyntax error at or near \"selec\"", "P1", "Rscanner_yyerror"}) {
      refusal.append(field).append(1, '\0');
    }
    refusal.append(1, '\0');
  }
  a.miss(kSelect, "1");
  const auto since = world.log.position();
  a.client(query("selec 1"));
  EXPECT_TRUE(world.all_dirty()) << "it may be anything that only the server knows";
  a.server(refusal + ready());
  (void)a.to_server();
  (void)a.to_client();
  EXPECT_FALSE(world.all_dirty());
  EXPECT_EQ(world.log.position(), since);
  EXPECT_EQ(world.catalog->suspected, 0);
  EXPECT_TRUE(a.hits(kSelect)) << "nor are its settings its own now";
  a.client(extended("selec 1") + sync());
  a.server(refusal + ready());
  EXPECT_EQ(world.log.position(), since);
}

TEST_F(Transactions, SyntaxErrorFromInsideIsOfSomethingThatRan) {
  a.miss(kSelect, "1");
  const auto since = world.log.position();
  a.client(query("do $$ begin commit; execute 'selec 1'; end $$"));
  a.server(error("42601") + ready());
  EXPECT_TRUE(world.all_written(since));
}

TEST_F(Transactions, TtlCountsFromWhenTheReadWasSent) {
  world.rules.set(R"({"version": 1, "defaults": {"ttl": "1m", "jitter": "0%"}})");
  a.client(query(kSelect));
  world.clock.advance(std::chrono::seconds(50));
  a.server(result("1") + ready());
  (void)a.to_server();
  (void)a.to_client();
  EXPECT_TRUE(b.hits(kSelect));
  world.clock.advance(std::chrono::seconds(11));
  EXPECT_FALSE(b.hits(kSelect));
}

}  // namespace
}  // namespace tapri::session::test
