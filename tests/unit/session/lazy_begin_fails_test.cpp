// A BEGIN that is sent late and fails, and waits that are cancelled before it was sent.
#include "unit/session/lazy_begin.h"

namespace tapri::session::test {
namespace {

TEST_F(LazyBegin, HoldsBackWhatComesNextUntilItIsCarriedOut) {
  begin(a);
  a.client(query(kUpdate) + query("commit"));
  EXPECT_EQ(a.to_server(), sent("begin") + " Q(" + kUpdate + ")");
  a.server(begun());
  EXPECT_EQ(a.to_server(), "Q(commit)");
  const auto since = world.log.position();
  a.server(complete("UPDATE 1") + ready('T') + complete("COMMIT") + ready());
  EXPECT_EQ(a.to_client(), "C(UPDATE 1) Z(T) C(COMMIT) Z(I)");
  EXPECT_TRUE(world.written(kOrders, since));
  EXPECT_FALSE(b.hits(kSelect));
}

TEST_F(LazyBegin, ThatFailsFailsTheTransaction) {
  begin(a);
  a.client(query(kUpdate) + query(kSelect));
  (void)a.to_server();
  a.server(closed() + parsed() + error("57014"));
  EXPECT_EQ(a.to_client(), "E(57014)");
  EXPECT_EQ(a.to_server(), "S") << "for the server skips all up to it";
  a.server(ready('I'));
  EXPECT_EQ(a.to_client(), "") << "the client was told that a transaction is open";
  EXPECT_EQ(a.to_server(), sent("begin") + " E(_tapri_begin) S");
  a.server(begun() + error("34000") + ready('E'));
  EXPECT_EQ(a.to_client(), "Z(E)");
  EXPECT_EQ(a.to_server(), std::string("Q(") + kSelect + ")") << "and what comes next finds it failed";
  a.server(error("25P02") + ready('E'));
  EXPECT_EQ(a.to_client(), "E(25P02) Z(E)");
  a.run("rollback", "ROLLBACK");
  EXPECT_FALSE(world.dirty(kOrders));
  begin(a);
}

TEST_F(LazyBegin, ThatFailsFailsTheBatch) {
  know(a);
  for (const bool sync_first : {true, false}) {
    begin(a);
    a.client(parse("", kUpdate) + bind_message("", "") + execute() + (sync_first ? sync() : flush()));
    (void)a.to_server();
    a.server(closed() + error("57014"));
    EXPECT_EQ(a.to_client(), "E(57014)");
    EXPECT_EQ(a.to_server(), "");
    if (!sync_first) {
      a.client(parse("", kOther) + sync());
      EXPECT_EQ(a.to_server(), std::string("P(,") + kOther + ") S") << "skipped by the server";
    }
    a.server(ready('I'));
    EXPECT_EQ(a.to_server(), sent("begin") + " E(_tapri_begin) S");
    a.server(begun() + error("34000") + ready('E'));
    EXPECT_EQ(a.to_client(), "Z(E)");
    a.run("rollback", "ROLLBACK");
  }
}

TEST_F(LazyBegin, ThatFailsFailsABatchWithAQueryInIt) {
  begin(a);
  a.client(parse("s", kOther) + query(kOther));
  (void)a.to_server();
  a.server(closed() + error("57014"));
  EXPECT_EQ(a.to_client(), "E(57014)");
  EXPECT_EQ(a.to_server(), "") << "the client's own Sync ends what is skipped";
  a.client(sync());
  EXPECT_EQ(a.to_server(), "S");
  a.server(ready('I') + begun() + error("34000") + ready('E'));
  EXPECT_EQ(a.to_client(), "Z(E)");
}

TEST_F(LazyBegin, ThatFailsAgainEndsTheSession) {
  begin(a);
  a.client(query(kUpdate));
  a.server(closed() + error("57014") + ready('I'));
  EXPECT_FALSE(a.closed_down());
  a.server(closed() + error("57014"));
  EXPECT_EQ(a.to_client(), "E(57014) E(25P01)");
  EXPECT_TRUE(a.closed_down());
}

TEST_F(LazyBegin, LetsTheSessionWaitForAnothersAnswer) {
  know(a);
  b.client(query(kOther));
  begin(a);
  a.client(query(kOther));
  EXPECT_TRUE(a.waits());
  b.server(result("p") + ready());
  a.woken();
  EXPECT_EQ(a.to_client(), "T D(p) C(SELECT 1) Z(T)");
  EXPECT_EQ(a.to_server(), "");
}

TEST_F(LazyBegin, FailsWithTheWaitThatIsCancelled) {
  know(a);
  b.client(query(kOther));
  begin(a);
  a.client(query(kOther));
  EXPECT_TRUE(a.waits());
  a.session().cancelled();
  a.resume();
  EXPECT_EQ(a.to_server(), sent("begin") + " E(_tapri_begin) S");
  EXPECT_EQ(a.to_client(), "");
  a.server(begun() + error("34000") + ready('E'));
  EXPECT_EQ(a.to_client(), "E(57014) Z(E)");
  a.run("rollback", "ROLLBACK");
}

TEST_F(LazyBegin, FailsWithTheBatchWhoseWaitIsCancelled) {
  know(a);
  b.client(extended(kOther) + sync());
  begin(a);
  a.client(extended(kOther) + sync());
  EXPECT_TRUE(a.waits());
  a.session().cancelled();
  a.resume();
  EXPECT_EQ(a.to_server(), sent("begin") + " E(_tapri_begin) S");
  a.server(begun() + error("34000") + ready('E'));
  EXPECT_EQ(a.to_client(), "1 2 E(57014) Z(E)");
}

}  // namespace
}  // namespace tapri::session::test
