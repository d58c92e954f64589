// Statements that were prepared some time ago: whether the server has them, and what they mean to it.
#include <gtest/gtest.h>

#include "unit/session/script.h"

namespace tapri::session::test {
namespace {

constexpr const char* kSelect = "select c from orders where id = 1";
constexpr const char* kUpdate = "update orders set c = 2";

struct Prepared : ::testing::Test {
  void prepare(Peer& peer, const std::string& name, const std::string& sql) {
    peer.client(parse(name, sql) + sync());
    peer.server(parsed() + ready());
    (void)peer.to_server();
    (void)peer.to_client();
  }
  void run(Peer& peer, const std::string& name, const std::string& value) {
    peer.client(prepared(name) + sync());
    ASSERT_NE(peer.to_server(), "");
    peer.server(bound() + row(value) + complete("SELECT 1") + ready());
    (void)peer.to_client();
  }
  bool hits(Peer& peer, const std::string& name) {
    peer.client(prepared(name) + sync());
    const bool asked = !peer.to_server().empty();
    if (asked) peer.server(bound() + row("?") + complete("SELECT 1") + ready());
    (void)peer.to_client();
    return !asked;
  }
  static catalog::Snapshot::Source with_shadow() {
    catalog::Snapshot::Source source = shop();
    source.relations.push_back({.oid = 41, .schema = "app", .name = "prices", .kind = catalog::RelationKind::table});
    return source;
  }
  void change_schema(catalog::Snapshot::Source source) {
    world.catalog->load(std::move(source));
    coherence::Footprint everything;
    everything.add(coherence::all_of(world.catalog->name_space()));
    world.log.append(everything);
  }
  World world;
  Peer a{world}, b{world};
};

TEST_F(Prepared, IsKnownToTheServerAtOnceAndHitsWithoutIt) {
  prepare(a, "s", kSelect);
  run(a, "s", "1");
  a.client(prepared("s") + sync());
  EXPECT_EQ(a.to_server(), "");
  EXPECT_EQ(a.to_client(), "2 D(1) C(SELECT 1) Z(I)");
}

TEST_F(Prepared, ParseThatMayBeSkippedIsWaitedFor) {
  a.miss("select c from prices", "p");  // the context is known
  a.client(parse("bad", "select c from nowhere") + parse("", kSelect) + sync());
  a.client(bind_message("", "") + execute() + sync());
  EXPECT_EQ(a.to_server(), "P(bad,select c from nowhere) P(,select c from orders where id = 1) S");
  a.server(error("42P01") + ready());
  a.resume();
  EXPECT_EQ(a.to_server(), "B(,) E() S");
  a.server(bound() + row("rows of another statement") + complete("SELECT 1") + ready());
  EXPECT_EQ(world.entries(), 1U) << "only what the first statement read";
  EXPECT_FALSE(b.hits(kSelect));
}

TEST_F(Prepared, WriteBehindAParseThatWasSkippedIsAWriteToEverything) {
  a.miss("select c from prices", "p");
  const auto since = world.log.position();
  a.client(parse("bad", "select c from nowhere") + parse("s", kSelect) + sync() + prepared("s") + sync());
  a.server(error("42P01") + ready());
  a.resume();
  a.server(bound() + complete("UPDATE 1") + ready());
  EXPECT_TRUE(world.all_written(since)) << "who knows what s is";
}

TEST_F(Prepared, ParseThatSucceedsIsWaitedForAndUsed) {
  a.miss("select c from prices", "p");
  a.client(parse("s", kSelect) + sync() + prepared("s") + sync());
  a.server(parsed() + ready());
  a.resume();
  a.server(bound() + row("1") + complete("SELECT 1") + ready());
  EXPECT_EQ(a.to_client(), "1 Z(I) 2 D(1) C(SELECT 1) Z(I)");
  EXPECT_EQ(world.entries(), 2U);
}

TEST_F(Prepared, ExecutionsOfAnOldStatementArePipelined) {
  prepare(a, "s", kUpdate);
  a.client(prepared("s") + sync() + prepared("s") + sync());
  EXPECT_EQ(a.to_server(), "B(,s) E() S B(,s) E() S");
}

TEST_F(Prepared, PortalBoundInARoundThatMayBeSkippedIsWaitedFor) {
  prepare(a, "s", kSelect);
  a.run("begin", "BEGIN", 'T');
  a.client(parse("bad", "select c from nowhere") + bind_message("p", "s") + sync() + execute("p") + sync());
  EXPECT_EQ(a.to_server(), "P(bad,select c from nowhere) B(p,s) S");
  a.server(error("42P01") + ready('E'));
  a.resume();
  EXPECT_EQ(a.to_server(), "E(p) S");
}

TEST_F(Prepared, NameThatANewRelationTakesMakesWritesUnknown) {
  a.settings["search_path"] = "app\1public\1pg_catalog";
  prepare(a, "s", "update prices set c = 1");
  const auto since = world.log.position();
  a.client(prepared("s") + sync());
  a.server(bound() + complete("UPDATE 1") + ready());
  EXPECT_TRUE(world.written(kPrices, since));
  EXPECT_FALSE(world.all_written(since));
  change_schema(with_shadow());
  const auto later = world.log.position();
  a.client(prepared("s") + sync());
  a.server(bound() + complete("UPDATE 1") + ready());
  EXPECT_TRUE(world.all_written(later)) << "the server keeps to the relation that it found";
}

TEST_F(Prepared, NameThatANewRelationTakesEndsCachingUntilPreparedAnew) {
  a.settings["search_path"] = "app\1public\1pg_catalog";
  prepare(a, "s", "select c from prices");
  run(a, "s", "1");
  EXPECT_TRUE(hits(a, "s"));
  change_schema(with_shadow());
  for (int time = 0; time < 3; ++time) EXPECT_FALSE(hits(a, "s"));
  EXPECT_EQ(world.bypassed(Reason::prepared_before_change), 3U);
  prepare(a, "t", "select c from prices");
  run(a, "t", "2");
  EXPECT_TRUE(hits(a, "t"));
}

TEST_F(Prepared, AfterAChangeOfTheSchemaTheServerIsAskedOnce) {
  prepare(a, "s", kSelect);
  run(a, "s", "1");
  prepare(b, "s", kSelect);
  EXPECT_TRUE(hits(b, "s"));
  change_schema(shop());
  run(a, "s", "2");
  EXPECT_TRUE(hits(a, "s"));
  b.client(prepared("s") + sync());
  EXPECT_EQ(b.to_server(), "B(,s) E() S") << "the result's type may have changed: that is for the server to refuse";
  b.server(error("0A000") + ready());
  EXPECT_EQ(b.to_client(), "E(0A000) Z(I)");
}

TEST_F(Prepared, UnderOtherSettingsIsNeitherServedNorKept) {
  const std::string sql = "select c from orders where c = '2024-01-01'";
  prepare(a, "s", sql);
  run(a, "s", "utc");
  a.settings["TimeZone"] = "Asia/Kolkata";
  a.run("set timezone = 'Asia/Kolkata'", "SET");
  run(a, "s", "still utc's constant");
  EXPECT_FALSE(hits(a, "s"));
  EXPECT_EQ(world.entries(), 1U);
  prepare(a, "t", sql);
  run(a, "t", "kolkata");
  EXPECT_EQ(world.entries(), 2U);
  a.settings.erase("TimeZone");
  a.run("set timezone = 'UTC'", "SET");
  EXPECT_TRUE(hits(a, "s")) << "back to what it was prepared under";
  EXPECT_FALSE(hits(a, "t"));
}

TEST_F(Prepared, SearchPathIsLookedAtAgainByTheServer) {
  prepare(a, "s", "update orders set c = 1");
  a.settings["search_path"] = "app\1pg_catalog";
  a.run("set search_path = app", "SET");
  const auto since = world.log.position();
  a.client(prepared("s") + sync());
  a.server(bound() + complete("UPDATE 1") + ready());
  EXPECT_TRUE(world.written(kAppOrders, since));
  EXPECT_FALSE(world.all_written(since));
}

TEST_F(Prepared, ArgumentsOfExecuteMayWriteAndSet) {
  a.run("prepare p as select c from orders where id = $1", "PREPARE");
  const auto since = world.log.position();
  a.run("execute p(1)", "SELECT 1");
  EXPECT_FALSE(world.all_written(since));
  a.run("execute p(place_order(1))", "SELECT 1");
  EXPECT_TRUE(world.all_written(since));
  a.run("execute p(set_config('search_path', 'app', false))", "SELECT 1");
  const int probes = a.probes;
  (void)a.hits(kSelect);
  EXPECT_EQ(a.probes, probes + 1);
}

TEST_F(Prepared, DiscardOfOtherThingsLeavesStatements) {
  prepare(a, "s", kSelect);
  run(a, "s", "1");
  a.run("discard temp", "DISCARD TEMP");
  a.run("discard sequences", "DISCARD SEQUENCES");
  EXPECT_TRUE(hits(a, "s"));
}

TEST_F(Prepared, DdlIsNotMixedWithStatementsThatItDoesNotName) {
  prepare(a, "s", "select d from orders");
  a.client(extended("create temp table x (c int)") + sync());
  EXPECT_EQ(a.to_server(), "P(,create temp table x (c int)) B(,) D(P) E() S");
}

TEST_F(Prepared, FetchFromAPortalOfAWriteIsAWrite) {
  b.miss(kSelect, "1");
  prepare(a, "s", "update orders set c = 2 returning c");
  a.run("begin", "BEGIN", 'T');
  a.client(bind_message("p", "s") + sync());
  a.server(bound() + ready('T'));
  (void)a.to_server();
  (void)a.to_client();
  a.run("fetch all from p", "FETCH 1", 'T');
  a.run("commit", "COMMIT");
  EXPECT_FALSE(b.hits(kSelect));
}

TEST_F(Prepared, FetchFromACursorThatSetsSomethingIsFollowed) {
  a.run("begin", "BEGIN", 'T');
  a.run("declare c cursor for select set_config('search_path', 'app', true)", "DECLARE CURSOR", 'T');
  a.status = 'T';
  (void)a.hits(kSelect);
  const int probes = a.probes;
  a.run("fetch c", "FETCH 1", 'T');
  a.settings["search_path"] = "app\1pg_catalog";
  a.client(query(kSelect));
  EXPECT_EQ(a.probes, probes + 1);
}

TEST_F(Prepared, ParseThatWasSkippedIsNotBroughtBackByARemovalThatWasToo) {
  prepare(b, "s", kSelect);
  run(b, "s", "1");
  a.miss("select c from prices", "p");
  a.client(execute("p") + parse("s", kSelect) + query("deallocate all") + sync());
  a.server(error("34000") + ready());
  (void)a.to_server();
  EXPECT_FALSE(hits(a, "s"));
}

TEST_F(Prepared, ApplicationNameIsLookedAtAgain) {
  world.rules.set(
      R"({"version": 1, "rules": [{"name": "reports", "match": {"application": "report"}, "action": "bypass"}]})");
  prepare(a, "s", kSelect);
  run(a, "s", "1");
  EXPECT_TRUE(hits(a, "s"));
  a.client(query("set application_name = 'report'"));
  a.server(complete("SET") + parameter("application_name", "report") + ready());
  (void)a.to_server();
  EXPECT_FALSE(hits(a, "s"));
}

}  // namespace
}  // namespace tapri::session::test
