#include "app/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <json/json.h>

#include <memory>
#include <sstream>

#include "app/advice.h"
#include "catalog/snapshot.h"

namespace tapri::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// products <- reviews (cascade); measures with a partition; v_products, a view.
std::shared_ptr<const catalog::Snapshot> shop() {
  catalog::Snapshot::Source source;
  source.database = "127.0.0.1:5432/shop";
  const auto add = [&](catalog::ObjectId oid, const char* schema, const char* name, catalog::RelationKind kind) {
    catalog::Relation relation;
    relation.oid = oid;
    relation.schema = schema;
    relation.name = name;
    relation.kind = kind;
    source.relations.push_back(relation);
  };
  add(10, "public", "products", catalog::RelationKind::table);
  add(11, "public", "reviews", catalog::RelationKind::table);
  add(20, "public", "measures", catalog::RelationKind::partitioned);
  add(21, "public", "measures_2026", catalog::RelationKind::table);
  add(30, "public", "v_products", catalog::RelationKind::view);
  add(40, "app", "products", catalog::RelationKind::table);
  source.foreign_keys = {{10, 11, {}, {}}};
  source.inheritance = {{20, 21}};
  source.operators = {{"pg_catalog", "=", catalog::Volatility::immutable}};
  source.functions = {{"pg_catalog", "random", catalog::Volatility::is_volatile}};
  return catalog::Snapshot::build(std::move(source));
}

std::shared_ptr<const policy::RuleSet> rules(const std::string& text) {
  const auto parsed = policy::parse_rules(text, "rules.json");
  if (!parsed) throw std::runtime_error(parsed.error().message);
  return *parsed;
}

class ExplainTest : public testing::Test {
 protected:
  Explanation explain_all(std::string_view sql) {
    ExplainInput input{.sql = sql, .rules = *rules_};
    input.snapshot = offline_ ? nullptr : snapshot_.get();
    input.assume_plain_tables = assume_;
    input.search_path = path_;
    input.user = "app";
    input.database = "shop";
    return explain(input);
  }
  ExplainedStatement one(std::string_view sql) {
    auto explanation = explain_all(sql);
    EXPECT_EQ(explanation.statements.size(), 1U) << sql;
    return explanation.statements.at(0);
  }

  std::shared_ptr<const catalog::Snapshot> snapshot_ = shop();
  std::shared_ptr<const policy::RuleSet> rules_ = policy::default_rules();
  std::vector<std::string> path_ = {"pg_catalog", "public"};
  bool offline_ = false;
  bool assume_ = false;
};

TEST_F(ExplainTest, ACacheableReadDependsOnWhatItReads) {
  const auto statement = one("SELECT name FROM products WHERE id = 7");
  EXPECT_TRUE(statement.cacheable);
  EXPECT_EQ(statement.reason, Reason::none);
  EXPECT_EQ(statement.facts.verb, sql::Verb::select);
  EXPECT_EQ(statement.shape, "SELECT name FROM products WHERE id = ?");
  EXPECT_EQ(statement.literals, 1U);
  ASSERT_EQ(statement.reads.size(), 1U);
  EXPECT_EQ(statement.reads[0].written, (sql::QualifiedName{"", "products"}));
  EXPECT_EQ(statement.reads[0].resolved, (sql::QualifiedName{"public", "products"}));
  EXPECT_THAT(statement.dependencies, ElementsAre("all(shop)", "any(public.products)"));
  EXPECT_THAT(statement.footprint, IsEmpty());
  EXPECT_EQ(statement.rule, "defaults");
  EXPECT_THAT(std::string(statement.advice), IsEmpty());
}

TEST_F(ExplainTest, TheSearchPathDecidesWhichRelationIsMeant) {
  path_ = {"pg_catalog", "app", "public"};
  EXPECT_THAT(one("SELECT 1 FROM products").dependencies, ElementsAre("all(shop)", "any(app.products)"));
  EXPECT_THAT(one("SELECT 1 FROM public.products").dependencies, ElementsAre("all(shop)", "any(public.products)"));
}

TEST_F(ExplainTest, AWriteShowsWhatItChangesCascadesIncluded) {
  const auto statement = one("DELETE FROM products WHERE id = 7");
  EXPECT_FALSE(statement.cacheable);
  EXPECT_EQ(statement.reason, Reason::not_a_read);
  EXPECT_THAT(statement.footprint, ElementsAre("any(public.products)", "any(public.reviews)"));
  EXPECT_THAT(statement.dependencies, IsEmpty());
  EXPECT_TRUE(statement.writes_rows);
  EXPECT_FALSE(statement.changes_catalog);
  EXPECT_EQ(statement.writes.at(0).resolved, (sql::QualifiedName{"public", "products"}));
}

TEST_F(ExplainTest, APartitionStandsForItsWholeFamily) {
  EXPECT_THAT(one("INSERT INTO measures_2026 VALUES (1)").footprint, ElementsAre("any(public.measures)"));
  EXPECT_THAT(one("SELECT 1 FROM measures_2026").dependencies, ElementsAre("all(shop)", "any(public.measures)"));
}

TEST_F(ExplainTest, WhatIsNotKnownChangesEverything) {
  const auto ddl = one("ALTER TABLE products ADD COLUMN x int");
  EXPECT_THAT(ddl.footprint, ElementsAre("all(shop)"));
  EXPECT_TRUE(ddl.changes_catalog);
  EXPECT_THAT(one("ALTER ROLE bob NOSUPERUSER").footprint, ElementsAre("all(shop)", "roles"));
  const auto setting = one("SET search_path TO app");
  EXPECT_THAT(setting.footprint, IsEmpty());
  EXPECT_TRUE(setting.changes_session);
}

TEST_F(ExplainTest, AnObstacleNamesWhatItIsAboutAndWhatCanBeDone) {
  const auto function = one("SELECT random() FROM products");
  EXPECT_EQ(function.reason, Reason::volatile_function);
  EXPECT_EQ(function.detail, "random");
  EXPECT_THAT(std::string(function.advice), HasSubstr("dependencies"));
  EXPECT_THAT(function.dependencies, IsEmpty());
  const auto view = one("SELECT 1 FROM v_products");
  EXPECT_EQ(view.reason, Reason::view);
  EXPECT_EQ(view.detail, "public.v_products");
  const auto unknown = one("SELECT 1 FROM nobody");
  EXPECT_EQ(unknown.reason, Reason::unknown_relation);
  EXPECT_FALSE(unknown.reads.at(0).resolved);
}

TEST_F(ExplainTest, RulesDecide) {
  rules_ = rules(R"({"version": 1, "rules": [
    {"name": "money", "match": {"tables": ["reviews"]}, "action": "bypass"},
    {"name": "old is fine", "match": {"tables": ["v_products"]}, "ttl": "1m", "coherence": "ttl"},
    {"name": "mine", "match": {"user": "app"}, "ttl": "5s"}]})");
  const auto money = one("SELECT 1 FROM reviews");
  EXPECT_EQ(money.reason, Reason::rule_bypass);
  EXPECT_EQ(money.rule, "money (rules.json:2)");
  const auto old = one("SELECT 1 FROM v_products");
  EXPECT_TRUE(old.cacheable);
  EXPECT_THAT(old.dependencies, IsEmpty());
  EXPECT_EQ(old.verdict.coherence, policy::Coherence::ttl);
  EXPECT_EQ(one("SELECT 1 FROM products").verdict.ttl, Duration(std::chrono::seconds(5)));
}

TEST_F(ExplainTest, WhetherAnAnswerGoesToL2IsToldWhereARuleSaysSo) {
  EXPECT_THAT(explanation_text(explain_all("SELECT 1 FROM products"), false), Not(HasSubstr("to L2")));
  rules_ = rules(R"({"version": 1, "rules": [
    {"name": "mine", "match": {"tables": ["reviews"]}, "l2": {"enabled": false}},
    {"name": "small", "l2": {"store": "at_eviction", "max_size": "64KiB", "max_rate": "100/s"}}]})");
  EXPECT_THAT(explanation_text(explain_all("SELECT 1 FROM reviews"), false), HasSubstr("to L2         no\n"));
  EXPECT_THAT(explanation_text(explain_all("SELECT 1 FROM products"), false),
              HasSubstr("to L2         yes, when evicted, up to 65536 bytes, at most 100/s\n"));
}

TEST_F(ExplainTest, SeveralStatementsAreExplainedOneByOne) {
  const auto explanation = explain_all("SELECT 1 FROM products; DELETE FROM reviews; SELECT ';'");
  ASSERT_EQ(explanation.statements.size(), 3U);
  EXPECT_EQ(explanation.statements[0].text, "SELECT 1 FROM products");
  EXPECT_TRUE(explanation.statements[0].cacheable);
  EXPECT_EQ(explanation.statements[1].reason, Reason::not_a_read);
  EXPECT_EQ(explanation.statements[2].reason, Reason::no_relation);
  EXPECT_THAT(explanation_text(explanation, false), HasSubstr("multiple_statements"));
}

// Else its fingerprint would not be the one that /api/v1/shapes shows.
TEST_F(ExplainTest, ASingleStatementKeepsItsSemicolon) {
  EXPECT_EQ(one("SELECT 1 FROM products;").shape, "SELECT ? FROM products;");
}

TEST_F(ExplainTest, WithoutACatalogNothingIsCachedByItself) {
  offline_ = true;
  const auto statement = one("SELECT name FROM products WHERE id = 7");
  EXPECT_EQ(statement.reason, Reason::catalog_unavailable);
  EXPECT_FALSE(statement.reads.at(0).resolved);
  EXPECT_THAT(one("UPDATE products SET name = ''").footprint, ElementsAre("all(shop)"));
}

TEST_F(ExplainTest, OfflineRelationsAreTakenForPlainTables) {
  offline_ = assume_ = true;
  const auto explanation = explain_all("SELECT name FROM products p JOIN x.y ON y.id = p.id WHERE lower(name) = 'a'");
  const auto& statement = explanation.statements.at(0);
  EXPECT_TRUE(statement.cacheable) << reason_name(statement.reason) << " " << statement.detail;
  EXPECT_THAT(statement.dependencies, ElementsAre("all(shop)", "any(public.products)", "any(x.y)"));
  EXPECT_EQ(explanation.known_from, KnownFrom::assumption);
  EXPECT_THAT(explanation_text(explanation, false), HasSubstr("plain table"));
  const auto unknown = one("SELECT price_of(1) FROM products");
  EXPECT_EQ(unknown.reason, Reason::unknown_function);
  EXPECT_THAT(std::string(unknown.advice), HasSubstr("--upstream"));
}

TEST_F(ExplainTest, HostileTextsHarmNobody) {
  const std::string nul("SELECT '\0' FROM t", 17);
  for (const std::string& sql : {std::string(), std::string(";;"), nul, std::string("\xff\xfe\x1b[31m"),
                                 "SELECT " + std::string(100'000, '('), std::string(2'000'000, 'x')}) {
    const auto explanation = explain_all(sql);
    ASSERT_EQ(explanation.statements.size(), 1U);
    EXPECT_FALSE(explanation.statements[0].cacheable);
    EXPECT_THAT(explanation_text(explanation, false), Not(HasSubstr("\x1b")));
    Json::Value parsed;
    std::istringstream in(explanation_json(explanation));
    EXPECT_NO_THROW(in >> parsed);
  }
  EXPECT_EQ(one(std::string(2'000'000, 'x')).reason, Reason::too_large);
}

TEST_F(ExplainTest, TheTextSaysItAll) {
  const auto explanation = explain_all("SELECT name FROM products WHERE id = 7");
  const std::string text = explanation_text(explanation, false);
  for (const char* part :
       {"search_path pg_catalog, public, user app", "\nSELECT name FROM products WHERE id = 7\n",
        "  cached        yes\n", "  rule          defaults\n", "ttl           10m",
        "depends on    all(shop), any(public.products)\n", "reads         products -> public.products\n",
        "shape         SELECT name FROM products WHERE id = ?\n", ", 1 literal\n"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(explanation_text(explanation, true), HasSubstr("\x1b[32myes"));
  const std::string no = explanation_text(explain_all("SELECT random() FROM products"), false);
  EXPECT_THAT(no, HasSubstr("cached        no, volatile_function: random\n"));
  EXPECT_THAT(no, HasSubstr("what to do"));
}

TEST_F(ExplainTest, TheJsonSaysItAll) {
  Json::Value out;
  std::istringstream in(explanation_json(explain_all("SELECT name FROM products WHERE id = 7; DELETE FROM reviews")));
  ASSERT_NO_THROW(in >> out);
  EXPECT_EQ(out["catalog"], "database");
  EXPECT_EQ(out["user"], "app");
  const Json::Value& read = out["statements"][0];
  EXPECT_EQ(read["verb"], "select");
  EXPECT_EQ(read["reads"][0]["written"], "products");
  EXPECT_EQ(read["reads"][0]["resolved"], "public.products");
  EXPECT_EQ(read["fingerprint"].asString().size(), 16U);
  EXPECT_EQ(read["literals"], 1);
  EXPECT_EQ(read["cacheable"], true);
  EXPECT_EQ(read["reason"], "none");
  EXPECT_EQ(read["verdict"]["rule"], "defaults");
  EXPECT_EQ(read["verdict"]["ttl_seconds"], 600.0);
  EXPECT_EQ(read["verdict"]["l2"]["enabled"], true);
  EXPECT_EQ(read["verdict"]["l2"]["store"], "at_once");
  EXPECT_TRUE(read["verdict"]["l2"]["max_size_bytes"].isNull());
  EXPECT_EQ(read["dependencies"][1], "any(public.products)");
  const Json::Value& write = out["statements"][1];
  EXPECT_EQ(write["reason"], "not_a_read");
  EXPECT_EQ(write["footprint"][0], "any(public.reviews)");
}

TEST(Advice, IsThereForEveryReason) {
  for (std::size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_EQ(advice(reason, false).empty(), reason == Reason::none) << reason_name(reason);
    EXPECT_EQ(advice(reason, true).empty(), reason == Reason::none) << reason_name(reason);
  }
}

}  // namespace
}  // namespace tapri::app
