// Statements made to hurt: each must come back, on a small stack, as facts that are safe.
#include <gtest/gtest.h>

#include "sql/mysql/facts.h"
#include "sql/mysql/shape.h"
#include "support/hostile_text.h"

namespace tapri::sql::mysql {
namespace {

using test::kMegabyte;
using test::nested;
using test::on_small_stack;
using test::repeated;

StatementFacts only(const std::string& sql, const Limits& limits = {}) {
  Facts facts = extract_facts(sql, {}, limits);
  EXPECT_TRUE(facts.single());
  return facts.statements.empty() ? StatementFacts() : facts.statements.front();
}

void expect_denied(const std::string& sql) {
  on_small_stack([&sql] {
    const StatementFacts facts = only(sql);
    EXPECT_EQ(facts.verb, Verb::not_understood) << sql.substr(0, 60);
    EXPECT_NE(facts.obstacle, Reason::none);
    EXPECT_TRUE(facts.writes_unknown && facts.drops_or_alters && facts.changes_session &&
                facts.changes_unknown_setting);
    std::string shape;
    std::string literals;
    lift_literals(sql, {}, shape, literals);
  });
}

TEST(MysqlHostile, NestingWithoutEnd) {
  for (const char* part : {"(",
                           "- ",
                           "NOT ",
                           "~",
                           "!",
                           "+ ",
                           "BINARY ",
                           "f(",
                           "CASE WHEN ",
                           "ROW(",
                           "CAST(",
                           "(SELECT ",
                           "EXISTS (SELECT ",
                           "/*",
                           "{d ",
                           "INTERVAL ",
                           "INTERVAL (",
                           "a IN (",
                           "@a := ",
                           "a = ALL (SELECT ",
                           "a BETWEEN ",
                           "CONVERT(",
                           "MATCH (",
                           "MATCH a AGAINST (",
                           "a LIKE ",
                           "a = ",
                           "1 + (",
                           "((SELECT 1) UNION ",
                           "a MEMBER OF (",
                           "JSON_VALUE(DEFAULT "}) {
    expect_denied(repeated("SELECT ", part, "", kMegabyte / 4));
    expect_denied(repeated("SELECT * FROM ", part, "", kMegabyte / 4));
    expect_denied(repeated("UPDATE t SET a = ", part, "", kMegabyte / 4));
  }
  for (const char* part : {"t JOIN ", "t LEFT JOIN ", "LATERAL (", "{ OJ ", "(SELECT * FROM ", "((t, "}) {
    expect_denied(repeated("SELECT * FROM ", part, "", kMegabyte / 4));
  }
  for (const char* open : {"'", "\"", "`", "/*", "/*!", "@'"})
    expect_denied(repeated(std::string("SELECT ") + open, "x", ""));
  expect_denied(repeated("", "WITH x AS (", ""));
  expect_denied(repeated("", "SET STATEMENT a = 1 FOR ", ""));
  expect_denied(repeated("", "EXPLAIN ANALYZE ", "SELECT"));
}

TEST(MysqlHostile, BalancedNestingBeyondTheLimitIsTooDeep) {
  for (const std::string& sql :
       {nested("SELECT ", "(", "1", ")", 500), nested("SELECT ", "f(", "1", ")", 500),
        nested("SELECT ", "NOT ", "a", "", 500), nested("SELECT ", "(SELECT ", "1", ")", 500),
        nested("SELECT ", "CASE WHEN a THEN ", "1", " END", 500), nested("SELECT ", "INTERVAL (", "1", ") DAY", 500),
        nested("SELECT * FROM ", "(SELECT * FROM ", "t", ") x", 500), nested("SELECT * FROM ", "(", "t", ")", 500),
        nested("", "WITH x AS (", "SELECT 1", ") SELECT 1", 500),
        nested("DELETE FROM t WHERE ", "a = (", "1", ")", 500),
        nested("INSERT INTO t VALUES (", "f(", "1", ")", 500) + ")",
        repeated("SELECT * FROM t", " LEFT JOIN t ON a", "")}) {
    expect_denied(sql);
    EXPECT_EQ(only(sql).obstacle, Reason::too_deep) << sql.substr(0, 60);
  }
}

TEST(MysqlHostile, DepthLimitIsExact) {
  Limits limits;
  limits.max_depth = 10;
  std::size_t deepest = 0;
  for (std::size_t depth = 1; depth < 20; ++depth) {
    const bool understood = only(nested("SELECT ", "f(", "1", ")", depth), limits).verb == Verb::select;
    if (understood) deepest = depth;
    EXPECT_EQ(understood, depth == deepest) << depth;
  }
  EXPECT_EQ(deepest, 3U);  // statement, query, SELECT, three times expression and call, the argument
}

TEST(MysqlHostile, LongFlatTextsAreUnderstood) {
  EXPECT_EQ(only(repeated("SELECT a FROM t WHERE a IN (1", ",100", ")")).obstacle, Reason::none);
  EXPECT_EQ(only(repeated("SELECT a FROM t WHERE a = 1", " OR a = 1", "")).obstacle, Reason::none);
  EXPECT_EQ(only(repeated("SELECT a FROM t WHERE NOT b", " AND NOT b", "")).obstacle, Reason::none);
  EXPECT_EQ(only(repeated("SELECT a", "+aa", " FROM t")).obstacle, Reason::none);
  EXPECT_EQ(only(repeated("SELECT a", ",aaaaa", " FROM t")).obstacle, Reason::none);
  EXPECT_EQ(only(repeated("INSERT INTO t VALUES (1)", ",(100)", "")).verb, Verb::insert);
  EXPECT_EQ(only(repeated("SELECT a FROM t WHERE b = '", "x", "'")).obstacle, Reason::none);
  EXPECT_EQ(only(repeated("SELECT 1 FROM t", " UNION SELECT 1 FROM t", "")).obstacle, Reason::none);
  EXPECT_EQ(only(repeated("SELECT a FROM t WHERE b = ?", " AND b = ?", "")).obstacle, Reason::none);
}

TEST(MysqlHostile, MoreNodesThanThereIsRoomForAreTooLarge) {
  EXPECT_EQ(only(repeated("SELECT a FROM t WHERE a IN (1", ",1", ")")).obstacle, Reason::too_large);
  EXPECT_EQ(only(repeated("SELECT ", "1,", "1")).obstacle, Reason::too_large);
}

TEST(MysqlHostile, LengthLimitIsExact) {
  Limits limits;
  limits.max_length = 20;
  EXPECT_EQ(only("SELECT aaaa FROM tab", limits).obstacle, Reason::none);
  EXPECT_EQ(only("SELECT aaaaa FROM tab", limits).obstacle, Reason::too_large);
}

TEST(MysqlHostile, ManyCommonTablesAreTooDeep) {
  std::string sql = "WITH a0 AS (SELECT 1)";
  for (int i = 1; i < 600; ++i) sql += ", a" + std::to_string(i) + " AS (SELECT * FROM a" + std::to_string(i - 1) + ")";
  EXPECT_EQ(only(sql + " SELECT * FROM a599").obstacle, Reason::too_deep);
}

TEST(MysqlHostile, ManyStatementsAreTooLarge) {
  EXPECT_EQ(extract_facts(repeated("", "SELECT 1;", "", std::size_t{9} * 10'000), {}).statements.size(), 10'000U);
  EXPECT_EQ(only(repeated("", "SELECT 1;", "", std::size_t{9} * 10'001)).obstacle, Reason::too_large);
}

// Of what is past the bounds of levels nothing is told apart; relations are still all named.
TEST(MysqlHostile, ManyLevelsAndItemsLoseTheirKeysOnly) {
  std::string sql = "SELECT * FROM t0";
  for (int i = 1; i < 300; ++i) sql += ", t" + std::to_string(i);
  StatementFacts facts = only(sql);
  EXPECT_TRUE(facts.keys_unknown);
  EXPECT_EQ(facts.reads.size(), 300U);
  sql = "SELECT 1 FROM t0";
  for (int i = 1; i < 300; ++i) sql += " UNION SELECT 1 FROM t" + std::to_string(i);
  facts = only(sql);
  EXPECT_TRUE(facts.keys_unknown);
  EXPECT_EQ(facts.reads.size(), 300U);
}

TEST(MysqlHostile, AnyByteAnywhere) {
  std::string shape;
  std::string literals;
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    for (const std::string& sql : {std::string(1, c), "SELECT " + std::string(1, c), "SELECT a" + std::string(1, c),
                                   "SELECT 1" + std::string(1, c) + "1 FROM t", "SELECT '" + std::string(1, c),
                                   "SELECT '\\" + std::string(1, c), "SELECT @" + std::string(1, c)}) {
      EXPECT_FALSE(extract_facts(sql, {}).statements.empty());
      EXPECT_TRUE(lift_literals(sql, {}, shape, literals) || literals.empty());
    }
  }
}

}  // namespace
}  // namespace tapri::sql::mysql
