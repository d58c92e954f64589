// Statements made to hurt: each must come back, on a small stack, as facts that are safe.
#include <gtest/gtest.h>

#include <thread>

#include "sql/pg/facts.h"
#include "sql/pg/routine_body.h"
#include "sql/pg/shape.h"
#include "support/hostile_text.h"
#include "unit/sql/case_file.h"

namespace tapri::sql::pg {
namespace {

using test::kMegabyte;
using test::nested;
using test::on_small_stack;
using test::repeated;

StatementFacts only(const std::string& sql) {
  Facts facts = extract_facts(sql);
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
    lift_literals(sql, shape, literals);
  });
}

TEST(Hostile, MegabytesOfNesting) {
  for (const char* part : {"(",          "[",      "- ",   "NOT ",  "+",        "@ ", "~", "1+", "1||", "a.b[", "f(",
                           "CASE WHEN ", "ARRAY[", "ROW(", "CAST(", "(SELECT ", "/*", "'", "\"", "a=",  "x::a "}) {
    expect_denied(repeated("SELECT ", part, "1"));
    expect_denied(repeated("SELECT * FROM ", part, "t"));
  }
}

// The parser's scanner takes quadratic time for these: an hour for a megabyte, if it were asked.
TEST(Hostile, RunsThatCostTheScannerDearAreNotScanned) {
  for (const char* part : {"+", "-+", "*-", "/*", "/**/", "+/**/", "/*+", "E'a'\n'\\'' ++"}) {
    const std::string run = repeated("", part, "");
    expect_denied("SELECT " + run);
    expect_denied("SELECT E'a'\n'\\'' " + run);
    expect_denied("SELECT $a$ ' $a$ /* ' */ \"'\" " + run);
  }
}

TEST(Hostile, LongRunsInQuotesAndCommentsAreHarmless) {
  const std::string run(kMegabyte / 4, '+');
  const std::string stars(kMegabyte / 4, '*');
  for (const std::string& sql : {"SELECT a FROM t WHERE b = '" + run + "'", "SELECT \"" + run + "\" FROM t",
                                 "SELECT a FROM t WHERE b = $x$" + run + "/*$x$", "/" + stars + "/ SELECT a FROM t",
                                 "--" + run + "\nSELECT a FROM t", "SELECT a FROM t WHERE b = E'\\'" + run + "'",
                                 "/* " + repeated("", "/ /* */", "", 1000) + " */ SELECT a FROM t"}) {
    EXPECT_EQ(only(sql).obstacle, Reason::none) << sql.substr(0, 40);
  }
  EXPECT_EQ(only("SELECT a ||/*x*/+-b /*y*//*z*/ FROM t").obstacle, Reason::none);
}

TEST(Hostile, BalancedNestingBeyondTheLimitIsTooDeep) {
  const std::string sums = repeated("SELECT 1", "+1", "");
  const std::string unions = repeated("SELECT 1", " UNION SELECT 1", "");
  const std::string joins = repeated("SELECT * FROM t", " CROSS JOIN t", "");
  const std::vector<std::string> texts = {
      sums,
      unions,
      joins,
      nested("SELECT ", "NOT ", "a", "", 2000),
      nested("SELECT ", "f(", "1", ")", 2000),
      nested("SELECT ", "CASE WHEN a THEN ", "1", " END", 1000),
      nested("SELECT ", "(SELECT ", "1", ")", 900),
      nested("SELECT * FROM ", "(SELECT * FROM ", "t", ") x", 900),
      nested("SELECT ", "ARRAY[", "1", "]", 2000),
      nested("SELECT ", "ROW(", "1", ")", 2000),
      nested("", "WITH x AS (", "SELECT 1", ") SELECT 1", 900),
      nested("UPDATE t SET a = ", "f(", "1", ")", 2000),
      nested("EXPLAIN ANALYZE SELECT ", "f(", "1", ")", 2000),
      nested("CREATE TABLE x AS SELECT ", "f(", "1", ")", 2000),
      nested("SELECT a", "[a", "", "]", 2000),
  };
  for (const std::string& sql : texts) {
    expect_denied(sql);
    EXPECT_EQ(only(sql).obstacle, Reason::too_deep) << sql.substr(0, 60);
  }
}

TEST(Hostile, DepthLimitIsExact) {
  Limits limits;
  limits.max_depth = 10;
  std::size_t deepest = 0;
  for (std::size_t depth = 1; depth < 20; ++depth) {
    const auto facts = extract_facts(nested("SELECT ", "f(", "1", ")", depth), limits).statements.front();
    if (facts.verb == Verb::select) deepest = depth;
    EXPECT_EQ(facts.verb == Verb::select, depth == deepest) << depth;
  }
  EXPECT_EQ(deepest, 6U);  // statement, query, target, six calls, the constant
}

TEST(Hostile, NestingWithinReasonIsUnderstood) {
  EXPECT_EQ(only(nested("SELECT ", "(", "a", ") FROM t", 1)).obstacle, Reason::none);
  EXPECT_EQ(only(nested("SELECT * FROM t WHERE a = ", "(", "1", ")", 3000)).obstacle, Reason::none);
  EXPECT_EQ(only(nested("SELECT a FROM t WHERE b = ", "f(", "1", ")", 300)).obstacle, Reason::none);
}

TEST(Hostile, LongFlatTextsAreUnderstood) {
  EXPECT_EQ(only(repeated("SELECT a FROM t WHERE a IN (1", ",1", ")")).obstacle, Reason::none);
  EXPECT_EQ(only(repeated("SELECT a FROM t WHERE a = 1", " OR a = 1", "")).obstacle, Reason::none);
  EXPECT_EQ(only(repeated("SELECT a FROM t WHERE NOT b", " AND NOT b", "")).obstacle, Reason::none);
  EXPECT_EQ(only(repeated("SELECT a", ",a", " FROM t")).obstacle, Reason::none);
  EXPECT_EQ(only(repeated("INSERT INTO t VALUES (1)", ",(1)", "")).verb, Verb::insert);
  EXPECT_EQ(only(repeated("SELECT a FROM t WHERE b = '", "x", "'")).obstacle, Reason::none);
  const auto names = only(repeated("SELECT a FROM t", ",t", ""));
  EXPECT_EQ(names.reads.size(), 1U);
}

TEST(Hostile, LengthLimitIsExact) {
  Limits limits;
  limits.max_length = 20;
  EXPECT_EQ(extract_facts("SELECT aaaa FROM tab", limits).statements.front().obstacle, Reason::none);
  const auto longer = extract_facts("SELECT aaaaa FROM tab", limits).statements.front();
  EXPECT_EQ(longer.verb, Verb::not_understood);
  EXPECT_EQ(longer.obstacle, Reason::too_large);
  EXPECT_TRUE(longer.writes_unknown && longer.drops_or_alters && longer.changes_unknown_setting);
}

TEST(Hostile, ManyCommonTablesAreTooDeep) {
  std::string sql = "WITH a0 AS (SELECT 1)";
  for (int i = 1; i < 600; ++i) sql += ", a" + std::to_string(i) + " AS (SELECT * FROM a" + std::to_string(i - 1) + ")";
  EXPECT_EQ(only(sql + " SELECT * FROM a599").obstacle, Reason::too_deep);
}

TEST(Hostile, ManyStatementsAreTooLarge) {
  EXPECT_EQ(extract_facts(repeated("", "SELECT 1;", "", std::size_t{9} * 10'000)).statements.size(), 10'000U);
  EXPECT_EQ(only(repeated("", "SELECT 1;", "", std::size_t{9} * 10'001)).obstacle, Reason::too_large);
}

// The parser reads C strings: what follows a NUL byte would not be seen.
TEST(Hostile, NulByteIsNotUnderstood) {
  EXPECT_EQ(only(std::string("SELECT 1\0; DELETE FROM t", 24)).verb, Verb::not_understood);
  EXPECT_EQ(only(std::string("\0", 1)).verb, Verb::not_understood);
}

TEST(Hostile, AnyByteAnywhere) {
  std::string shape;
  std::string literals;
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    for (const std::string& sql : {std::string(1, c), "SELECT " + std::string(1, c), "SELECT a" + std::string(1, c),
                                   "SELECT 1" + std::string(1, c) + "1 FROM t", "SELECT '" + std::string(1, c),
                                   "SELECT E'\\" + std::string(1, c), "SELECT $" + std::string(1, c)}) {
      EXPECT_FALSE(extract_facts(sql).statements.empty());
      if (!lift_literals(sql, shape, literals)) {
        EXPECT_EQ(shape, sql);
        EXPECT_TRUE(literals.empty());
      }
    }
  }
}

TEST(Hostile, ThreadsDoNotDisturbEachOther) {
  const std::vector<std::string> texts = {"SELECT a FROM t WHERE b = 1", "DELETE FROM u", "SELEC",
                                          "WITH x AS (SELECT * FROM v) SELECT * FROM x",
                                          nested("SELECT ", "f(", "1", ")", 600)};
  std::vector<std::string> expected;
  expected.reserve(texts.size());
  for (const std::string& text : texts) expected.push_back(to_text(extract_facts(text)));
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (std::size_t round = 0; round < 500; ++round) {
        const std::size_t at = round % texts.size();
        EXPECT_EQ(to_text(extract_facts(texts[at])), expected[at]);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

void expect_unknown_body(const std::string& body) {
  on_small_stack([&body] {
    EXPECT_FALSE(plpgsql_body_facts({.body = body})) << body.substr(0, 60);
    EXPECT_FALSE(sql_body_facts(body)) << body.substr(0, 60);
  });
}

TEST(Hostile, BodiesNestedTooDeeplyAreUnknown) {
  for (const char* part : {"BEGIN ", "LOOP ", "IF a THEN ", "<<l>> BEGIN ", "DECLARE x int; BEGIN ", "(", "a[", "CASE ",
                           "CASE a WHEN b THEN ", "FOR i IN 1..2 LOOP ", "'", "$x$", "/*", "+", "BEGIN x := "}) {
    expect_unknown_body(repeated("BEGIN ", part, " END"));
  }
  for (const std::size_t depth : {400U, 900U, 2000U}) {
    expect_unknown_body(nested("", "BEGIN ", "NULL; ", "END; ", depth));
    expect_unknown_body(nested("BEGIN ", "IF a THEN ", "NULL; ", "END IF; ", depth) + "END");
    expect_unknown_body(nested("BEGIN ", "LOOP ", "NULL; ", "END LOOP; ", depth) + "END");
    expect_unknown_body("BEGIN RETURN " + nested("", "f(", "1", ")", depth + 200) + "; END");
  }
}

TEST(Hostile, BodiesWithinReasonAreKnown) {
  EXPECT_TRUE(plpgsql_body_facts({.body = nested("", "BEGIN ", "NULL; ", "END; ", 100)}));
  EXPECT_TRUE(plpgsql_body_facts({.body = repeated("BEGIN ", "PERFORM f(a);", "END", 100'000)}));
  EXPECT_FALSE(plpgsql_body_facts({.body = std::string("BEGIN \0 END", 11)}));
  EXPECT_FALSE(plpgsql_body_facts({.body = repeated("BEGIN ", "PERFORM f(a);", "END", 2 * kMegabyte)}));
  // A body may hold the quotes that it is handed over in, and names may hold anything.
  EXPECT_TRUE(plpgsql_body_facts({.body = "BEGIN PERFORM $body$ $xbody$ $body$; END", .parameters = {"a\"b); DROP"}}));
}

}  // namespace
}  // namespace tapri::sql::pg
