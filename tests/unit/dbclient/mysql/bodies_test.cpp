// What is made of the definitions of triggers, routines and views.
#include "dbclient/mysql/bodies.h"

#include "unit/dbclient/mysql/schema_fixture.h"

namespace tapri::dbclient::mysql {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;
using MysqlBodiesTest = test::SchemaTest;

TEST_F(MysqlBodiesTest, TriggersOfUnknownBodiesMayDoAnything) {
  schema_.triggers = {trigger("t", "INSERT", "BEFORE", kUnknown), trigger("u", "UPDATE", "AFTER", "")};
  build();
  EXPECT_TRUE(relation("t").write_side_effects);
  EXPECT_TRUE(relation("t").rewrites_rows);
  EXPECT_TRUE(relation("u").write_side_effects);
  EXPECT_FALSE(relation("u").rewrites_rows);
}

TEST_F(MysqlBodiesTest, TriggersDoWhatTheirBodiesSay) {
  schema_.triggers = {trigger("t", "INSERT", "BEFORE", "SET NEW.a = 1"),
                      trigger("u", "DELETE", "BEFORE", "INSERT INTO t VALUES (OLD.a)")};
  build();
  for (const char* table : {"t", "u"}) {
    EXPECT_FALSE(relation(table).write_side_effects) << table;
    ASSERT_EQ(relation(table).triggers.size(), 1U);
    const auto& name = relation(table).triggers.front();
    ASSERT_EQ(snapshot_->functions(name.name).size(), 1U);
    EXPECT_NE(snapshot_->functions(name.name)[0]->body, nullptr);
  }
  EXPECT_TRUE(relation("t").rewrites_rows);
  EXPECT_FALSE(relation("u").rewrites_rows);
  EXPECT_FALSE(snapshot_->has_routines_with_effects());
}

TEST_F(MysqlBodiesTest, RoutinesDoWhatTheirBodiesSay) {
  schema_.routines = {function("F", "RETURN (SELECT max(a) FROM t)"), procedure("p", "INSERT INTO u VALUES (1)")};
  build();
  const catalog::Routine& f = *snapshot_->functions("f")[0];
  EXPECT_EQ(f.volatility, catalog::Volatility::stable);
  ASSERT_NE(f.body, nullptr);
  EXPECT_THAT(f.body->search_path, testing::Optional(ElementsAre("shop")));
  EXPECT_THAT(f.body->statements.front().reads, ElementsAre(QualifiedName{"", "t"}));
  const catalog::Routine& p = *snapshot_->functions("p")[0];
  EXPECT_EQ(p.volatility, catalog::Volatility::is_volatile);
  EXPECT_FALSE(catalog::has_unknown_effects(p));
}

TEST_F(MysqlBodiesTest, ABodyIsTrustedAsFarAsItsTextIs) {
  const auto is_known = [&](const std::string& charset, const std::string& body, const std::string& sql_mode = "") {
    schema_.routines = {procedure("p", body)};
    schema_.routines.front().body.charset = charset;
    schema_.routines.front().body.sql_mode = sql_mode;
    build();
    return snapshot_->functions("p")[0]->body != nullptr;
  };
  EXPECT_TRUE(is_known("utf8mb4", "SELECT 'é'"));
  EXPECT_TRUE(is_known("latin1", "SELECT 'e'"));
  EXPECT_FALSE(is_known("latin1", "SELECT 'é'"));
  EXPECT_FALSE(is_known("gbk", "SELECT 'e'"));
  EXPECT_TRUE(is_known("utf8mb4", R"(SELECT '\\')"));
  EXPECT_FALSE(is_known("utf8mb4", R"(SELECT '\\')", "NO_BACKSLASH_ESCAPES,ORACLE"));
  EXPECT_FALSE(is_known("utf8mb4", R"(SELECT '\\' ')"));
}

TEST_F(MysqlBodiesTest, AProcedureAndAFunctionOfOneNameAreNotToldApart) {
  schema_.routines = {function("f", "RETURN 1"), procedure("F", "SELECT 1")};
  build();
  ASSERT_EQ(snapshot_->functions("f").size(), 1U);
  EXPECT_TRUE(catalog::has_unknown_effects(*snapshot_->functions("f")[0]));
}

TEST_F(MysqlBodiesTest, ALoadableFunctionComesBeforeAStoredOneOfItsName) {
  schema_.routines = {function("f", "RETURN 1"), procedure("p", "SELECT 1")};
  schema_.loadable = {"F", "p"};
  build();
  EXPECT_TRUE(catalog::has_unknown_effects(*snapshot_->functions("f")[0]));
  EXPECT_FALSE(catalog::has_unknown_effects(*snapshot_->functions("p")[0]));
  schema_.loadable.reset();
  build();
  EXPECT_TRUE(catalog::has_unknown_effects(*snapshot_->functions("f")[0]));
}

TEST_F(MysqlBodiesTest, WherePackagesAreNamesOfRoutinesMeanNothingSure) {
  schema_.routines = {procedure("p", "SELECT 1")};
  schema_.triggers = {trigger("t", "INSERT", "AFTER", "CALL a.b()")};
  schema_.packages = true;
  build();
  EXPECT_TRUE(catalog::has_unknown_effects(*snapshot_->functions("p")[0]));
  EXPECT_TRUE(relation("t").write_side_effects);
}

TEST_F(MysqlBodiesTest, RoutinesOfUnknownBodiesMayDoAnything) {
  schema_.routines = {function("F", kUnknown), {.name = {"pg_catalog", "g"}}};
  build();
  for (const auto& [schema, name] : {std::pair("shop", "f"), {"pg_catalog", "g"}}) {
    ASSERT_EQ(snapshot_->functions(name).size(), 1U) << name;
    EXPECT_EQ(snapshot_->functions(name)[0]->schema, schema);
    EXPECT_TRUE(catalog::has_unknown_effects(*snapshot_->functions(name)[0])) << name;
  }
}

TEST_F(MysqlBodiesTest, ViewsThatCallFunctionsMayWriteWhenTheyAreRead) {
  schema_.routines = {{.name = {"shop", "Fn"}}};
  add_view("calls", "select `shop`.`fN`(1) AS `x`");
  add_view("around", "select `calls`.`x` AS `x` from `shop`.`calls`");
  add_view("column", "select `t`.`fn` AS `fn` from `shop`.`t`");
  add_view("secret", "");
  EXPECT_TRUE(build().hidden_effects().reads);
  EXPECT_NE(relation("column").definition, nullptr);
  EXPECT_TRUE(relation("calls").read_side_effects);
  EXPECT_TRUE(relation("around").read_side_effects);
  EXPECT_FALSE(relation("column").read_side_effects);
  EXPECT_TRUE(relation("secret").read_side_effects);
}

TEST_F(MysqlBodiesTest, ReadingAViewMayWriteWhereAFunctionInItDoes) {
  schema_.routines = {function("reads", "RETURN (SELECT a FROM t)"),
                      function("calls_it", "RETURN `READS`(1)"),
                      function("writes", "BEGIN INSERT INTO u VALUES (1); RETURN 1; END"),
                      function("calls_that", "RETURN writes(1)"),
                      function("loaded", "RETURN nobodys(1)"),
                      function("through", "RETURN (SELECT x FROM bad)")};
  add_view("good", "select `reads`(1) AS `a`,`shop`.`calls_it`(1) AS `b` from `shop`.`t`");
  add_view("bad", "select `writes`(1) AS `x` from `shop`.`t`");
  add_view("worse", "select `calls_that`(1) AS `x` from `shop`.`t`");
  add_view("unsure", "select `loaded`(1) AS `x` from `shop`.`t`");
  add_view("around", "select `through`(1) AS `x` from `shop`.`t`");
  build();
  EXPECT_FALSE(relation("good").read_side_effects);
  for (const char* view : {"bad", "worse", "unsure", "around"}) EXPECT_TRUE(relation(view).read_side_effects) << view;
  ASSERT_NE(relation("good").definition, nullptr);
  EXPECT_THAT(relation("good").definition->functions,
              testing::UnorderedElementsAre(QualifiedName{"shop", "reads"}, QualifiedName{"shop", "calls_it"}));
}

TEST_F(MysqlBodiesTest, ViewsOfFunctionsThatNobodyKnowsAreNotUnderstood) {
  add_view("v", "select rollup_sum_switcher(sum(`shop`.`t`.`a`)) AS `s` from `shop`.`t`");
  build();
  EXPECT_EQ(relation("v").definition, nullptr);
  EXPECT_FALSE(relation("v").read_side_effects);
}

TEST_F(MysqlBodiesTest, ViewsThatTheServerSaysAreMadeOfMoreAreNotUnderstood) {
  add_view("v", "select `shop`.`t`.`a` AS `a` from `shop`.`t`");
  schema_.usage = {{{{"shop", "v"}, {"shop", "t"}, false}}};
  build();
  EXPECT_EQ(relation("v").definition->obstacle, Reason::none);
  schema_.usage->push_back({{"shop", "v"}, {"shop", "u"}, false});
  build();
  EXPECT_EQ(relation("v").definition->obstacle, Reason::view);
}

TEST_F(MysqlBodiesTest, KeysReachThroughAViewWhereItsColumnsAreItsDefinitions) {
  add_view("v", "select `shop`.`t`.`a` AS `a`,`shop`.`t`.`b` AS `b` from `shop`.`t`");
  ColumnRow a = column("a", "int");
  ColumnRow b = column("b", "int");
  a.table = b.table = {"shop", "v"};
  a.position = 1;
  b.position = 2;
  schema_.columns = {a, b};
  build();
  EXPECT_FALSE(relation("v").definition->keys_unknown);
  // CREATE VIEW v (b, a) AS SELECT a, b
  schema_.columns[0].position = 3;
  build();
  EXPECT_TRUE(relation("v").definition->keys_unknown);
  EXPECT_THAT(relation("v").definition->levels, IsEmpty());
  EXPECT_THAT(relation("v").definition->reads, ElementsAre(QualifiedName{"shop", "t"}));
}

TEST_F(MysqlBodiesTest, ViewsAreMadeOfWhatTheServerSays) {
  add_view("v", "select what nobody understands");
  schema_.usage = {{{{"shop", "v"}, {"shop", "t"}, false}, {{"shop", "v"}, {"shop", "F"}, true}}};
  build();
  ASSERT_NE(relation("v").definition, nullptr);
  EXPECT_THAT(relation("v").definition->reads, ElementsAre(QualifiedName{"shop", "t"}));
  EXPECT_THAT(relation("v").definition->functions, ElementsAre(QualifiedName{"shop", "f"}));
  EXPECT_EQ(relation("v").definition->obstacle, Reason::view);
}

}  // namespace
}  // namespace tapri::dbclient::mysql
