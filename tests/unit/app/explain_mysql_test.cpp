// What explanations say of statements of MySQL and MariaDB.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <json/json.h>

#include <memory>
#include <sstream>

#include "app/advice.h"
#include "app/explain.h"
#include "app/explained_upstream.h"
#include "catalog/snapshot.h"

namespace tapri::app {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// shop.products <- shop.reviews (cascade); stock.products as well.
catalog::Snapshot::Source shop() {
  catalog::Snapshot::Source source;
  source.dialect = catalog::Dialect::mysql;
  source.database = "127.0.0.1:3306/";
  source.server_version = 101119;
  source.server = {.version = "10.11.19-MariaDB", .mariadb = true, .sql_mode = "STRICT_TRANS_TABLES"};
  const auto add = [&](catalog::ObjectId oid, const char* schema, const char* name) {
    catalog::Relation relation;
    relation.oid = oid;
    relation.schema = schema;
    relation.name = name;
    relation.kind = catalog::RelationKind::table;
    source.relations.push_back(relation);
  };
  add(10, "shop", "products");
  add(11, "shop", "reviews");
  add(20, "stock", "products");
  source.foreign_keys = {{10, 11, {}, {}}};
  return source;
}

class ExplainMysqlTest : public testing::Test {
 protected:
  Explanation explain_all(std::string_view sql) {
    const auto snapshot = catalog::Snapshot::build(source_);
    ExplainInput input{.sql = sql, .rules = *rules_};
    input.protocol = Protocol::mysql;
    input.snapshot = offline_ ? nullptr : snapshot.get();
    input.assume_plain_tables = offline_;
    input.search_path = {"shop"};
    input.database = "shop";
    input.precision = precision_;
    return explain(input);
  }
  ExplainedStatement one(std::string_view sql) {
    auto explanation = explain_all(sql);
    EXPECT_EQ(explanation.statements.size(), 1U) << sql;
    return explanation.statements.at(0);
  }

  catalog::Snapshot::Source source_ = shop();
  std::shared_ptr<const policy::RuleSet> rules_ = policy::default_rules();
  bool offline_ = false;
  catalog::Precision precision_ = catalog::Precision::relations;
};

TEST_F(ExplainMysqlTest, NamesAreOfTheCurrentDatabaseOrOfTheOneWritten) {
  const auto statement = one("SELECT `name` FROM products WHERE name = \"x\" LIMIT 5");
  EXPECT_TRUE(statement.cacheable) << reason_name(statement.reason);
  EXPECT_EQ(statement.shape, "SELECT `name` FROM products WHERE name = ? LIMIT ?");
  EXPECT_EQ(statement.literals, 2U);
  EXPECT_EQ(statement.reads.at(0).resolved, (sql::QualifiedName{"shop", "products"}));
  EXPECT_THAT(statement.dependencies, ElementsAre("all(server)", "any(shop.products)"));
  EXPECT_THAT(one("SELECT 1 FROM stock.products").dependencies, ElementsAre("all(server)", "any(stock.products)"));
}

TEST_F(ExplainMysqlTest, WritesChangeWhatTheyReach) {
  EXPECT_THAT(one("DELETE FROM products").footprint, ElementsAre("any(shop.products)", "any(shop.reviews)"));
  EXPECT_THAT(one("REPLACE INTO stock.products VALUES (1)").footprint, ElementsAre("any(stock.products)"));
  const auto role = one("CREATE USER u");
  EXPECT_THAT(role.footprint, ElementsAre("all(server)", "roles"));
  EXPECT_TRUE(one("SET @a = 1").changes_session);
}

TEST_F(ExplainMysqlTest, KeysShowTheirValues) {
  precision_ = catalog::Precision::rows;
  catalog::Column id;
  id.name = "id";
  id.type = catalog::ColumnType::integer;
  source_.relations[0].columns = {id};
  source_.unique_keys = {{10, {"id"}, true}};
  EXPECT_THAT(one("SELECT name FROM products WHERE id IN (7, '8', -9)").dependencies,
              ElementsAre("all(server)", "inserted(shop.products.id)", "key(shop.products.id = 7 | '8' | -9)",
                          "unkeyed(shop.products.id)"));
  EXPECT_THAT(one("SELECT name FROM products WHERE id = ?").dependencies,
              ElementsAre("all(server)", "inserted(shop.products.id)", "key(shop.products.id = $1)",
                          "unkeyed(shop.products.id)"));
  EXPECT_THAT(one("DELETE FROM products WHERE id = 7").footprint, Contains("key(shop.products.id = 7)"));
  const auto odd = one("SELECT name FROM products WHERE id = 7.0");
  EXPECT_THAT(odd.dependencies, ElementsAre("all(server)", "any(shop.products)"));
  EXPECT_EQ(odd.unkeyed, "7.0 is no plain value of shop.products.id");
}

TEST_F(ExplainMysqlTest, TheServersSettingsSayHowTextsAreRead) {
  source_.server.sql_mode = "ANSI_QUOTES,STRICT_TRANS_TABLES";
  const auto statement = one("SELECT name FROM \"products\" WHERE name = 'x'");
  EXPECT_TRUE(statement.cacheable) << reason_name(statement.reason);
  EXPECT_EQ(statement.shape, "/* mode: ansi_quotes */ SELECT name FROM \"products\" WHERE name = ?");
  source_.server.version = "9.7.0";
  EXPECT_EQ(one("SELECT 1 /*M!100000 FROM nobody */ FROM products").reads.size(), 1U);
}

TEST_F(ExplainMysqlTest, AFunctionIsNamedAndAdviceIsOfMysql) {
  const auto function = one("SELECT abs(id), rand() FROM products");
  EXPECT_EQ(function.reason, Reason::volatile_function);
  EXPECT_EQ(function.detail, "rand");
  EXPECT_THAT(std::string(function.advice), Not(HasSubstr("IMMUTABLE")));
  const auto odd = one("no such thing");
  EXPECT_EQ(odd.reason, Reason::not_understood);
  EXPECT_THAT(std::string(odd.advice), HasSubstr("MariaDB"));
  // As /api/v1/shapes shows it.
  EXPECT_EQ(odd.shape, "(not understood) no such thing");
}

TEST_F(ExplainMysqlTest, SeveralStatementsArePartedAsTheServerDoes) {
  const auto explanation =
      explain_all("SELECT 1 FROM products; -- a;b\nDELETE FROM `a;b`; SELECT 'x\\';' FROM reviews");
  ASSERT_EQ(explanation.statements.size(), 3U);
  EXPECT_EQ(explanation.statements[2].reads.at(0).resolved, (sql::QualifiedName{"shop", "reviews"}));
}

TEST_F(ExplainMysqlTest, OfflineRelationsAreTakenForPlainTables) {
  offline_ = true;
  const auto explanation = explain_all("SELECT lower(name) FROM anything JOIN other.y USING (id)");
  const auto& statement = explanation.statements.at(0);
  EXPECT_TRUE(statement.cacheable) << reason_name(statement.reason) << " " << statement.detail;
  EXPECT_THAT(statement.dependencies, ElementsAre("all(server)", "any(other.y)", "any(shop.anything)"));
  EXPECT_THAT(explanation_text(explanation, false), HasSubstr("MySQL and MariaDB"));
  EXPECT_EQ(one("SELECT 1 FROM INFORMATION_SCHEMA.tables").reason, Reason::system_relation);
  EXPECT_EQ(one("SELECT price_of(1) FROM t").reason, Reason::unknown_function);
}

TEST_F(ExplainMysqlTest, TextAndJsonSayWhatItIsReadBy) {
  const auto explanation = explain_all("SELECT 1 FROM products");
  const std::string text = explanation_text(explanation, false);
  EXPECT_THAT(text, HasSubstr("As the catalog of the server (10.11.19-MariaDB) says: current database shop."));
  Json::Value out;
  std::istringstream in(explanation_json(explanation));
  ASSERT_NO_THROW(in >> out);
  EXPECT_EQ(out["protocol"], "mysql");
  EXPECT_EQ(out["server_version"], "10.11.19-MariaDB");
  EXPECT_EQ(out["sql_mode"], "STRICT_TRANS_TABLES");
  EXPECT_EQ(out["search_path"][0], "shop");
}

TEST(AdviceOfMysql, IsThereForEveryReason) {
  for (std::size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    const std::string_view text = advice(reason, false, Protocol::mysql);
    EXPECT_EQ(text.empty(), reason == Reason::none) << reason_name(reason);
    for (const char* other : {"PostgreSQL", "search_path", "DISCARD", "client_encoding", "set_config"}) {
      EXPECT_THAT(std::string(text), Not(HasSubstr(other))) << reason_name(reason);
    }
  }
}

std::vector<config::Upstream> upstreams(std::initializer_list<const char*> urls) {
  std::vector<config::Upstream> out;
  for (const char* url : urls) out.push_back(config::parse_upstream(url).value());
  return out;
}

TEST(ExplainedUpstream, IsTheOneOfThatDatabaseAndProtocol) {
  const auto all = upstreams({"postgres://me@a/shop", "mysql://me@b", "mysql://me@b/shop", "postgres://me@c"});
  EXPECT_EQ(explained_upstream(all, {}, ""), 0U);
  EXPECT_EQ(explained_upstream(all, {}, "shop"), 0U);
  EXPECT_EQ(explained_upstream(all, {}, "me"), 3U);
  EXPECT_EQ(explained_upstream(all, {}, "nowhere"), 0U);
  EXPECT_EQ(explained_upstream(all, Protocol::mysql, ""), 1U);
  EXPECT_EQ(explained_upstream(all, Protocol::mysql, "shop"), 2U);
  EXPECT_EQ(explained_upstream(upstreams({"postgres://a/b"}), Protocol::mysql, "b"), std::nullopt);
  EXPECT_EQ(explained_upstream({}, {}, ""), std::nullopt);
}

}  // namespace
}  // namespace tapri::app
