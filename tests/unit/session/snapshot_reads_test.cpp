// Cached answers in a REPEATABLE READ READ ONLY transaction: all of one moment, or the transaction fails.
#include "unit/session/snapshot_reads.h"

namespace tapri::session::test {
namespace {

TEST_F(SnapshotReads, NeedNoServerWhereAllOfThemHit) {
  a.client(query(kBegin) + query(kSelect) + query(kOther) + query(kSelect) + query("commit"));
  EXPECT_EQ(a.to_client(), std::string("C(BEGIN) Z(T) ") + kHit + " " + kHitPrice + " " + kHit + " C(COMMIT) Z(I)");
  a.client(query("start transaction read only, isolation level repeatable read") + query(kSelect) + query("rollback"));
  EXPECT_EQ(a.to_client(), std::string("C(START TRANSACTION) Z(T) ") + kHit + " C(ROLLBACK) Z(I)");
  EXPECT_EQ(a.to_server(), "");
  EXPECT_EQ(avoided(), 2U);
}

TEST_F(SnapshotReads, AreForNoOtherTransactions) {
  for (const char* sql :
       {"begin isolation level repeatable read", "begin isolation level repeatable read read write",
        "begin isolation level repeatable read, read only, read write", "begin isolation level serializable read only",
        "begin isolation level serializable, read only, deferrable"}) {
    a.run(sql, "BEGIN", 'T');
    a.status = 'T';
    EXPECT_FALSE(a.hits(kSelect)) << sql;
    a.server(result("1") + ready('T'));
    (void)a.to_client();
    a.run("rollback", "ROLLBACK");
    a.status = 'I';
  }
}

TEST_F(SnapshotReads, AreForTheDefaultLevelToo) {
  Peer c(world);
  c.settings["default_transaction_isolation"] = "repeatable read";
  c.miss(kSelect, "1");
  begin_snapshot(c, "begin read only");
  hit(c);
  c.client(query("commit"));
  EXPECT_EQ(c.to_client(), "C(COMMIT) Z(I)");
  c.run("begin", "BEGIN", 'T');
}

TEST_F(SnapshotReads, AreWhatARuleAllows) {
  world.rules.set(R"({"version": 1, "rules": [
      {"name": "a", "match": {"tables": "orders"}, "snapshot_reads": true},
      {"name": "b", "match": {"tables": "items"}, "snapshot_reads": true, "coherence": "ttl"}]})");
  b.miss(kItem, "i");
  EXPECT_TRUE(b.hits(kItem));
  begin_snapshot(a);
  hit(a);
  EXPECT_TRUE(b.hits(kOther));
  ask(a, query(kOther));
  a.server(snapshot());
  EXPECT_EQ(a.to_server(), std::string("Q(") + kOther + ")");
  Peer c(world);
  know(c);
  begin_snapshot(c);
  c.client(query(kItem));
  EXPECT_EQ(c.to_server(), sent(kBegin) + " Q(" + kItem + ")") << "nothing tells when that is from";
  world.rules.set(R"({"version": 1})");
  Peer d(world);
  know(d);
  d.run(kBegin, "BEGIN", 'T');
}

TEST_F(SnapshotReads, GoOnInTheSnapshotThatAgreesWithThem) {
  begin_snapshot(a);
  hit(a);
  ask(a, query(kMissing));
  a.server(snapshot());
  EXPECT_EQ(a.to_server(), std::string("Q(") + kMissing + ")");
  a.server(result("d") + ready('T'));
  EXPECT_EQ(a.to_client(), "T D(d) C(SELECT 1) Z(T)");
  a.status = 'T';
  EXPECT_FALSE(a.hits(kSelect)) << "from here on the server's own";
  a.server(result("1") + ready('T'));
  (void)a.to_client();
  a.run("commit", "COMMIT");
  EXPECT_TRUE(a.hits(kSelect));
}

TEST_F(SnapshotReads, FailWhereTheSnapshotIsAnotherThanTheirs) {
  begin_snapshot(a);
  hit(a);
  write();
  ask(a, query(kMissing));
  a.server(snapshot());
  fails(a, std::string("Q(") + kMissing + ")");
  a.server(error("25P02") + ready('E'));
  EXPECT_EQ(a.to_client(), "E(40001) Z(E)");
  a.client(query(kSelect));
  EXPECT_EQ(a.to_server(), std::string("Q(") + kSelect + ")");
  a.server(error("25P02") + ready('E'));
  EXPECT_EQ(a.to_client(), "E(25P02) Z(E)") << "told once";
  a.run("rollback", "ROLLBACK");
  EXPECT_FALSE(a.hits(kSelect)) << "was written to";
}

// The same row again: the new answer is another moment's, and so is what the server would say.
TEST_F(SnapshotReads, FailWhereTheReadIsNoLongerWhatItWas) {
  begin_snapshot(a);
  hit(a);
  write();
  b.miss(kSelect, "2");
  ask(a, query(kSelect));
  a.server(snapshot());
  fails(a, std::string("Q(") + kSelect + ")");
}

// Each read by itself is valid now, but not with the other.
TEST_F(SnapshotReads, AreNotOfTwoMoments) {
  begin_snapshot(a);
  hit(a);
  write("update prices set c = 'q'");
  b.miss(kOther, "q");
  ask(a, query(kOther));
  a.server(snapshot());
  EXPECT_EQ(a.to_server(), std::string("Q(") + kOther + ")") << "what was read first is in that snapshot";
  a.server(result("q") + ready('T'));
  EXPECT_EQ(a.to_client(), "T D(q) C(SELECT 1) Z(T)");
}

// The write of the second read's table came before that of the first one's, and is told of after it.
TEST_F(SnapshotReads, AreNotOfTwoMomentsWhateverIsAcknowledgedFirst) {
  Peer c(world);
  know(c);
  begin_snapshot(a);
  c.client(query("update prices set c = 'q'"));
  (void)c.to_server();
  write();
  b.miss(kSelect, "2");
  a.client(query(kSelect));
  EXPECT_EQ(a.to_client(), "T D(2) C(SELECT 1) Z(T)");
  c.server(complete("UPDATE 1") + ready());
  b.miss(kOther, "q");
  ask(a, query(kOther));
}

TEST_F(SnapshotReads, MayBeKeptLaterThanTheirMomentIfNothingWasWritten) {
  begin_snapshot(a);
  hit(a);
  write("update prices set c = 'q'");
  b.miss(kItem, "i");
  a.client(query(kItem) + query("commit"));
  EXPECT_EQ(a.to_client(), "T D(i) C(SELECT 1) Z(T) C(COMMIT) Z(I)");
  EXPECT_EQ(a.to_server(), "");
}

TEST_F(SnapshotReads, AreNotOfWhatIsBeingWritten) {
  begin_snapshot(a);
  hit(a);
  b.client(query("update prices set c = 'q'"));
  (void)b.to_server();
  ask(a, query(kOther));
  a.server(snapshot());
  EXPECT_EQ(a.to_server(), std::string("Q(") + kOther + ")");
}

TEST_F(SnapshotReads, FailWhereTheSnapshotMayHaveAWriteThatIsUnderWay) {
  begin_snapshot(a);
  hit(a);
  ask(a, query(kMissing));
  b.client(query(kUpdate));
  (void)b.to_server();
  a.server(snapshot());
  fails(a, std::string("Q(") + kMissing + ")");
  b.server(error("23505") + ready());
  (void)b.to_client();
  EXPECT_TRUE(b.hits(kSelect)) << "it did not happen";
}

TEST_F(SnapshotReads, BeginWithoutMoreWhereNothingWasGiven) {
  begin_snapshot(a);
  a.client(query(kMissing));
  EXPECT_EQ(a.to_server(), sent(kBegin) + " Q(" + kMissing + ")");
  write();
  a.server(begun() + result("d") + ready('T'));
  EXPECT_EQ(a.to_client(), "T D(d) C(SELECT 1) Z(T)");
}

TEST_F(SnapshotReads, AreKeptAsOfBeforeTheSnapshot) {
  begin_snapshot(a);
  hit(a);
  ask(a, query(kMissing));
  a.server(snapshot());
  a.server(result("d") + ready('T'));
  (void)a.to_server();
  a.client(extended(kItem) + sync());
  EXPECT_EQ(a.to_server(), std::string("P(,") + kItem + ") B(,) D(P) E() S");
  a.server(extended_result("i") + ready('T'));
  EXPECT_TRUE(b.hits(kMissing));
  b.client(extended(kItem) + sync());
  EXPECT_EQ(b.to_client(), "1 2 T D(i) C(SELECT 1) Z(I)");
  // A write since: what the snapshot shows is from before it.
  write("update prices set c = 'q'");
  a.client(query(kMissing));
  a.server(result("d") + ready('T'));
  EXPECT_FALSE(b.hits(kMissing));
}

TEST_F(SnapshotReads, AreNotKeptBehindAWriteOfTheirOwn) {
  begin_snapshot(a);
  a.client(query("set transaction read write"));
  a.server(begun() + complete("SET") + ready('T'));
  (void)a.to_server();
  (void)a.to_client();
  a.run("update prices set c = 'q'", "UPDATE 1", 'T');
  a.client(query(kMissing));
  a.server(result("d") + ready('T'));
  EXPECT_FALSE(b.hits(kMissing));
}

}  // namespace
}  // namespace tapri::session::test
