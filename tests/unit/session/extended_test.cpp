// The extended protocol's corners: batches, Describe, portals, names, errors.
#include <gtest/gtest.h>

#include "unit/session/script.h"

namespace tapri::session::test {
namespace {

constexpr const char* kSelect = "select c from orders where id = 1";

// A session that has kept the answer "1" to kSelect in the extended protocol.
struct Warm : ::testing::Test {
  Warm() {
    a.client(extended(kSelect) + sync());
    a.server(extended_result("1") + ready());
    (void)a.to_client();
    (void)a.to_server();
  }
  // A named statement.
  void prepare(const std::string& name = "v") {
    a.client(parse(name, kSelect) + sync());
    ASSERT_EQ(a.to_server(), "P(" + name + ",select c from orders where id = 1) S");
    a.server(parsed() + ready());
    ASSERT_EQ(a.to_client(), "1 Z(I)");
  }
  World world;
  Peer a{world};
};

TEST_F(Warm, SeveralUnnamedParsesInABatchAreEachAnswered) {
  a.client(extended(kSelect) + extended("select c from prices") + extended(kSelect) + sync());
  EXPECT_EQ(a.to_client(), "1 2 T D(1) C(SELECT 1)");
  EXPECT_EQ(a.to_server(),
            "P(,select c from prices) B(,) D(P) E() P(,select c from orders where id = 1) B(,) D(P) E() S")
      << "what stands behind an execution that the server has yet to carry out goes there too";
  a.server(extended_result("p") + extended_result("1") + ready());
  EXPECT_EQ(a.to_client(), "1 2 T D(p) C(SELECT 1) 1 2 T D(1) C(SELECT 1) Z(I)");
}

TEST_F(Warm, TwoParsesWithoutBindAreNotOneExecution) {
  a.client(parse("", "select c from prices") + parse("", kSelect) + bind_message("", "") + execute() + sync());
  EXPECT_EQ(a.to_server(), "P(,select c from prices) P(,select c from orders where id = 1) B(,) E() S");
}

TEST_F(Warm, DescribeAloneGoesToTheServer) {
  a.client(parse("s", kSelect) + describe('S', "s") + sync());
  EXPECT_EQ(a.to_server(), "P(s,select c from orders where id = 1) D(Ss) S");
  a.server(parsed() + message('t', std::string(2, '\0')) + description() + ready());
  EXPECT_EQ(a.to_client(), "1 t T Z(I)");
  a.client(bind_message("", "s") + describe('P', "") + execute() + sync());
  EXPECT_EQ(a.to_server(), "");
  EXPECT_EQ(a.to_client(), "2 T D(1) C(SELECT 1) Z(I)");
}

TEST_F(Warm, FlushWithoutSyncIsAnswered) {
  a.client(extended(kSelect) + flush());
  EXPECT_EQ(a.to_client(), "1 2 T D(1) C(SELECT 1)");
  EXPECT_EQ(a.to_server(), "");
  a.client(parse("n", "select c from prices") + flush());
  EXPECT_EQ(a.to_server(), "P(n,select c from prices) H");
  a.server(parsed());
  EXPECT_EQ(a.to_client(), "1");
  a.client(sync());
  EXPECT_EQ(a.to_server(), "S");
  a.server(ready());
  EXPECT_EQ(a.to_client(), "Z(I)");
}

TEST_F(Warm, SyncOrFlushWithABodyIsForTheServerToRefuse) {
  a.client(message('S', "x"));
  EXPECT_EQ(a.to_server(), "S");
  a.server(error("08P01") + ready());
  EXPECT_EQ(a.to_client(), "E(08P01) Z(I)");
  a.client(message('H', "x"));
  EXPECT_EQ(a.to_server(), "H");
  a.server(error("08P01"));
  a.client(extended(kSelect) + sync());
  EXPECT_EQ(a.to_server(), "P(,select c from orders where id = 1) B(,) D(P) E() S") << "the server skips up to Sync";
  a.server(ready());
  EXPECT_EQ(a.to_client(), "E(08P01) Z(I)");
  a.client(extended(kSelect) + sync());
  EXPECT_EQ(a.to_client(), "1 2 T D(1) C(SELECT 1) Z(I)");
}

TEST_F(Warm, ExecuteWithARowLimitGoesToTheServerAndIsNotKept) {
  a.client(parse("", "select c from prices") + bind_message("", "") + execute("", 1) + sync());
  EXPECT_EQ(a.to_server(), "P(,select c from prices) B(,) E(,1) S");
  a.server(parsed() + bound() + row("1") + message('s') + ready());
  EXPECT_EQ(a.to_client(), "1 2 D(1) s Z(I)");
  EXPECT_EQ(world.entries(), 1U);
  a.client(parse("", kSelect) + bind_message("", "") + execute("", 5) + sync());
  EXPECT_NE(a.to_server(), "");
}

TEST_F(Warm, APortalReadToItsEndIsExecutedAgainForNothing) {
  a.client(parse("", kSelect) + bind_message("", "") + execute() + execute() + sync());
  EXPECT_EQ(a.to_server(), "");
  EXPECT_EQ(a.to_client(), "1 2 D(1) C(SELECT 1) C(SELECT 0) Z(I)");
}

TEST_F(Warm, AQueryInMidBatchKeepsOrder) {
  a.client(parse("", "select c from prices") + bind_message("", "") + execute() + query("select c from items") +
           sync());
  EXPECT_EQ(a.to_server(), "P(,select c from prices) B(,) E() Q(select c from items) S");
  a.server(parsed() + bound() + row("p") + complete("SELECT 1"));
  a.server(result("i") + ready() + ready());
  EXPECT_EQ(a.to_client(), "1 2 D(p) C(SELECT 1) T D(i) C(SELECT 1) Z(I) Z(I)");
  EXPECT_TRUE(a.session().idle());
}

TEST_F(Warm, AnErrorSkipsToSyncWithWhatIsQueuedBehindIt) {
  prepare();
  a.client(parse("bad", "select c from nowhere") + close('S', "v") + sync());
  EXPECT_EQ(a.to_server(), "P(bad,select c from nowhere) C(Sv) S");
  a.server(error("42P01") + ready());
  EXPECT_EQ(a.to_client(), "E(42P01) Z(I)");
  EXPECT_TRUE(a.session().idle());
  a.client(prepared("v") + sync());
  EXPECT_EQ(a.to_client(), "2 D(1) C(SELECT 1) Z(I)") << "the Close was skipped";
}

TEST_F(Warm, AnErrorSeenBeforeTheRestOfTheBatchComesPassesTheRest) {
  a.client(parse("bad", "select c from nowhere") + flush());
  a.server(error("42P01"));
  (void)a.to_server();
  a.client(extended(kSelect));
  a.client(sync());
  EXPECT_EQ(a.to_server(), "P(,select c from orders where id = 1) B(,) D(P) E() S");
  a.server(ready());
  EXPECT_EQ(a.to_client(), "E(42P01) Z(I)");
  a.client(extended(kSelect) + sync());
  EXPECT_EQ(a.to_client(), "1 2 T D(1) C(SELECT 1) Z(I)");
}

TEST_F(Warm, ATakenNameIsForTheServerToRefuse) {
  prepare();
  a.client(parse("v", "select c from prices") + sync());
  EXPECT_EQ(a.to_server(), "P(v,select c from prices) S");
  a.server(error("42P05") + ready());
  EXPECT_EQ(a.to_client(), "E(42P05) Z(I)");
  a.client(prepared("v") + sync());
  EXPECT_EQ(a.to_client(), "2 D(1) C(SELECT 1) Z(I)") << "it is still the first one";
}

TEST_F(Warm, DiscardAllThatFailsLeavesStatements) {
  prepare();
  a.client(query("discard all"));
  a.server(error("25001") + ready());
  EXPECT_EQ(a.to_server(), "Q(discard all)");
  EXPECT_EQ(a.to_client(), "E(25001) Z(I)");
  a.client(prepared("v") + sync());
  EXPECT_EQ(a.to_client(), "2 D(1) C(SELECT 1) Z(I)");
  a.run("discard all", "DISCARD ALL");
  a.client(prepared("v") + sync());
  EXPECT_EQ(a.to_server(), "B(,v) E() S");
}

TEST_F(Warm, PrepareInSqlIsFollowedOnceTheServerTookTheName) {
  const auto since = world.log.position();
  a.client(query("prepare p as update prices set c = 1"));
  (void)a.to_server();
  a.server(complete("PREPARE") + ready());
  EXPECT_EQ(a.to_client(), "C(PREPARE) Z(I)");
  EXPECT_FALSE(world.written(kPrices, since)) << "nothing is written yet";
  a.run("execute p", "UPDATE 1");
  EXPECT_TRUE(world.written(kPrices, since));
  EXPECT_FALSE(world.all_written(since));
}

TEST_F(Warm, DescribeOfAPortalAnsweredFromTheCacheMakesItAnew) {
  a.run("begin", "BEGIN", 'T');
  a.client(parse("", kSelect) + bind_message("", "") + execute() + flush());
  EXPECT_EQ(a.to_client(), "1 2 D(1) C(SELECT 1)");
  a.client(describe('P', "") + sync());
  EXPECT_EQ(a.to_server(), "P(,select c from orders where id = 1) B(,) D(P) S");
  a.server(parsed() + bound() + description() + ready('T'));
  EXPECT_EQ(a.to_client(), "T Z(T)");
}

TEST_F(Warm, APortalThatWasReadOutStaysSoWhenItIsMadeAnew) {
  a.client(parse("", kSelect) + bind_message("", "") + execute() + describe('P', "") + execute() + sync());
  EXPECT_EQ(a.to_server(), "P(,select c from orders where id = 1) B(,) D(P) S");
  a.server(parsed() + bound() + description() + ready());
  EXPECT_EQ(a.to_client(), "1 2 D(1) C(SELECT 1) T C(SELECT 0) Z(I)");
}

TEST_F(Warm, NamedPortalsPassAndAreNotKept) {
  a.client(parse("", kSelect) + bind_message("p", "") + execute("p") + sync());
  EXPECT_EQ(a.to_server(), "P(,select c from orders where id = 1) B(p,) E(p) S");
  a.server(parsed() + bound() + row("1") + complete("SELECT 1") + ready());
  EXPECT_EQ(world.bypassed(Reason::named_portal), 1U);
}

TEST_F(Warm, AClosedPortalIsNotTheStatementOfThatName) {
  prepare("x");
  a.client(close('P', "x") + sync());
  EXPECT_EQ(a.to_server(), "C(Px) S");
  a.server(closed() + ready());
  a.client(prepared("x") + sync());
  EXPECT_EQ(a.to_client(), "3 Z(I) 2 D(1) C(SELECT 1) Z(I)");
}

}  // namespace
}  // namespace tapri::session::test
