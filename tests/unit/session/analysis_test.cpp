// What is decided about a statement before it runs.
#include "session/analysis.h"

#include <gtest/gtest.h>

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
  EXPECT_EQ(reason("select lower(id::text) from elsewhere", snapshot_.get()), "none");
  EXPECT_EQ(reason("select lower(id::text) from orders where id = 1", nullptr), "none");
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

}  // namespace
}  // namespace tapri::session
