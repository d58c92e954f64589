// What is known without a database must not be more than what is so.
#include "app/offline_catalog.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "app/offline_names.h"
#include "catalog/builtins.h"
#include "catalog/resolve.h"
#include "sql/pg/facts.h"

namespace tapri::app {
namespace {

const std::vector<std::string> kPath = {"pg_catalog", "public"};

catalog::Resolution resolve(std::string_view sql, const OfflineSchema& schema) {
  const auto snapshot = offline_snapshot(schema);
  return catalog::resolve(sql::pg::extract_facts(sql).statements.front(), snapshot.get(), "", kPath);
}

OfflineSchema shop() {
  return {.database = "shop", .tables = {{"public", "products"}, {"public", "orders"}, {"app", "orders"}}};
}

TEST(OfflineNames, AreSortedUniqueAndInOneListOnly) {
  std::set<std::string_view> seen;
  for (const auto names : {immutable_functions(), stable_functions(), volatile_functions()}) {
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
    for (const std::string_view name : names) EXPECT_TRUE(seen.insert(name).second) << name;
  }
  for (const std::string_view name : functions_that_take_a_row()) EXPECT_TRUE(seen.contains(name)) << name;
}

TEST(OfflineNames, AgreeWithWhatIsKnownToDependOnMore) {
  const auto immutable = immutable_functions();
  for (const std::string_view name : {"now", "random", "age", "nextval", "current_user", "pg_sleep", "txid_current",
                                      "clock_timestamp", "current_setting", "set_config", "timezone"}) {
    EXPECT_FALSE(std::binary_search(immutable.begin(), immutable.end(), name)) << name;
  }
  for (const std::string_view name : immutable) EXPECT_FALSE(catalog::runs_anything(name)) << name;
}

TEST(OfflineCatalog, ResolvesWhatPostgresItselfBrings) {
  for (const std::string_view sql :
       {"SELECT name FROM products WHERE id = 5", "SELECT count(*), sum(price), max(lower(name)) FROM products",
        "SELECT id::text, '2026-01-01'::date FROM products WHERE id = ANY ('{1,2}'::int[])",
        "SELECT to_char(at, 'YYYY') FROM products p WHERE p.name LIKE 'a%' AND tags @> '{\"a\":1}'::jsonb",
        "SELECT row_number() OVER (ORDER BY id), coalesce(name, ''), jsonb_agg(x) FROM products"}) {
    const auto resolution = resolve(sql, shop());
    EXPECT_EQ(resolution.obstacle, Reason::none) << sql << ": " << resolution.detail;
    EXPECT_FALSE(resolution.writes) << sql;
  }
}

TEST(OfflineCatalog, LetsInNothingThatChanges) {
  EXPECT_EQ(resolve("SELECT random() FROM products", shop()).obstacle, Reason::volatile_function);
  EXPECT_EQ(resolve("SELECT now() FROM products", shop()).obstacle, Reason::volatile_function);
  EXPECT_EQ(resolve("SELECT age(at) FROM products", shop()).obstacle, Reason::volatile_function);
  EXPECT_EQ(resolve("SELECT f(1) FROM products", shop()).obstacle, Reason::unknown_function);
  EXPECT_TRUE(resolve("SELECT f(1) FROM products", shop()).writes);
  EXPECT_EQ(resolve("SELECT a <<<< 1 FROM products", shop()).obstacle, Reason::unknown_function);
  EXPECT_EQ(resolve("SELECT id::mood FROM products", shop()).obstacle, Reason::unknown_type);
  EXPECT_EQ(resolve("SELECT id::regclass FROM products", shop()).obstacle, Reason::unknown_type);
  EXPECT_EQ(resolve("SELECT 1 FROM nobody", shop()).obstacle, Reason::unknown_relation);
  EXPECT_EQ(resolve("SELECT relname FROM pg_class", shop()).obstacle, Reason::system_relation);
  EXPECT_EQ(resolve("SELECT 1 FROM information_schema.tables", shop()).obstacle, Reason::system_relation);
}

TEST(OfflineCatalog, TakesGivenFunctionsInPlaceOfBuiltInOnes) {
  OfflineSchema schema = shop();
  schema.functions = {{{"public", "price_of"}, policy::CaseVolatility::immutable},
                      {{"public", "place_order"}, policy::CaseVolatility::is_volatile},
                      {{"pg_catalog", "random"}, policy::CaseVolatility::immutable}};
  EXPECT_EQ(resolve("SELECT price_of(id) FROM products", schema).obstacle, Reason::none);
  EXPECT_EQ(resolve("SELECT place_order(id) FROM products", schema).obstacle, Reason::volatile_function);
  EXPECT_EQ(resolve("SELECT random() FROM products", schema).obstacle, Reason::none);
}

TEST(OfflineCatalog, FindsATableInItsSchemaOnly) {
  const auto tables = resolve("SELECT 1 FROM orders, app.orders", shop()).tables;
  EXPECT_EQ(tables, (std::vector<sql::QualifiedName>{{"public", "orders"}, {"app", "orders"}}));
}

TEST(AssumedTables, AreWhatIsReadAndWrittenAndNotTheServersOwn) {
  const auto facts = sql::pg::extract_facts(
      "WITH x AS (DELETE FROM app.old RETURNING 1) SELECT * FROM products, x, pg_class, information_schema.tables, "
      "pg_temp.mine");
  const auto rules = policy::parse_rules(
      R"({"version": 1, "dependencies": [{"when": {"writes": "orders"}, "also_changes": ["stats", "bi.days"]}]})", "r");
  ASSERT_TRUE(rules);
  const auto plain = policy::default_rules();
  EXPECT_EQ(assumed_tables(facts, *plain, Protocol::postgres, kPath),
            (std::vector<sql::QualifiedName>{{"public", "products"}, {"app", "old"}}));
  EXPECT_EQ(assumed_tables(sql::pg::extract_facts("SELECT 1 FROM t"), *plain, Protocol::postgres,
                           std::vector<std::string>{"pg_catalog"}),
            std::vector<sql::QualifiedName>{});
  EXPECT_EQ(assumed_tables(sql::pg::extract_facts("COMMIT"), **rules, Protocol::postgres, kPath),
            (std::vector<sql::QualifiedName>{{"public", "stats"}, {"bi", "days"}}));
}

}  // namespace
}  // namespace tapri::app
