#include "app/known_statements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/mysql/facts.h"
#include "sql/mysql/shape.h"
#include "sql/pg/facts.h"
#include "sql/pg/shape.h"

namespace tapri::app {
namespace {

using testing::ElementsAre;

std::vector<std::string> shapes_in(std::string_view sql) {
  std::vector<std::string> shapes;
  for (const KnownStatement& statement : statements_in(sql, Language{})) shapes.push_back(statement.shape->text());
  return shapes;
}

TEST(StatementsIn, AreSeparatedBySemicolonsOrLineBreaks) {
  EXPECT_THAT(shapes_in("SELECT a\n  FROM t;\n-- a comment\nSELECT b FROM t\n  WHERE c = 1;"),
              ElementsAre("SELECT a FROM t", "SELECT b FROM t WHERE c = ?"));
  EXPECT_THAT(shapes_in("SELECT a FROM t\n\n-- a comment\nSELECT b FROM t\nDELETE FROM t WHERE x = 'a;b'\n"),
              ElementsAre("SELECT a FROM t", "SELECT b FROM t", "DELETE FROM t WHERE x = ?"));
  EXPECT_THAT(shapes_in(""), ElementsAre());
  EXPECT_THAT(shapes_in("no sql\nat all"), ElementsAre("no sql\nat all"));
}

TEST(StatementsIn, CountOncePerShape) {
  EXPECT_THAT(shapes_in("SELECT a FROM t WHERE b = 1; SELECT a FROM t WHERE b = 2"),
              ElementsAre("SELECT a FROM t WHERE b = ?"));
}

// What is made of a shape has that shape and the facts of the statement that it came from.
TEST(StatementOfShape, HasItsShapeAndItsFacts) {
  for (const std::string_view sql :
       {"SELECT a FROM t WHERE b = 1 AND c = 'x' LIMIT 10 OFFSET 5",
        "SELECT CAST(a AS varchar(10)), b::timestamp(3), interval '1' day, DATE '2026-01-01' FROM t",
        "SELECT a FROM t WHERE b = -5 AND c IN (1, 2, -3) AND d = E'\\'x' AND e = B'101' AND f = x'ff'",
        "SELECT a ? 'k', b ?| ARRAY['x'], \"odd?name\", 'now'::date FROM t FETCH FIRST 3 ROWS ONLY",
        "/* tapri: ttl=30s */ SELECT a[1], numeric '1.5', c::numeric(10, 2) FROM t ORDER BY 1",
        "SELECT extract('year' from a), substring(b from 1 for 2) FROM t WHERE c LIKE '%' ESCAPE '!'",
        "INSERT INTO t VALUES (1, 'a', 2.5), (2, 'b', $1)", "UPDATE t SET a = 1 WHERE b = 'c'",
        "SELECT a FROM t TABLESAMPLE SYSTEM (10)", "SELECT current_timestamp(3), a FROM t"}) {
    std::string shape;
    std::string literals;
    ASSERT_TRUE(sql::pg::lift_literals(sql, shape, literals)) << sql;
    const std::string made = statement_of_shape(shape, Protocol::postgres);
    std::string again;
    ASSERT_TRUE(sql::pg::lift_literals(made, again, literals)) << made;
    EXPECT_EQ(again, shape);
    EXPECT_EQ(sql::pg::extract_facts(made).statements, sql::pg::extract_facts(sql).statements) << made;
  }
}

TEST(StatementOfShape, HasItsShapeAndItsFactsInMysql) {
  sql::mysql::Dialect ansi;
  ansi.ansi_quotes = true;
  ansi.strict = false;
  for (const auto& [sql, dialect] : std::vector<std::pair<std::string, sql::mysql::Dialect>>{
           {"SELECT a FROM t WHERE b = 1 AND c = \"x\" AND d = ? LIMIT 5, 10", {}},
           {"SELECT `odd?name`, @v, 'a' 'b', -5, X'1f', _utf8'x' FROM t ORDER BY 1", {}},
           {"SELECT CAST(a AS char(10)), date '2026-01-01' + INTERVAL 1 DAY, current_timestamp(3) FROM t", {}},
           {"SELECT \"a\" FROM \"t?\" WHERE b = 'c'", ansi},
           {"/* tapri: ttl=30s */ SELECT /*+ MAX_EXECUTION_TIME(5) */ substring(a FROM 1 FOR 2) FROM t", ansi},
           {"INSERT INTO t VALUES (1, 'a', 2.5), (2, 'b', ?) ON DUPLICATE KEY UPDATE a = VALUES(a) + 1", {}},
           {"UPDATE t SET a = 1 WHERE b IN ('c', 2)", {}}}) {
    std::string shape;
    std::string literals;
    ASSERT_TRUE(sql::mysql::lift_literals(sql, dialect, shape, literals)) << sql;
    const std::string made = statement_of_shape(shape, Protocol::mysql);
    ASSERT_EQ(sql::mysql::dialect_of(shape), dialect);
    std::string again;
    ASSERT_TRUE(sql::mysql::lift_literals(made, dialect, again, literals)) << made;
    EXPECT_EQ(again, shape);
    EXPECT_EQ(sql::mysql::extract_facts(made, dialect).statements, sql::mysql::extract_facts(sql, dialect).statements)
        << made;
  }
}

TEST(StatementsInMysql, AreReadAsMysql) {
  const auto known =
      statements_in("SELECT `a;b` FROM t WHERE c = \"x\"; DELETE FROM t # all\n;", Language{Protocol::mysql});
  ASSERT_EQ(known.size(), 2U);
  EXPECT_EQ(known[0].shape->text(), "SELECT `a;b` FROM t WHERE c = ?");
  EXPECT_EQ(known[1].shape->facts().statements.at(0).verb, sql::Verb::delete_rows);
}

TEST(StatementsOfShapes, SayWhoseLanguageTheyAreIn) {
  const std::string json =
      R"({"shapes": [{"text": "SELECT `a` FROM t WHERE b = ?", "protocol": "mysql"}, {"text": "SELECT `a` FROM t"}]})";
  const auto known = statements_of_shapes(json);
  ASSERT_TRUE(known) << known.error().message;
  EXPECT_EQ(known->at(0).shape->protocol(), Protocol::mysql);
  EXPECT_EQ(known->at(0).shape->facts().statements.at(0).verb, sql::Verb::select);
  EXPECT_EQ(known->at(1).shape->facts().statements.at(0).verb, sql::Verb::not_understood);
  EXPECT_EQ(statements_of_shapes(json, Protocol::mysql)->at(1).shape->facts().statements.at(0).verb, sql::Verb::select);
  EXPECT_FALSE(statements_of_shapes(R"({"shapes": [{"text": "SELECT 1", "protocol": "oracle"}]})"));
}

TEST(StatementsOfShapes, ReadWhatTheApiAnswers) {
  const auto known = statements_of_shapes(
      R"({"shapes": [{"text": "SELECT a FROM t WHERE b = ?", "calls": 3, "reason": "none"}, {"text": "SET x = 1"}]})");
  ASSERT_TRUE(known) << known.error().message;
  ASSERT_EQ(known->size(), 2U);
  EXPECT_EQ(known->at(0).calls, 3U);
  EXPECT_EQ(known->at(0).shape->text(), "SELECT a FROM t WHERE b = ?");
  EXPECT_EQ(known->at(0).shape->facts().statements.at(0).reads.at(0).name, "t");
  EXPECT_EQ(known->at(1).shape->facts().statements.at(0).verb, sql::Verb::set);
}

TEST(StatementsOfShapes, RefuseAnythingElse) {
  for (const std::string& json :
       {std::string(), std::string("7"), std::string("[]"), std::string("{"), std::string(R"({"shapes": [7]})"),
        std::string(R"({"shapes": [{"text": 1}]})"), std::string(R"({"shapes": {}})"), std::string(1000, '[')}) {
    EXPECT_FALSE(statements_of_shapes(json)) << json;
  }
}

}  // namespace
}  // namespace tapri::app
