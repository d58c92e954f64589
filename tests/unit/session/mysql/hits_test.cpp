// What is answered from the cache, what is not, and what a write makes of it.
#include <gtest/gtest.h>

#include <string>

#include "unit/session/mysql/hits.h"
#include "wire/mysql/result_end.h"

namespace tapri::session::mysql::test {
namespace {

using wire::mysql::Command;
TEST_F(HitsTest, TheSecondTimeTheServerIsNotAsked) {
  EXPECT_EQ(s.client(kRead), "");
  EXPECT_EQ(s.to_client, kAnswer);
  EXPECT_FALSE(s.session->blocked());
  EXPECT_EQ(s.world.count(telemetry::Outcome::hit_l1), 1U);
  EXPECT_EQ(s.world.count(telemetry::Outcome::miss), 1U);
}

TEST_F(HitsTest, LiteralsAndDatabasesMakeOtherQuestions) {
  EXPECT_FALSE(hit(query("select a from orders where id = 1")));
  EXPECT_TRUE(hit(query("select  a from orders where id = 1")));
  EXPECT_FALSE(hit(query("select a from orders where id = 2")));
  done(command(Command::init_db, "other"));
  (void)s.client(kRead);
  EXPECT_EQ(s.settings({.database = "other"}), kRead);
}

TEST_F(HitsTest, ClientsWithEofPacketsHaveAnswersOfTheirOwn) {
  const auto with_eof = kUsual & ~capability::kDeprecateEof;
  Script old(with_eof);
  const std::string answer = result({"a"}, {{"1"}}, kIdle, with_eof);
  (void)old.client(kRead);
  (void)old.settings();
  EXPECT_EQ(old.server(answer), answer);
  EXPECT_EQ(old.client(kRead), "");
  EXPECT_EQ(old.to_client, answer);
}

TEST_F(HitsTest, FlagsAreThoseOfTheSessionNow) {
  done(command(Command::ping), kIdle | status::kNoBackslashEscapes);
  EXPECT_EQ(s.client(kRead), "");
  EXPECT_EQ(wire::mysql::end_of_rows_status(s.to_client, kUsual), kIdle | status::kNoBackslashEscapes);
  EXPECT_EQ(s.to_client.substr(0, s.to_client.size() - 4), kAnswer.substr(0, kAnswer.size() - 4));
}

TEST_F(HitsTest, WithQuotesAsInAnsiToo) {
  constexpr auto kQuotes = static_cast<std::uint16_t>(kIdle | status::kAnsiQuotes);
  done(query("set sql_mode = 'ANSI_QUOTES'"), kQuotes);
  (void)s.client(kRead);
  EXPECT_EQ(s.settings({.sql_mode = "ANSI_QUOTES"}), kRead);
  const std::string quoted = result({"a"}, {{"1"}}, kQuotes);
  (void)s.server(quoted);
  EXPECT_EQ(s.client(kRead), "");
  EXPECT_EQ(s.to_client, quoted);
}

TEST_F(HitsTest, InACollationThatNoSettingShows) {
  done(query("set names utf8mb4 collate utf8mb4_bin"));
  (void)s.client(kRead);
  EXPECT_EQ(s.settings({.collation = 46}), kRead);
  (void)s.server(kAnswer);
  EXPECT_TRUE(hit());
}

TEST_F(HitsTest, AWriteEndsTheAnswersOfItsTable) {
  EXPECT_NE(s.client(query("update orders set a = 1")), "");
  EXPECT_TRUE(s.world.dirty(kOrders)) << "from before it is sent";
  EXPECT_TRUE(s.session->write_in_flight());
  (void)s.server(ok());
  EXPECT_FALSE(s.world.dirty(kOrders));
  EXPECT_FALSE(hit());
  EXPECT_TRUE(hit());
}

TEST_F(HitsTest, AWriteToAnotherTableDoesNot) {
  done(query("update books set a = 1"));
  EXPECT_TRUE(hit());
}

TEST_F(HitsTest, TheLogHasAWriteBeforeItsClientHears) {
  const auto before = s.world.log.position();
  (void)s.client(query("delete from orders"));
  const std::string answer = ok();
  EXPECT_EQ(s.server(answer.substr(0, answer.size() - 1)), "") << "an OK is passed whole";
  EXPECT_EQ(s.server(answer.substr(answer.size() - 1)), answer);
  EXPECT_TRUE(s.world.written(kOrders, before));
}

TEST_F(HitsTest, AWriteThatFailsCountsAsOneThatMayHaveDoneAPart) {
  (void)s.client(query("update orders set a = 1"));
  (void)s.server(err(1062, "duplicate"));
  EXPECT_FALSE(hit());
  EXPECT_TRUE(hit()) << "an error begins no transaction";
}

TEST_F(HitsTest, WhatATransactionWritesCountsWhenItCommits) {
  done(query("begin"), kOpen);
  const auto before = s.world.log.position();
  EXPECT_NE(s.client(query("update orders set a = 1")), "");
  EXPECT_FALSE(s.world.dirty(kOrders));
  (void)s.server(ok(kOpen));
  EXPECT_FALSE(s.world.written(kOrders, before));
  EXPECT_NE(s.client(query("commit")), "");
  EXPECT_TRUE(s.world.dirty(kOrders));
  (void)s.server(ok());
  EXPECT_TRUE(s.world.written(kOrders, before));
  EXPECT_FALSE(hit());
}

TEST_F(HitsTest, WhatIsRolledBackDoesNotCount) {
  done(query("begin"), kOpen);
  done(query("update orders set a = 1"), kOpen);
  done(query("rollback"));
  EXPECT_TRUE(hit());
}

TEST_F(HitsTest, ButForATableThatHasNoTransactions) {
  const std::string books = query("select a from books");
  EXPECT_FALSE(hit(books));
  EXPECT_TRUE(hit(books));
  done(query("begin"), kOpen);
  done(query("update books set a = 1"), kOpen);
  done(query("rollback"));
  EXPECT_FALSE(hit(books));
}

TEST_F(HitsTest, WhatCommitsByTheWayCommitsWhatWasWritten) {
  for (const char* statement : {"begin", "create table other_one (a int)", "lock tables orders read", "call p()",
                                "start transaction", "truncate table books"}) {
    Script t;
    (void)t.client(kRead);
    (void)t.settings();
    (void)t.server(kAnswer);
    (void)t.client(query("begin"));
    (void)t.server(ok(kOpen));
    (void)t.client(query("update orders set a = 1"));
    (void)t.server(ok(kOpen));
    (void)t.client(query(statement));
    EXPECT_TRUE(t.world.dirty(kOrders)) << statement;
  }
}

TEST_F(HitsTest, XaCommitsMayCommitAnything) {
  for (const char* statement : {"xa commit 'one'", "xa commit 'one' one phase"}) {
    EXPECT_NE(s.client(query(statement)), "");
    EXPECT_TRUE(s.world.all_dirty()) << statement;
    (void)s.server(ok());
  }
}

TEST_F(HitsTest, AProcedureMayLeaveTheTransactionOpen) {
  done(query("begin"), kOpen);
  done(query("update orders set a = 1"), kOpen);
  done(query("call p()"), kOpen);
  const auto before = s.world.log.position();
  (void)s.client(query("commit"));
  EXPECT_EQ(s.settings(), query("commit")) << "the procedure may have set how texts are read";
  (void)s.server(ok());
  EXPECT_TRUE(s.world.written(kOrders, before) || s.world.all_written(before));
}

TEST_F(HitsTest, ATransactionAtRepeatableReadHasOneSnapshot) {
  done(query("begin"), kOpen);
  EXPECT_NE(s.client(kRead), "");
  (void)s.server(result({"a"}, {{"old"}}, kOpen));
  EXPECT_EQ(s.world.bypassed(Reason::snapshot_isolation), 1U);
  done(query("commit"));
  EXPECT_EQ(s.client(kRead), "");
  EXPECT_EQ(s.to_client, kAnswer) << "what was read in a snapshot is not kept";
}

TEST_F(HitsTest, AtReadCommittedATransactionIsAnsweredUntilItWrites) {
  Script t;
  (void)t.client(kRead);
  (void)t.settings({.isolation = "READ-COMMITTED"});
  (void)t.server(kAnswer);
  (void)t.client(query("begin"));
  (void)t.server(ok(kOpen));
  EXPECT_EQ(t.client(kRead), "");
  EXPECT_EQ(wire::mysql::end_of_rows_status(t.to_client, kUsual), kOpen);
  (void)t.client(query("update orders set a = 1"));
  (void)t.server(ok(kOpen));
  EXPECT_NE(t.client(kRead), "");
  EXPECT_EQ(t.world.bypassed(Reason::in_transaction_after_write), 0U);
  (void)t.server(kAnswer);
  EXPECT_EQ(t.world.bypassed(Reason::in_transaction_after_write), 1U);
}

TEST_F(HitsTest, AtReadCommittedAutocommitMayBeOff) {
  constexpr std::uint16_t kOff = 0;
  const Settings settings{.isolation = "READ-COMMITTED"};
  done(query("set autocommit = 0, transaction_isolation = 'READ-COMMITTED'"), kOff);
  (void)s.client(kRead);
  (void)s.settings(settings);
  const std::string answer = result({"a"}, {{"1"}, {"2"}}, status::kInTransaction);
  EXPECT_EQ(s.server(answer), answer);
  EXPECT_EQ(s.client(kRead), "") << "in the transaction that it began";
  done(query("commit"), kOff);
  EXPECT_EQ(s.client(kRead), kRead) << "it begins another: what comes after goes by that";
  EXPECT_EQ(s.server(answer), answer);
  EXPECT_EQ(s.client(kRead), "");
  EXPECT_EQ(s.to_client, answer);
  done(query("rollback"), kOff);
  done(query("set transaction isolation level repeatable read"), kOff);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(s.client(kRead), kRead) << "the next one is another's";
    EXPECT_EQ(s.server(answer), answer);
  }
  done(query("rollback"), kOff);
  EXPECT_EQ(s.client(kRead), kRead);
  EXPECT_EQ(s.server(answer), answer);
  EXPECT_EQ(s.client(kRead), "");
  done(query("update orders set a = 1"), status::kInTransaction);
  EXPECT_EQ(s.client(kRead), kRead);
}

TEST_F(HitsTest, WithoutAutocommitARepeatableReadBeginsWithItsFirst) {
  done(query("set autocommit = 0"), 0);
  (void)s.client(kRead);
  EXPECT_EQ(s.settings(), kRead);
}

// SET autocommit commits, but does not end what SET TRANSACTION has asked for.
TEST_F(HitsTest, AnIsolationForTheNextTransactionThatIsLeftToTheOneAfterIt) {
  constexpr std::uint16_t kOff = 0;
  const Settings settings{.isolation = "READ-COMMITTED"};
  Script t;
  (void)t.client(kRead);
  (void)t.settings(settings);
  (void)t.server(kAnswer);
  const auto done = [&](const std::string& text, std::uint16_t flags) {
    (void)t.client(query(text));
    if (t.to_server.find("DATABASE()") != std::string::npos) (void)t.settings(settings);
    (void)t.server(ok(flags));
  };
  done("set transaction isolation level repeatable read", status::kAutocommit);
  done("set autocommit = 0", kOff);
  done("update orders set a = 1", status::kInTransaction);
  done("set autocommit = 1", status::kAutocommit);
  done("begin", kOpen);
  (void)t.client(kRead);
  if (t.to_server.find("DATABASE()") != std::string::npos) (void)t.settings(settings);
  (void)t.server(result({"a"}, {{"first"}}, kOpen));
  EXPECT_NE(t.client(kRead), "") << "in a snapshot";
}

TEST_F(HitsTest, AnIsolationForTheNextTransactionAlone) {
  Script t;
  (void)t.client(kRead);
  (void)t.settings({.isolation = "READ-COMMITTED"});
  (void)t.server(kAnswer);
  (void)t.client(query("set transaction isolation level repeatable read"));
  (void)t.server(ok());
  EXPECT_NE(t.client(query("begin")), "");
  if (t.to_server.find("DATABASE()") != std::string::npos) (void)t.settings({.isolation = "READ-COMMITTED"});
  (void)t.server(ok(kOpen));
  EXPECT_NE(t.client(kRead), "");
  (void)t.server(result({"a"}, {{"old"}}, kOpen));
  (void)t.client(query("commit"));
  (void)t.server(ok());
  EXPECT_EQ(t.client(kRead), "");
  EXPECT_EQ(t.to_client, kAnswer);
}

TEST_F(HitsTest, SessionsThatReadUncommittedAreLeftAlone) {
  Script t;
  (void)t.client(kRead);
  (void)t.settings({.isolation = "READ-UNCOMMITTED"});
  (void)t.server(kAnswer);
  EXPECT_NE(t.client(kRead), "");
  EXPECT_EQ(t.world.entries(), 0U);
}

TEST_F(HitsTest, SessionsWhereAReadTellsOrFindsMoreThanItsRowsAreLeftAlone) {
  // IS NULL finds what was inserted last, once; what a read does to the transaction is told.
  for (const Settings& settings : {Settings{.auto_is_null = "1"}, Settings{.track_transactions = "STATE"}}) {
    Script t;
    (void)t.client(kRead);
    (void)t.settings(settings);
    (void)t.server(kAnswer);
    EXPECT_NE(t.client(kRead), "");
    EXPECT_EQ(t.world.entries(), 0U);
  }
}

TEST_F(HitsTest, AReplicaIsLeftAlone) {
  Script t;
  (void)t.client(kRead);
  (void)t.settings({.read_only = "1"});
  (void)t.server(kAnswer);
  EXPECT_EQ(t.world.bypassed(Reason::standby), 1U);
}

TEST_F(HitsTest, ASettingMakesTheSettingsUnknown) {
  done(query("set sql_mode = 'ANSI_QUOTES'"));
  EXPECT_NE(s.client(query("select \"a\" from orders")), "");
  EXPECT_EQ(s.settings({.sql_mode = "ANSI_QUOTES"}), query("select \"a\" from orders"));
  (void)s.server(kAnswer);
  EXPECT_EQ(s.client(query("select \"a\" from orders")), "");
}

TEST_F(HitsTest, OneThatNoProbeShowsIsTheSessionsOwn) {
  done(query("set session some_plugin_variable = 1"));
  (void)s.client(kRead);
  EXPECT_EQ(s.settings(), kRead) << "what others were answered is not for it";
  (void)s.server(kAnswer);
  EXPECT_EQ(s.client(kRead), "");
}

TEST_F(HitsTest, ATemporaryTableMayShadowAnother) {
  done(query("create temporary table orders (a int)"));
  (void)s.client(kRead);
  if (s.to_server.find("DATABASE()") != std::string::npos) (void)s.settings();
  (void)s.server(kAnswer);
  EXPECT_EQ(s.world.bypassed(Reason::temporary_relation), 1U);
}

TEST_F(HitsTest, AResetMakesItAllNewAgain) {
  done(query("create temporary table orders (a int)"));
  done(command(Command::reset_connection));
  (void)s.client(kRead);
  (void)s.settings();
  EXPECT_EQ(s.to_client, kAnswer);
}

TEST_F(HitsTest, LockedTablesAreForTheServerToJudge) {
  done(query("lock tables orders read"));
  (void)s.client(kRead);
  if (s.to_server.find("DATABASE()") != std::string::npos) (void)s.settings();
  (void)s.server(kAnswer);
  EXPECT_EQ(s.world.bypassed(Reason::tables_locked), 1U);
}

TEST_F(HitsTest, AnswersWithWarningsAreNotKept) {
  const std::string read = query("select b from orders");
  (void)s.client(read);
  (void)s.server(result({"a"}, {{"1"}}, kIdle, kUsual, 1));
  EXPECT_NE(s.client(read), "");
}

TEST_F(HitsTest, NorAreErrorsOrSeveralResults) {
  const std::string read = query("select b from orders");
  (void)s.client(read);
  (void)s.server(err(1054, "no such column"));
  EXPECT_NE(s.client(read), "");
  (void)s.server(result({"a"}, {{"1"}}));
  EXPECT_EQ(s.client(read), "");
}

TEST_F(HitsTest, PrivilegesAreTheServersWhateverTheDatabase) {
  Script t;
  (void)t.client(kRead);
  (void)t.settings();
  (void)t.server(kAnswer);
  EXPECT_EQ(t.client(kRead), "");
  (void)t.client(command(Command::reset_connection));
  (void)t.server(ok());
  (void)t.client(query("revoke select on shop.orders from bob"));
  (void)t.settings({.database = ""});
  (void)t.server(ok());
  (void)t.client(kRead);
  (void)t.settings();
  EXPECT_NE(t.to_server, "") << "a session without a database has revoked it";
}

TEST_F(HitsTest, ASessionWithoutAutocommitIsAtRestBetweenTransactions) {
  done(query("set autocommit = 0"), 0);
  EXPECT_TRUE(s.session->idle());
  done(command(Command::ping), status::kInTransaction);
  EXPECT_FALSE(s.session->idle());
}

TEST_F(HitsTest, AnUpstreamLostInMidWriteLeavesItDirty) {
  (void)s.client(query("update orders set a = 1"));
  const coherence::DirtyMark orphan = s.session->upstream_lost();
  EXPECT_FALSE(orphan.empty());
  EXPECT_TRUE(s.world.dirty(kOrders));
}

TEST_F(HitsTest, AWriteToAParentMayReachItsChildren) {
  const std::string items = query("select a from items");
  EXPECT_FALSE(hit(items));
  done(query("delete from orders where id = 1"));
  EXPECT_FALSE(hit(items));
}

TEST_F(HitsTest, WhatIsNotUnderstoodIsAWriteToEverything) {
  done(query("frobnicate the tables"));
  (void)s.client(kRead);
  if (s.to_server.find("DATABASE()") != std::string::npos) (void)s.settings();
  EXPECT_NE(s.to_server, "");
}

}  // namespace
}  // namespace tapri::session::mysql::test
