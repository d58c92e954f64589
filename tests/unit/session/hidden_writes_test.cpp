// Reads that write: views, operators and casts that run a function which does.
#include <gtest/gtest.h>

#include "unit/session/script.h"

namespace tapri::session::test {
namespace {

// The shop with the view `audited_orders`, which logs who reads it.
catalog::Snapshot::Source audited_shop() {
  catalog::Snapshot::Source source = shop();
  source.fingerprint = "2";
  catalog::Relation view = source.relations[4];
  view.oid = 21;
  view.name = "audited_orders";
  view.read_side_effects = true;
  source.relations.push_back(std::move(view));
  return source;
}

struct HiddenWrites : testing::Test {
  HiddenWrites() { world.catalog->load(audited_shop()); }
  // What the server gets of it is answered with `answer`; whether everything counts as written.
  bool writes_everything(std::string_view messages, std::string_view answer) {
    Peer session(world);
    const auto since = world.log.position();
    session.client(messages);
    (void)session.to_server();
    EXPECT_EQ(session.to_client(), "");
    EXPECT_TRUE(world.all_dirty());
    session.server(answer);
    EXPECT_FALSE(world.all_dirty());
    return world.all_written(since);
  }
  World world;
};

TEST_F(HiddenWrites, AreSeenBehindASetInOneString) {
  EXPECT_TRUE(writes_everything(query("set statement_timeout = 0; select id from audited_orders"),
                                complete("SET") + result("1") + ready()));
}

TEST_F(HiddenWrites, AreSeenInABatchBehindASet) {
  const std::string answer = parsed() + bound() + no_data() + complete("SET") + extended_result("1") + ready();
  EXPECT_TRUE(writes_everything(extended("set search_path = app") + extended("select id from audited_orders") + sync(),
                                answer));
}

TEST_F(HiddenWrites, AreSeenWhileTheCatalogIsPending) {
  world.catalog->usable = false;
  EXPECT_TRUE(writes_everything(query("select id from audited_orders"), result("1") + ready()));
  Peer a(world);
  const auto since = world.log.position();
  a.run("begin", "BEGIN", 'T');
  a.run("select id from audited_orders", "SELECT 1", 'T');
  EXPECT_FALSE(world.all_written(since));
  a.run("commit", "COMMIT");
  EXPECT_TRUE(world.all_written(since));
}

TEST_F(HiddenWrites, LeaveTheSettingsOfOtherReadsShared) {
  Peer a(world), b(world);
  a.run("set statement_timeout = 0; select id from audited_orders", "SELECT 1");
  a.miss("select c from orders", "1");
  EXPECT_TRUE(b.hits("select c from orders"));
}

TEST_F(HiddenWrites, AreSeenInTheFirstStatementOfASession) {
  catalog::Snapshot::Source source = shop();
  catalog::Routine arrow;
  arrow.schema = "public";
  arrow.name = "==>";
  source.operators.push_back(arrow);
  world.catalog->load(std::move(source));
  EXPECT_TRUE(writes_everything(query("select 1 ==> 2"), result("1") + ready()));
  world.catalog->usable = false;
  EXPECT_TRUE(writes_everything(query("select 1 ==> 2"), result("1") + ready()));
}

// Where no read can write, sessions that set something first keep their caching.
TEST(HiddenWritesNowhere, CostNothing) {
  World world;
  Peer a(world), b(world), c(world);
  b.miss("select c from orders", "1");
  a.run("set statement_timeout = 0; select c::int4 from orders where o.id = 1", "SELECT 1");
  a.client(extended("set search_path = app") + extended("select c from items") + sync());
  (void)a.to_server();
  EXPECT_TRUE(b.hits("select c from orders"));
  world.catalog->usable = false;
  c.run("select c from v_orders", "SELECT 1");
  world.catalog->usable = true;
  EXPECT_TRUE(b.hits("select c from orders"));
}

TEST_F(HiddenWrites, OfAReadThatMetAnotherSchemaCountAtItsEnd) {
  world.catalog->load(shop());
  Peer a(world), b(world);
  a.client(query("select id from v_orders"));  // waits for a lock, while it becomes a view that logs
  world.catalog->load(audited_shop());
  b.miss("select c from orders", "1");
  ASSERT_TRUE(b.hits("select c from orders"));
  a.server(result("1") + ready());
  EXPECT_FALSE(b.hits("select c from orders"));
}

TEST_F(HiddenWrites, OfATransactionThatMetAnotherSchemaCountFromItsCommitOn) {
  world.catalog->usable = false;
  world.catalog->load(shop());
  Peer a(world), b(world);
  a.run("begin", "BEGIN", 'T');
  a.run("select id from audited_orders", "SELECT 1", 'T');
  world.catalog->load(audited_shop());
  b.miss("select c from orders", "1");
  ASSERT_TRUE(b.hits("select c from orders"));
  a.client(query("commit"));
  EXPECT_TRUE(world.all_dirty());
  a.server(complete("COMMIT") + ready());
  EXPECT_FALSE(b.hits("select c from orders"));
}

TEST_F(HiddenWrites, OfATransactionThatMetAnotherSchemaEndWithItsRollback) {
  world.catalog->load(shop());
  Peer a(world), b(world);
  a.run("begin", "BEGIN", 'T');
  a.run("select id from v_orders", "SELECT 1", 'T');
  world.catalog->load(audited_shop());
  b.miss("select c from orders", "1");
  a.run("rollback", "ROLLBACK");
  EXPECT_TRUE(b.hits("select c from orders"));
  a.run("select 1", "SELECT 1");
  EXPECT_TRUE(b.hits("select c from orders"));
}

// What was analysed while the catalog was pending is analysed anew once more is known.
TEST(AnalyzerTest, DoesNotTakeAnOldGuessForANewOne) {
  World world;
  const ParsedText text = world.analyzer->parse("select id from audited_orders");
  const ContextRef context = world.contexts.intern("x", {.user = "ann", .search_path = {"public"}});
  const Asker asker{.upstream_database = "test/shop", .database = "shop", .user = "ann"};
  world.catalog->usable = false;
  const AnalysisRef before = world.analyzer->analyse(text.shape, context, asker, *world.catalog);
  EXPECT_FALSE(before->writes);
  world.catalog->load(audited_shop());
  world.catalog->usable = false;
  EXPECT_FALSE(world.analyzer->current(*before, *world.catalog));
  EXPECT_TRUE(world.analyzer->analyse(text.shape, context, asker, *world.catalog)->writes);
}

}  // namespace
}  // namespace tapri::session::test
