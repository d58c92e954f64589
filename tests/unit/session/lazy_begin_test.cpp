// BEGIN is answered at once and sent with the first statement that needs the server, or never.
#include "unit/session/lazy_begin.h"

namespace tapri::session::test {
namespace {

TEST_F(LazyBegin, NeverReachesTheServerWhereAllReadsHit) {
  a.client(query("begin") + query(kSelect) + query(kSelect) + query("commit") + query("start transaction") +
           query(kSelect) + query("rollback") + query("BEGIN;") + query("end") + query("/* an */ Begin work") +
           query("abort"));
  EXPECT_EQ(a.to_server(), "");
  EXPECT_EQ(a.probes, 1);
  EXPECT_EQ(a.to_client(), std::string("C(BEGIN) Z(T) ") + kHit + " " + kHit + " C(COMMIT) Z(I) " +
                               "C(START TRANSACTION) Z(T) " + kHit + " C(ROLLBACK) Z(I) C(BEGIN) Z(T) " +
                               "C(COMMIT) Z(I) C(BEGIN) Z(T) C(ROLLBACK) Z(I)");
  EXPECT_EQ(avoided(), 4U);
  EXPECT_EQ(begins(telemetry::BeginResult::sent), 0U);
}

TEST_F(LazyBegin, WaitsUntilItIsKnownWhatItWouldGive) {
  a.answer_probes = false;
  a.client(query("begin"));
  EXPECT_EQ(a.to_client(), "");
  EXPECT_EQ(a.probes, 1);
  a.answer_probes = true;
  a.client({});
  EXPECT_EQ(a.to_client(), "C(BEGIN) Z(T)");
}

TEST_F(LazyBegin, GoesAheadOfTheFirstStatementThatMisses) {
  begin(a);
  a.client(query(kSelect) + query(kOther));
  EXPECT_EQ(a.to_server(), sent("begin") + " Q(" + kOther + ")");
  EXPECT_EQ(a.to_client(), kHit);
  a.status = 'T';
  a.server(begun() + result("p") + ready('T'));
  EXPECT_EQ(a.to_client(), "T D(p) C(SELECT 1) Z(T)");
  EXPECT_EQ(world.entries(), 2U) << "what it read is kept";
  EXPECT_TRUE(a.hits(kSelect)) << "its level is known";
  EXPECT_TRUE(a.hits(kOther));
  a.run("commit", "COMMIT");
  EXPECT_EQ(begins(telemetry::BeginResult::sent), 1U);
  EXPECT_EQ(avoided(), 0U);
}

TEST_F(LazyBegin, IsSentInTheClientsOwnWords) {
  const std::string words = "start transaction isolation level read committed, read only, deferrable";
  a.client(query(words) + query(kUpdate));
  EXPECT_EQ(a.to_server(), sent(words) + " Q(" + kUpdate + ")");
  EXPECT_EQ(a.to_client(), "C(START TRANSACTION) Z(T)");
  a.server(begun("START TRANSACTION") + error("25006") + ready('E'));
  EXPECT_EQ(a.to_client(), "E(25006) Z(E)");
}

TEST_F(LazyBegin, IsSentAtOnceWhereReadsWouldNotHit) {
  know(a);
  for (const char* sql : {"begin isolation level repeatable read", "begin isolation level serializable"}) {
    a.run(sql, "BEGIN", 'T');
    a.run("rollback", "ROLLBACK");
  }
  for (const auto& [name, value] : {std::pair("default_transaction_isolation", "repeatable read"),
                                    std::pair("standby", "true"), std::pair("temporary", "7")}) {
    Peer c(world);
    c.settings[name] = value;
    c.run("begin", "BEGIN", 'T');
  }
  world.shared->caching = false;
  a.run("begin", "BEGIN", 'T');
  a.run("commit", "COMMIT");
  world.shared->caching = true;
  world.shared->limits.lazy_begin = false;
  a.run("begin", "BEGIN", 'T');
}

TEST_F(LazyBegin, MayAskForTheLevelThatIsNotTheDefault) {
  Peer c(world);
  c.settings["default_transaction_isolation"] = "serializable";
  const std::string transaction = query("begin isolation level read committed") + query(kSelect);
  c.client(transaction);
  c.server(begun() + result("1") + ready('T'));
  c.client(query("commit"));
  c.server(complete("COMMIT") + ready());
  (void)c.to_server();
  (void)c.to_client();
  c.client(transaction);
  EXPECT_EQ(c.to_client(), std::string("C(BEGIN) Z(T) ") + kHit);
  EXPECT_EQ(c.to_server(), "");
}

TEST_F(LazyBegin, IsAnsweredInTheBatchOfTheReadBehindIt) {
  a.client(extended(kSelect) + sync());
  a.server(extended_result("1") + ready());
  (void)a.to_server();
  (void)a.to_client();
  a.client(parse("", "begin") + bind_message("", "") + describe('P', "") + execute() + extended(kSelect) + sync());
  EXPECT_EQ(a.to_client(), "1 2 n C(BEGIN) 1 2 T D(1) C(SELECT 1) Z(T)");
  a.client(extended(kSelect) + parse("", "commit") + bind_message("", "") + execute() + sync());
  EXPECT_EQ(a.to_client(), "1 2 T D(1) C(SELECT 1) 1 2 C(COMMIT) Z(I)");
  EXPECT_EQ(a.to_server(), "");
}

TEST_F(LazyBegin, IsPreparedOnceAndExecutedManyTimes) {
  know(a);
  a.client(parse("S_1", "begin") + parse("S_2", "commit") + describe('S', "S_1") + sync());
  EXPECT_EQ(a.to_server(), "P(S_1,begin) P(S_2,commit) D(SS_1) S");
  a.server(parsed() + parsed() + message('t', std::string(2, '\0')) + no_data() + ready());
  EXPECT_EQ(a.to_client(), "1 1 t n Z(I)");
  for (int time = 0; time < 3; ++time) {
    a.client(bind_message("", "S_1") + execute("", time) + sync() + query(kSelect) + bind_message("", "S_2") +
             describe('P', "") + execute("", 1) + sync());
    EXPECT_EQ(a.to_client(), std::string("2 C(BEGIN) Z(T) ") + kHit + " 2 n C(COMMIT) Z(I)");
  }
  EXPECT_EQ(a.to_server(), "");
  EXPECT_EQ(avoided(), 3U);
}

TEST_F(LazyBegin, ThatIsNotInOrderIsForTheServerToRefuse) {
  know(a);
  a.client(parse("", "begin") + bind_message("", "", {"a parameter"}) + execute() + sync());
  EXPECT_EQ(a.to_server(), "P(,begin) B(,) E() S");
  a.server(parsed() + error("08P01") + ready());
  EXPECT_EQ(a.to_client(), "1 E(08P01) Z(I)");
  a.client(query("begin") + query("begin"));
  EXPECT_EQ(a.to_server(), sent("begin") + " Q(begin)");
  a.server(begun() + notice() + complete("BEGIN") + ready('T'));
  EXPECT_EQ(a.to_client(), "C(BEGIN) Z(T) N C(BEGIN) Z(T)");
}

TEST_F(LazyBegin, IsSentInTheClientsPortalIfThatIsUsedAgain) {
  know(a);
  a.client(parse("", "begin") + bind_message("", "") + execute() + sync());
  EXPECT_EQ(a.to_client(), "1 2 C(BEGIN) Z(T)");
  a.client(execute() + sync());
  EXPECT_EQ(a.to_server(), sent_in_portal("begin") + " E() S");
  a.server(begun_in_portal() + error("55000") + ready('E'));
  EXPECT_EQ(a.to_client(), "E(55000) Z(E)");
}

TEST_F(LazyBegin, IsNotSentInAPortalThatWouldBeGone) {
  const std::string begin = parse("", "begin") + bind_message("", "") + execute();
  const std::string closed_portal = extended(kSelect) + close('P', "") + sync();
  for (const std::string& ends : {query(kSelect), closed_portal}) {
    World fresh;  // what executes a portal that is not known may write anything
    fresh.shared->limits.lazy_begin = true;
    Peer first(fresh);
    Peer c(fresh);
    first.miss(kSelect, "1");
    first.client(extended(kSelect) + sync());
    first.server(extended_result("1") + ready());
    c.client(begin + sync() + ends + execute() + sync());
    EXPECT_EQ(c.to_server(),
              "C(S_tapri_begin) P(_tapri_begin,begin) B(_tapri_begin,_tapri_begin) E(_tapri_begin) C(S_tapri_begin) "
              "C(P_tapri_begin) E() S");
  }
}

TEST_F(LazyBegin, IsSentAheadOfWhatTheServerHasNotSeenYet) {
  a.client(parse("s", kSelect) + extended(kSelect) + sync());
  a.server(parsed() + extended_result("1") + ready());
  (void)a.to_server();
  const std::string select(kSelect);
  begin(b);
  b.client(extended(kSelect) + sync());
  EXPECT_EQ(b.to_client(), "1 2 T D(1) C(SELECT 1) Z(T)");
  b.client(describe('S', "") + sync());
  EXPECT_EQ(b.to_server(), sent("begin") + " P(," + select + ") D(S) S");
  (void)a.to_client();
  begin(a);
  a.client(bind_message("", "s") + describe('P', "") + execute() + sync());
  EXPECT_EQ(a.to_client(), "2 T D(1) C(SELECT 1) Z(T)");
  a.client(describe('P', "") + sync());
  EXPECT_EQ(a.to_server(), sent("begin") + " B(,s) D(P) S");
}

TEST_F(LazyBegin, IsSentAtOnceInASessionThatListens) {
  know(a);
  a.run("notify c", "NOTIFY");
  begin(a);
  a.client(query("commit"));
  (void)a.to_client();
  a.run("listen c", "LISTEN");
  a.run("begin", "BEGIN", 'T');
}

TEST_F(LazyBegin, IsSentAheadOfWhateverElseTheClientAsks) {
  know(a);
  for (const char* sql :
       {"commit and chain", "prepare transaction 'g'", "savepoint s", "set transaction read only", "set local x.y = 1",
        "listen c", "declare k cursor for select 1", "select pg_advisory_lock(1)", "copy orders from stdin",
        "lock table orders", "select 1; select 2", "begin; select 1", "", "not even sql"}) {
    Peer c(world);
    begin(c);
    c.client(query(sql));
    EXPECT_EQ(c.to_server(), sent("begin") + " Q(" + sql + ")");
  }
  for (const auto& [bytes, shown] : {std::pair(parse("s", kSelect), "P(s,select c from orders where id = 1)"),
                                     std::pair(describe('S', "s"), "D(Ss)"), std::pair(close('P', "p"), "C(Pp)"),
                                     std::pair(bind_message("p", "s"), "B(p,s)"), std::pair(execute("p"), "E(p)")}) {
    Peer c(world);
    begin(c);
    c.client(bytes + sync());
    EXPECT_EQ(c.to_server(), sent("begin") + " " + shown + " S");
  }
  Peer c(world);
  begin(c);
  c.client(message('F', "anything"));
  EXPECT_EQ(c.to_server(), sent("begin") + " F");
}

TEST_F(LazyBegin, IsNotWaitedForInAnOpenBatch) {
  begin(a);
  a.client(parse("s", kOther) + execute("p") + bind_message("", "s") + sync());
  EXPECT_EQ(a.to_server(), sent("begin") + " P(s," + kOther + ") E(p) B(,s) S");
}

TEST_F(LazyBegin, IsSentAtOnceBehindWhatHasNotBeenAnswered) {
  know(a);
  a.client(query(kOther) + query("begin") + query(kSelect) + query("commit"));
  EXPECT_EQ(a.to_server(), std::string("Q(") + kOther + ") Q(begin) Q(" + kSelect + ") Q(commit)");
}

TEST_F(LazyBegin, StaysBackWhenTheSessionIsAskedForItsSettings) {
  begin(a);
  world.catalog->settings = 2;
  a.client(query(kSelect) + query("commit"));
  EXPECT_EQ(a.probes, 2);
  EXPECT_EQ(a.to_client(), std::string(kHit) + " C(COMMIT) Z(I)");
  EXPECT_EQ(a.to_server(), "");
}

TEST_F(LazyBegin, MakesTheSessionABusyOne) {
  know(a);
  EXPECT_TRUE(a.session().idle());
  begin(a);
  EXPECT_FALSE(a.session().idle());
  a.client(query("commit"));
  EXPECT_TRUE(a.session().idle());
}

TEST_F(LazyBegin, OfAClientThatGoesAwayWasAvoided) {
  {
    Peer c(world);
    begin(c);
    c.client(message('X'));
    EXPECT_EQ(c.to_server(), "X");
  }
  EXPECT_EQ(avoided(), 1U);
}

TEST_F(LazyBegin, LeavesNothingOfWhatIsRolledBack) {
  begin(a);
  a.client(query(kUpdate));
  a.server(begun() + complete("UPDATE 1") + ready('T'));
  (void)a.to_server();
  (void)a.to_client();
  EXPECT_FALSE(world.dirty(kOrders)) << "in a transaction it is clean until the commit";
  a.status = 'T';
  EXPECT_FALSE(a.hits(kSelect)) << "its own write";
  a.run("rollback", "ROLLBACK");
  EXPECT_TRUE(b.hits(kSelect));
}

// The statement behind a BEGIN that failed must not be carried out by itself.
TEST_F(LazyBegin, IsTheSameInPieces) {
  Peer c(world, 1);
  c.client(query("begin") + query(kSelect) + query("commit") + query("begin") + query(kUpdate));
  EXPECT_EQ(c.to_client(), std::string("C(BEGIN) Z(T) ") + kHit + " C(COMMIT) Z(I) C(BEGIN) Z(T)");
  c.server(begun() + complete("UPDATE 1") + ready('T'));
  EXPECT_EQ(c.to_client(), "C(UPDATE 1) Z(T)");
}

// A notification from the server is halfway through when the client goes on.
TEST_F(LazyBegin, IsAnsweredBehindWhatIsPassing) {
  know(a);
  (void)a.to_client();
  const std::string bytes = notification();
  a.server(bytes.substr(0, 7));
  a.client(query("begin") + query(kSelect) + query("commit"));
  EXPECT_EQ(a.to_server(), "");
  a.server(bytes.substr(7));
  EXPECT_EQ(a.to_client(), std::string("A C(BEGIN) Z(T) ") + kHit + " C(COMMIT) Z(I)");
}

TEST_F(LazyBegin, OfAStatementThatMayBeGoneIsForTheServer) {
  know(a);
  a.client(parse("s", "begin") + sync());
  a.server(parsed() + ready());
  a.client(query("reset all") + query("deallocate all"));  // the first may change how the second is read
  a.server(complete("RESET") + ready() + complete("DEALLOCATE ALL") + ready());
  (void)a.to_server();
  a.client(bind_message("", "s") + execute() + sync());
  EXPECT_EQ(a.to_server(), "B(,s) E() S");
}

}  // namespace
}  // namespace tapri::session::test
