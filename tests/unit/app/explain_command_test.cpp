#include "app/explain_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/upstream.h"
#include "support/mysql_server.h"
#include "support/postgres_server.h"
#include "terminal_script.h"

namespace tapri::app {
namespace {

using test::FakeTerminal;
using testing::HasSubstr;
using testing::IsEmpty;

ExplainOptions offline(const std::string& sql) {
  ExplainOptions options;
  options.sql = sql;
  return options;
}

TEST(ExplainCommand, ExplainsOfflineWithoutAnUpstream) {
  FakeTerminal terminal;
  EXPECT_EQ(explain_command(offline("SELECT name FROM products WHERE id = 7"), terminal.terminal()), 0);
  EXPECT_THAT(terminal.out(), HasSubstr("Offline"));
  EXPECT_THAT(terminal.out(), HasSubstr("cached        yes"));
  EXPECT_THAT(terminal.err(), IsEmpty());
}

TEST(ExplainCommand, ReadsStandardInput) {
  FakeTerminal terminal("SELECT a FROM t;\nSELECT b FROM t;\n");
  auto options = offline("-");
  options.json = true;
  EXPECT_EQ(explain_command(options, terminal.terminal()), 0);
  EXPECT_THAT(terminal.out(), HasSubstr("\"SELECT a FROM t\""));
  EXPECT_THAT(terminal.out(), HasSubstr("\"SELECT b FROM t\""));
  FakeTerminal empty(" \n");
  EXPECT_EQ(explain_command(offline("-"), empty.terminal()), 2);
}

TEST(ExplainCommand, TakesRulesAndWhoAsks) {
  FakeTerminal terminal;
  auto options = offline("SELECT balance FROM accounts WHERE id = 1");
  options.config.rules = test::shipped("sample.json");
  options.user = "app";
  options.search_path = {"$user", "public"};
  EXPECT_EQ(explain_command(options, terminal.terminal()), 0);
  EXPECT_THAT(terminal.out(), HasSubstr("no, rule_bypass"));
  EXPECT_THAT(terminal.out(), HasSubstr("money is never cached"));
  EXPECT_THAT(terminal.out(), HasSubstr("search_path pg_catalog, app, public"));
  options.config.rules = "/nowhere.json";
  FakeTerminal broken;
  EXPECT_EQ(explain_command(options, broken.terminal()), 2);
  EXPECT_THAT(broken.err(), HasSubstr("/nowhere.json"));
}

config::Upstream upstream(const std::string& url) {
  auto parsed = config::parse_upstream(url);
  if (!parsed) throw std::runtime_error(parsed.error().message);
  return *parsed;
}

TEST(ExplainCommand, AsksTheDatabase) {
  const tapri::test::PostgresServer server;
  server.run("CREATE DATABASE shop");
  server.run(
      "CREATE SCHEMA app; CREATE TABLE app.products (id int PRIMARY KEY, name text); "
      "CREATE TABLE app.reviews (product int REFERENCES app.products ON DELETE CASCADE); "
      "CREATE VIEW app.v AS SELECT 1 FROM app.products; ALTER DATABASE shop SET search_path = app, public",
      "shop");
  auto options = offline(
      "SELECT count(*) FROM products; SELECT * FROM v; SELECT random() FROM v; DELETE FROM products WHERE id = 7");
  options.config.upstreams = {upstream(server.url("postgres")), upstream(server.url("shop"))};
  options.database = "shop";
  FakeTerminal terminal;
  EXPECT_EQ(explain_command(options, terminal.terminal()), 0) << terminal.err();
  EXPECT_THAT(terminal.out(), HasSubstr("As the catalog of shop says: search_path pg_catalog, app, public"));
  EXPECT_THAT(terminal.out(), HasSubstr("depends on    all(shop), any(app.products)"));
  EXPECT_THAT(terminal.out(), HasSubstr("not by key    app.products is read without a condition `column = value`"));
  EXPECT_THAT(terminal.out(), HasSubstr("no, volatile_function: random"));
  EXPECT_THAT(terminal.out(), HasSubstr("changes       any(app.products), any(app.reviews), key(app.products.id = 7), "
                                        "key(app.reviews.product = 7)"));

  // Switched off, Tapri would know nothing of the schema either.
  options.config.control.enabled = false;
  FakeTerminal without;
  EXPECT_EQ(explain_command(options, without.terminal()), 0);
  EXPECT_THAT(without.out(), HasSubstr("no, catalog_unavailable"));
}

TEST(ExplainCommand, ReadsTextsOfMysqlOffline) {
  auto options = offline("SELECT name FROM `products` WHERE name = \"x\"");
  options.protocol = Protocol::mysql;
  FakeTerminal terminal;
  EXPECT_EQ(explain_command(options, terminal.terminal()), 0);
  EXPECT_THAT(terminal.out(), HasSubstr("Assumed: current database test"));
  EXPECT_THAT(terminal.out(), HasSubstr("cached        yes"));
  options.database = "shop";
  FakeTerminal named;
  EXPECT_EQ(explain_command(options, named.terminal()), 0);
  EXPECT_THAT(named.out(), HasSubstr("products -> shop.products"));
  options.search_path = {"public"};
  FakeTerminal path;
  EXPECT_EQ(explain_command(options, path.terminal()), 2);
  EXPECT_THAT(path.err(), HasSubstr("--database"));
  options.config.upstreams = {upstream("postgres://me@127.0.0.1:1/shop")};
  FakeTerminal other;
  EXPECT_EQ(explain_command(options, other.terminal()), 2);
  EXPECT_THAT(other.err(), HasSubstr("no upstream speaks mysql"));
}

TEST(ExplainCommand, AsksAMysqlServer) {
  const tapri::test::MysqlServer server;
  server.run(
      "CREATE DATABASE shop; CREATE USER tapri@'127.0.0.1' IDENTIFIED BY 'hush'; "
      "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, PROCESS ON *.* TO tapri@'127.0.0.1'");
  server.run(
      "CREATE TABLE products (id int PRIMARY KEY, name text); CREATE TABLE reviews (id int PRIMARY KEY, product int, "
      "FOREIGN KEY (product) REFERENCES products (id) ON DELETE CASCADE); SET GLOBAL sql_mode = 'ANSI_QUOTES'",
      "shop");
  auto options = offline(
      "SELECT count(*) FROM \"products\"; SELECT name FROM products WHERE id = 7; SELECT rand() FROM shop.reviews; "
      "DELETE FROM products WHERE id = 7");
  options.config.upstreams = {upstream("mysql://tapri:hush@127.0.0.1:" + std::to_string(server.port()) + "/shop")};
  FakeTerminal terminal;
  EXPECT_EQ(explain_command(options, terminal.terminal()), 0) << terminal.err();
  EXPECT_THAT(terminal.out(), HasSubstr("says: current database shop."));
  EXPECT_THAT(terminal.out(), HasSubstr("depends on    all(server), any(shop.products)"));
  EXPECT_THAT(terminal.out(), HasSubstr("no, volatile_function: rand"));
  EXPECT_THAT(terminal.out(),
              HasSubstr("changes       any(shop.products), any(shop.reviews), key(shop.products.id = 7)"));
  EXPECT_THAT(terminal.out(), HasSubstr("key(shop.products.id = 7), unkeyed(shop.products.id)"));

  options.config.control.enabled = false;
  FakeTerminal without;
  EXPECT_EQ(explain_command(options, without.terminal()), 0);
  EXPECT_THAT(without.out(), HasSubstr("no, catalog_unavailable"));
}

TEST(ExplainCommand, SaysWhatToDoWhereTheDatabaseCannotBeRead) {
  auto options = offline("SELECT 1");
  options.config.upstreams = {upstream("postgres://me:hush@127.0.0.1:1/shop")};
  FakeTerminal terminal;
  EXPECT_EQ(explain_command(options, terminal.terminal()), 1);
  EXPECT_THAT(terminal.err(), HasSubstr("cannot read the catalog of shop at 127.0.0.1:1"));
  EXPECT_THAT(terminal.err(), HasSubstr("credentials"));
  EXPECT_THAT(terminal.err(), testing::Not(HasSubstr("hush")));
  EXPECT_THAT(terminal.out(), IsEmpty());
}

}  // namespace
}  // namespace tapri::app
