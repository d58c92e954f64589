// What a REPEATABLE READ READ ONLY transaction with cached answers does when it has to reach the server.
#include <numeric>
#include <vector>

#include "cache/memory/node.h"
#include "unit/session/snapshot_reads.h"

namespace tapri::session::test {
namespace {

// Whatever the server must see.
std::vector<std::string> for_the_server() {
  const std::string malformed = "x";
  return {query("savepoint s"),
          query("select 1; select 2"),
          query("set local x.y = 1"),
          query("commit and chain"),
          query("begin"),
          query(""),
          query("not even sql"),
          query("commit; select 1"),
          query("lock table orders"),
          parse("s", kSelect),
          parse("s", "commit"),
          parse("", "select random()"),
          parse("", kMissing) + sync(),
          parse("", kMissing) + flush(),
          parse("", kMissing) + query(kSelect),
          message('P', malformed),
          message('B', malformed),
          message('D', malformed),
          message('E', malformed),
          message('C', malformed),
          message('Q', malformed),
          message('S', malformed),
          message('H', malformed),
          message('F', malformed),
          message('c'),
          message('?', malformed),
          bind_message("p", "s"),
          bind_message("", "s"),
          describe('S', "s"),
          describe('P', "p"),
          describe('P', ""),
          close('S', "s"),
          close('P', "p"),
          close('P', ""),
          execute("p"),
          execute(),
          extended(kMissing),
          parse("", kOther) + bind_message("", "") + execute("", 1),
          parse("", kOther) + bind_message("", "") + bind_message("", ""),
          parse("", kOther) + close('P', "p"),
          parse("", "commit") + bind_message("", "", {"a parameter"}) + execute()};
}

TEST_F(SnapshotReads, TellWhatTheServerSaidToTheirSnapshot) {
  begin_snapshot(a);
  hit(a);
  ask(a, query(kMissing));
  a.server(begun() + closed() + parsed() + error("57014") + ready('E'));
  EXPECT_EQ(a.to_server(), std::string("Q(") + kMissing + ")");
  a.server(error("25P02") + ready('E'));
  EXPECT_EQ(a.to_client(), "E(57014) Z(E)");
}

TEST_F(SnapshotReads, TellWhatTheServerSaidToTheirBegin) {
  begin_snapshot(a);
  hit(a);
  ask(a, query(kMissing));
  a.server(closed() + parsed() + error("57014") + ready('I'));
  EXPECT_EQ(a.to_client(), "");
  EXPECT_EQ(a.to_server(), sent(kBegin) + " E(_tapri_begin) S");
  a.server(begun() + error("34000") + ready('E'));
  EXPECT_EQ(a.to_server(), std::string("Q(") + kMissing + ")");
  a.server(error("25P02") + ready('E'));
  EXPECT_EQ(a.to_client(), "E(57014) Z(E)");
  a.run("rollback", "ROLLBACK");
  EXPECT_TRUE(a.hits(kSelect));
}

TEST_F(SnapshotReads, OfABatchFailInIt) {
  a.client(extended(kSelect) + sync());
  a.server(extended_result("1") + ready());
  (void)a.to_server();
  (void)a.to_client();
  begin_snapshot(a);
  a.client(extended(kSelect) + sync());
  EXPECT_EQ(a.to_client(), "1 2 T D(1) C(SELECT 1) Z(T)");
  write();
  ask(a, extended(kMissing) + sync());
  a.server(snapshot());
  fails(a, std::string("P(,") + kMissing + ") B(,) D(P) E() S");
  a.server(error("25P02") + ready('E'));
  EXPECT_EQ(a.to_client(), "E(40001) Z(E)");
}

TEST_F(SnapshotReads, AreRolledBackWhateverBecameOfThem) {
  begin_snapshot(a);
  hit(a);
  write();
  ask(a, query("rollback and chain"));
  a.server(snapshot());
  fails(a, "Q(rollback and chain)");
  a.server(complete("ROLLBACK") + ready('T'));
  EXPECT_EQ(a.to_client(), "C(ROLLBACK) Z(T)");
  a.client(query(kMissing));
  a.server(error("22012") + ready('E'));
  EXPECT_EQ(a.to_client(), "E(22012) Z(E)") << "its own error";
}

// Whatever the client sends that the server must see waits for the snapshot.
TEST_F(SnapshotReads, AreHeldAgainstTheSnapshotBeforeAnythingIsSent) {
  for (const std::string& bytes : for_the_server()) {
    SCOPED_TRACE(bytes);
    for (const std::size_t split : {0U, 1U}) {
      World own;
      own.shared->limits.lazy_begin = true;
      own.rules.set(R"({"version": 1, "defaults": {"snapshot_reads": true}})");
      Peer other(own);
      other.miss(kSelect, "1");
      Peer c(own, split);
      begin_snapshot(c);
      hit(c);
      c.client(bytes);
      EXPECT_EQ(c.to_server(), sent(kBegin) + " " + kSnapshot);
      EXPECT_EQ(c.to_client(), "");
      c.server(snapshot());
      EXPECT_NE(c.to_server(), "");
    }
  }
}

TEST_F(SnapshotReads, AreHeldAgainstItBeforeALongMessageIsPassedOn) {
  const std::string longest(200'000 + world.shared->limits.max_statement, 'x');
  for (const std::string& bytes : {query("select '" + longest + "'"), parse("s", "select '" + longest + "'"),
                                   parse("", kOther) + bind_message("", "", {longest}),
                                   parse("", kOther) + parse("", "select '" + longest.substr(0, 70'000) + "'")}) {
    World own;
    own.shared->limits.lazy_begin = true;
    own.rules.set(R"({"version": 1, "defaults": {"snapshot_reads": true}})");
    Peer c(own);
    c.miss(kSelect, "1");
    begin_snapshot(c);
    hit(c);
    c.client(std::string_view(bytes).substr(0, bytes.size() - 1));
    EXPECT_EQ(c.to_server(), sent(kBegin) + " " + kSnapshot);
    EXPECT_FALSE(c.closed_down());
    c.server(snapshot());
    EXPECT_FALSE(c.closed_down());
  }
}

TEST_F(SnapshotReads, OfAClientThatGoesAwayAreForgotten) {
  begin_snapshot(a);
  hit(a);
  a.client(parse("", kMissing) + message('X'));
  EXPECT_EQ(a.to_server(), "X");
}

TEST_F(SnapshotReads, AreNotRememberedWithoutABound) {
  pg::SnapshotReads reads;
  coherence::InvalidationLog log;
  const auto give = [&](const cache::NewEntry& entry) {
    cache::EntryRef kept(*cache::memory::Node::make(cache::make_key("a"), entry));
    return reads.give(log, *kept);
  };
  cache::NewEntry entry;
  EXPECT_FALSE(give(entry)) << "without dependencies";
  entry.dependencies = {1};
  EXPECT_TRUE(give(entry));
  entry.dependencies.resize(pg::SnapshotReads::kMaxDependencies);
  std::iota(entry.dependencies.begin(), entry.dependencies.end(), 1);
  EXPECT_FALSE(give(entry));
  entry.dependencies.pop_back();
  EXPECT_TRUE(give(entry));
  EXPECT_TRUE(reads.hold(log));
  coherence::Footprint footprint;
  footprint.add(4000);
  log.append(footprint);
  EXPECT_FALSE(reads.hold(log));
}

}  // namespace
}  // namespace tapri::session::test
