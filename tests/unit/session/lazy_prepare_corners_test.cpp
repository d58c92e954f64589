// Corners of deferred statements: what is in front of them, and what goes with them.
#include "unit/session/lazy_prepare.h"

namespace tapri::session::test {
namespace {

constexpr const char* kBad = "select c from prices where id = 5";

// Another DateStyle by now, of which the session knows.
void change_settings(Peer& peer) {
  peer.settings["DateStyle"] = "German";
  peer.server(parameter("DateStyle", "German"));
  (void)peer.to_client();
  peer.miss("select c from prices where id = 77", "p");
}

TEST_F(LazyPrepare, RefusedBehindAnErrorOfItsBatchLeavesThatErrorAlone) {
  defer(a, "t", kLiteral);
  change_settings(a);
  a.client(parse("bad", "select c from nowhere") + prepared("t") + sync());
  EXPECT_EQ(a.to_server(), "P(bad,select c from nowhere) E(_tapri_refused) H");
  a.server(error("42P01") + ready());
  EXPECT_EQ(a.to_client(), "E(42P01) Z(I)");
}

TEST_F(LazyPrepare, IsClosedInATransactionThatIsToHaveTheSnapshotOfItsAnswers) {
  world.shared->limits.lazy_begin = true;
  world.rules.set(R"({"version": 1, "defaults": {"snapshot_reads": true}})");
  (void)a.hits(kRead);
  know(a);
  defer(a, "s", kRead);
  a.client(query("begin isolation level repeatable read read only"));
  EXPECT_TRUE(a.hits("select c from prices"));
  (void)a.to_client();
  a.client(parse("", "select c from orders where id = 4") + close('S', "s") + sync());
  EXPECT_FALSE(a.closed_down()) << "the snapshot is taken before the Parse goes";
  EXPECT_NE(a.to_server().find("P(_tapri_snapshot,SELECT 1)"), std::string::npos);
}

TEST_F(LazyPrepare, GoBeforeATransactionOfOneSnapshotAndNotBeforeALock) {
  for (const char* level : {"repeatable read", "serializable"}) {
    Peer c(world);
    know(c);
    defer(c, "s", kRead);
    const std::string begin = std::string("begin isolation level ") + level;
    c.client(query(begin));
    EXPECT_EQ(c.to_server(), sent_alone("s", kRead)) << "in it, it would take the snapshot";
    c.server(parsed() + described() + ready());
    EXPECT_EQ(c.to_server(), "Q(" + begin + ")");
    c.server(complete("BEGIN") + ready('T'));
    c.client(query("lock table orders in share mode"));
    EXPECT_EQ(c.to_server(), "Q(lock table orders in share mode)");
  }
  defer(a, "s", kRead);
  a.run("begin", "BEGIN", 'T');
  a.status = 'T';
  a.run("set transaction isolation level repeatable read", "SET", 'T');
  a.run("lock table orders in share mode", "LOCK TABLE", 'T');
}

TEST_F(LazyPrepare, IsNotDeferredIfWhatRemovesAllNamesWasSkipped) {
  a.run("prepare s as select 1; select c from orders", "SELECT 1");
  for (const char* sql : {"deallocate all", "discard all"}) {
    a.client(parse("x", "select c from nowhere") + extended(sql) + sync());
    (void)a.to_server();
    a.server(error("42P01") + ready());
    (void)a.to_client();
    (void)a.hits("select c from prices");
    not_deferred(a, "s", kRead);
    a.client(close('S', "s") + sync());
    (void)a.to_server();
    a.server(closed() + ready());
    (void)a.to_client();
  }
}

TEST_F(LazyPrepare, AskedAboutBehindABindFailsAsTheBindDoes) {
  defer(a, "s", kRead);
  write_orders();
  a.client(bind_message("", "s") + describe('S', "s") + sync());
  EXPECT_EQ(a.to_server(), sent_first("s", kRead));
  a.server(parsed() + described_otherwise() + closed() + error("34000") + ready());
  EXPECT_EQ(a.to_client(), "E(0A000) Z(I)") << "no parameters are described before it";
}

TEST_F(LazyPrepare, TakesItsPortalWithItWhenItIsClosed) {
  defer(a, "s", kRead);
  a.client(prepared("s") + close('S', "s") + describe('P', "") + sync());
  EXPECT_EQ(a.to_client(), "2 D(1) C(SELECT 1) 3");
  EXPECT_EQ(a.to_server(), "C(P) D(P) S") << "a statement that the client has no more is not sent";
  a.server(closed() + error("34000") + ready());
  EXPECT_EQ(a.to_client(), "E(34000) Z(I)");
}

TEST_F(LazyPrepare, ThatALargeBindNamesIsLookedAtAsWell) {
  world.shared->limits.max_statement = 1000;
  Peer c(world, 10'000);
  know(c);
  defer(c, "t", kLiteral);
  change_settings(c);
  c.client(bind_message("", "t", {std::string(200'000, 'x')}) + execute() + sync());
  EXPECT_EQ(c.to_server(), "E(_tapri_refused) H") << "its literals would be read otherwise";
  c.server(error("34000"));
  EXPECT_EQ(c.to_client(), "E(0A000)");
  c.server(ready());
  EXPECT_EQ(c.to_client(), "Z(I)");
}

TEST_F(LazyPrepare, IsNotSentWhileTheServerSkips) {
  world.shared->limits.max_statement = 1000;
  for (const std::string& large :
       {query(std::string(200'000, 'x')), bind_message("", "s", {std::string(200'000, 'x')})}) {
    Peer c(world, 10'000);
    know(c);
    defer(c, "s", kRead);
    c.client(parse("bad", kBad) + flush());
    (void)c.to_server();
    c.server(error("42P01"));
    EXPECT_EQ(c.to_client(), "E(42P01)");
    c.client(large + sync());
    EXPECT_FALSE(c.session().blocked()) << "for an answer that does not come";
    c.server(ready());
    EXPECT_EQ(c.to_client(), "Z(I)");
  }
}

}  // namespace
}  // namespace tapri::session::test
