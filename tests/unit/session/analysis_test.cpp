// What is decided about a statement before it runs.
#include "session/analysis.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "unit/session/script.h"
#include "unit/session/world.h"

namespace tapri::session {
namespace {

using namespace test;

class AnalysisTest : public testing::Test {
 protected:
  AnalysisTest() { context_.search_path = {"pg_catalog", "public"}; }

  [[nodiscard]] Analysis analyse(std::string_view sql, const catalog::Snapshot* snapshot) {
    return session::analyse({.shape = world_.analyzer->parse(sql).shape,
                             .snapshot = snapshot,
                             .context = &context_,
                             .rules = *world_.rules.current(),
                             .asker = {.upstream_database = "test/shop", .database = "shop", .user = "ann"}});
  }

  World world_;
  Context context_;
};

// A rule that gives coherence up for a TTL.

class TtlRuleTest : public AnalysisTest {
 protected:
  TtlRuleTest() {
    world_.rules.set(R"({"version": 1, "rules": [{"name": "old", "match": {}, "ttl": "1m", "coherence": "ttl"}]})");
    catalog::Snapshot::Source source = shop();
    for (const char* name : {"random", "nextval"}) {
      source.functions.push_back({"pg_catalog", name, catalog::Volatility::is_volatile});
    }
    source.relations[1].row_security = true;
    snapshot_ = catalog::Snapshot::build(std::move(source));
  }
  [[nodiscard]] std::string reason(std::string_view sql, const catalog::Snapshot* snapshot) {
    const Analysis analysis = analyse(sql, snapshot);
    EXPECT_EQ(analysis.cacheable, analysis.reason == Reason::none) << sql;
    return std::string(reason_name(analysis.reason));
  }

  std::shared_ptr<const catalog::Snapshot> snapshot_;
};

TEST_F(TtlRuleTest, GetsOverWhatTheCatalogCannotTell) {
  EXPECT_EQ(reason("select id from v_orders", snapshot_.get()), "none");
  EXPECT_EQ(reason("select lower(name) from elsewhere", snapshot_.get()), "none");
  EXPECT_EQ(reason("select lower(name) from orders where id = 1", nullptr), "none");
  EXPECT_TRUE(analyse("select id from v_orders", snapshot_.get()).dependencies.empty());
}

TEST_F(TtlRuleTest, GetsOverNothingElseThatIsMetLater) {
  for (const char* relation : {"v_orders", "elsewhere"}) {
    SCOPED_TRACE(relation);
    const auto with = [&](std::string_view column) {
      return "select " + std::string(column) + ", id from " + relation + " where id = 1";
    };
    EXPECT_EQ(reason(with("random()"), snapshot_.get()), "volatile_function");
    EXPECT_EQ(reason(with("nextval('seq')"), snapshot_.get()), "volatile_function");
    EXPECT_EQ(reason(with("price_of(id)"), snapshot_.get()), "volatile_function");
    EXPECT_EQ(reason(with("place_order()"), snapshot_.get()), "volatile_function");
    EXPECT_EQ(reason(std::string("select 1 from ") + relation + " join items on true", snapshot_.get()),
              "row_security");
    EXPECT_TRUE(analyse(with("place_order()"), snapshot_.get()).writes);
  }
}

TEST_F(TtlRuleTest, GetsOverNothingElseWithoutACatalog) {
  for (const char* call :
       {"random()", "nextval('seq')", "now()", "clock_timestamp()", "pg_advisory_lock(1)", "gen_random_uuid()",
        "txid_current()", "pg_sleep(1)", "setval('seq', 1)", "pg_catalog.random()", "pg_catalog.pg_backend_pid()"}) {
    EXPECT_EQ(reason("select " + std::string(call) + ", id from orders", nullptr), "volatile_function") << call;
  }
  EXPECT_EQ(reason("select log_it(), id from orders", nullptr), "unknown_function");
  EXPECT_EQ(reason("select app.lower('A'), id from orders", nullptr), "unknown_function");
  EXPECT_EQ(reason("select id ==> 2 from orders", nullptr), "unknown_function");
  EXPECT_EQ(reason("select name::regclass from orders", nullptr), "unknown_type");
  EXPECT_EQ(reason("select ctid from orders", nullptr), "volatile_function");
}

TEST_F(TtlRuleTest, CachesWhatARuleDeclaresDeterministic) {
  world_.rules.set(R"({"version": 1, "rules": [{"name": "old", "match": {}, "ttl": "1m", "coherence": "ttl"}],
                       "dependencies": [{"when": {"calls": "rate_of"}, "reads": [], "deterministic": true}]})");
  EXPECT_EQ(reason("select rate_of(id) from v_orders", snapshot_.get()), "none");
  EXPECT_EQ(reason("select rate_of(id) from orders", nullptr), "none");
}

TEST_F(TtlRuleTest, NeverAnswersForAFunctionThatWrites) {
  Peer first(world_);
  Peer second(world_);
  for (const bool usable : {true, false}) {
    for (const char* sql : {"select place_order(), id from v_orders", "select log_it(), id from elsewhere"}) {
      world_.catalog->usable = usable;
      first.miss(sql, "1");
      world_.catalog->usable = usable;
      EXPECT_FALSE(second.hits(sql)) << sql;
    }
  }
  EXPECT_EQ(world_.entries(), 0U);
}

// Roles.

TEST_F(AnalysisTest, EveryAnswerDependsOnTheRolesOfTheServer) {
  const auto snapshot = catalog::Snapshot::build(shop());
  const coherence::Dependency roles = coherence::roles_of("test");
  EXPECT_EQ(analyse("select 1 from orders", snapshot.get()).dependencies.back(), roles);
  EXPECT_FALSE(analyse("create table t (id int)", snapshot.get()).footprint.contains(roles));
  EXPECT_TRUE(analyse("alter role bob nosuperuser", snapshot.get()).footprint.contains(roles));
  EXPECT_TRUE(analyse("select 1; do 'begin end'", snapshot.get()).footprint.contains(roles));
}

TEST(UpstreamOf, IsWhatNamespacesHaveInCommon) {
  EXPECT_EQ(upstream_of({.upstream_database = "127.0.0.1:5432/shop", .database = "shop"}), "127.0.0.1:5432");
  EXPECT_EQ(upstream_of({.upstream_database = "/run/pg/a/b", .database = "a/b"}), "/run/pg");
  EXPECT_EQ(upstream_of({.upstream_database = "shop", .database = "shop"}), "");
  EXPECT_EQ(upstream_of({.upstream_database = "test/shop", .database = "other"}), "test/shop");
}

TEST(Roles, ChangedInOneDatabaseEndTheAnswersOfAll) {
  World world;
  const auto other = std::make_shared<FakeCatalog>("test/postgres");
  world.shared->catalog = [&](const std::string& database) { return database == "shop" ? world.catalog : other; };
  Peer bob(world);
  Peer admin(world, 0, {.user = "ann", .database = "postgres"});
  bob.miss("select c from orders", "1");
  admin.run("create table t (id int)", "CREATE TABLE");
  EXPECT_TRUE(bob.hits("select c from orders"));
  admin.client(query("alter role bob nosuperuser"));
  EXPECT_FALSE(bob.hits("select c from orders"));
  admin.server(error() + ready());
  (void)admin.to_server();
  (void)admin.to_client();
  admin.run("begin", "BEGIN", 'T');
  admin.run("revoke clerks from bob", "REVOKE ROLE", 'T');
  bob.miss("select c from items", "1");
  EXPECT_TRUE(bob.hits("select c from items"));
  admin.run("commit", "COMMIT");
  EXPECT_FALSE(bob.hits("select c from items"));
}

// What rules declare.

class DeclaredTest : public AnalysisTest {
 protected:
  // The shop with reviews, its partition reviews_2026, and ratings. Those follow a write to reviews, and items one to
  // ratings.
  DeclaredTest() {
    catalog::Snapshot::Source source = shop();
    for (const char* name : {"reviews", "reviews_2026", "ratings", "tags"}) {
      catalog::Relation relation = source.relations[2];
      relation.oid = static_cast<catalog::ObjectId>(60 + source.relations.size());
      relation.name = name;
      named_[name] = relation.oid;
      source.relations.push_back(std::move(relation));
    }
    source.inheritance = {{named_["reviews"], named_["reviews_2026"]}};
    source.foreign_keys.push_back({kPrices, named_["reviews"], {}, {}});
    snapshot_ = catalog::Snapshot::build(std::move(source));
  }
  void declare(std::string_view dependency) {
    world_.rules.set(R"({"version": 1, "dependencies": [)" + std::string(dependency) + "]}");
  }
  [[nodiscard]] bool changes(std::string_view sql, catalog::ObjectId relation) {
    const Analysis analysis = analyse(sql, snapshot_.get());
    EXPECT_FALSE(analysis.footprint.contains(coherence::all_of("test/shop"))) << sql;
    return analysis.footprint.contains(coherence::any_of("test/shop", relation));
  }

  std::map<std::string, catalog::ObjectId> named_;
  std::shared_ptr<const catalog::Snapshot> snapshot_;
};

TEST_F(DeclaredTest, WritesMatchHoweverTheTableIsReached) {
  for (const char* pattern : {"public.reviews", "reviews", "public.rev*ws"}) {
    SCOPED_TRACE(pattern);
    declare(R"({"when": {"writes": ")" + std::string(pattern) + R"("}, "also_changes": ["ratings"]})");
    EXPECT_TRUE(changes("update reviews set c = 1", named_["ratings"]));
    EXPECT_TRUE(changes("update public.reviews set c = 1", named_["ratings"]));
    EXPECT_TRUE(changes("insert into reviews_2026 values (1)", named_["ratings"])) << "a partition";
    EXPECT_TRUE(changes("delete from prices", named_["ratings"])) << "a cascade";
    EXPECT_FALSE(changes("insert into prices values (1)", named_["ratings"])) << "fires no cascade";
    EXPECT_FALSE(changes("update orders set c = 1", named_["ratings"]));
    EXPECT_FALSE(analyse("select 1 from reviews", snapshot_.get()).writes);
  }
  declare(R"({"when": {"writes": "app.reviews"}, "also_changes": ["ratings"]})");
  EXPECT_FALSE(changes("update reviews set c = 1", named_["ratings"]));
}

TEST_F(DeclaredTest, WritesBringAboutOneAnother) {
  declare(R"({"when": {"writes": "public.ratings"}, "also_changes": ["tags"]},
             {"when": {"writes": "public.reviews"}, "also_changes": ["ratings"]},
             {"when": {"calls": "judge"}, "changes": ["reviews"]})");
  EXPECT_TRUE(changes("update reviews set c = 1", named_["tags"]));
  EXPECT_TRUE(changes("select judge()", named_["tags"]));
}

TEST_F(DeclaredTest, CallsMatchWithoutTheirSchema) {
  declare(R"({"when": {"calls": "public.place_order"}, "changes": ["ratings"]},
             {"when": {"calls": "public.price_of"}, "reads": ["tags"], "deterministic": true},
             {"when": {"calls": "app.*"}, "changes": ["orders"]})");
  EXPECT_TRUE(changes("select place_order()", named_["ratings"]));
  EXPECT_FALSE(changes("select place_order()", kOrders));
  const Analysis analysis = analyse("select price_of(c) from prices", snapshot_.get());
  EXPECT_TRUE(analysis.cacheable) << reason_name(analysis.reason);
  EXPECT_EQ(std::ranges::count(analysis.dependencies, coherence::any_of("test/shop", named_["tags"])), 1);
}

// One that may be meant counts; it excuses nothing that another one of that name does.
TEST_F(DeclaredTest, CallsThatMayBeAnotherFunctionAreNotExcused) {
  context_.search_path = {"pg_catalog", "app", "public"};
  catalog::Snapshot::Source source = shop();
  source.functions.push_back({"app", "price_of", catalog::Volatility::is_volatile});
  source.functions.push_back({"app", "total", catalog::Volatility::immutable});
  source.functions.push_back({"public", "total", catalog::Volatility::immutable});
  snapshot_ = catalog::Snapshot::build(std::move(source));
  declare(R"({"when": {"calls": "public.price_of"}, "reads": ["orders"], "deterministic": true},
             {"when": {"calls": "public.total"}, "reads": ["orders"]})");
  EXPECT_TRUE(analyse("select price_of(c) from prices", snapshot_.get()).writes);
  for (const char* sql : {"select total(p) from prices p", "select p.total from prices p"}) {
    const Analysis analysis = analyse(sql, snapshot_.get());
    EXPECT_EQ(std::ranges::count(analysis.dependencies, coherence::any_of("test/shop", kAppOrders)), 1) << sql;
  }
}

}  // namespace
}  // namespace tapri::session
