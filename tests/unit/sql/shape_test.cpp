#include "sql/pg/shape.h"

#include <gtest/gtest.h>

#include "sql/pg/facts.h"
#include "unit/sql/case_file.h"
#include "unit/sql/shape_reader.h"

namespace tapri::sql::pg {
namespace {

struct Lifted {
  bool lifted = false;
  std::string shape;
  std::vector<std::string> literals;
  std::string bytes;
  friend bool operator==(const Lifted&, const Lifted&) = default;
};

Lifted lift(std::string_view sql) {
  Lifted result;
  result.shape = "left over";
  result.bytes = "left over";
  result.lifted = lift_literals(sql, result.shape, result.bytes);
  result.literals = split_literals(result.bytes).value_or(std::vector<std::string>{"malformed"});
  return result;
}

using Tokens = std::vector<std::string>;

void expect_lift(std::string_view sql, std::string_view shape, const Tokens& literals) {
  const Lifted result = lift(sql);
  EXPECT_TRUE(result.lifted) << sql;
  EXPECT_EQ(result.shape, shape);
  EXPECT_EQ(result.literals, literals) << sql;
}

void expect_kept(std::string_view sql) {
  const Lifted result = lift(sql);
  EXPECT_FALSE(result.lifted) << sql;
  EXPECT_EQ(result.shape, sql);
  EXPECT_TRUE(result.bytes.empty());
}

TEST(Shape, StringsAndNumbers) {
  expect_lift("SELECT * FROM t WHERE id = 42", "SELECT * FROM t WHERE id = ?", {"42"});
  expect_lift("select 'it''s', '', 1.5e-3, .5, 1., 2E+10", "select ?, ?, ?, ?, ?, ?",
              {"'it''s'", "''", "1.5e-3", ".5", "1.", "2E+10"});
  expect_lift("SELECT E'a\\'b', e'\\\\', B'101', X'1F', n'x', N''", "SELECT E?, e?, B?, X?, n?, N?",
              {"'a\\'b'", "'\\\\'", "'101'", "'1F'", "'x'", "''"});
  expect_lift("SELECT $$a'b$$, $tag$ $$ $x$ $tag$, $\xc3\xa9_1$x$\xc3\xa9_1$", "SELECT ?, ?, ?",
              {"$$a'b$$", "$tag$ $$ $x$ $tag$", "$\xc3\xa9_1$x$\xc3\xa9_1$"});
  expect_lift("SELECT a[1:2], b[10]", "SELECT a[?:?], b[?]", {"1", "2", "10"});
}

TEST(Shape, NamesAndParametersStay) {
  expect_lift(
      "SELECT a1, _2, t$3, \"x ' 1 \"\"?\", \xc3\xa9"
      "5, $1, $23 FROM t4",
      "SELECT a1, _2, t$3, \"x ' 1 \"\"?\", \xc3\xa9"
      "5, $1, $23 FROM t4",
      {});
  expect_lift("SELECT $1+1,$1'x',a'y',e5", "SELECT $1+?,$1?,a?,e5", {"1", "'x'", "'y'"});
}

TEST(Shape, BlanksAndComments) {
  expect_lift(" \t SELECT\n\n a -- one 'x'\r , /* two /* 3 */ ' */ b\fFROM t  ", "SELECT a , b FROM t", {});
  expect_lift("SELECT a/**/b, 1--1\n+2", "SELECT a b, ? +?", {"1", "2"});
  expect_lift("SELECT 1 - -1, 2+/*x*/-3, 4*-- 5\n6", "SELECT ? - -?, ?+ -?, ?* ?", {"1", "1", "2", "3", "4", "6"});
  expect_lift("/* c */ -- d\n(/*e*/(SELECT 1))", "( (SELECT ?))", {"1"});
}

TEST(Shape, EveryVerbThatIsLifted) {
  expect_lift("VALUES (1)", "VALUES (?)", {"1"});
  expect_lift("table t", "table t", {});
  expect_lift("WITH x AS (SELECT 1) SELECT * FROM x", "WITH x AS (SELECT ?) SELECT * FROM x", {"1"});
  expect_lift("Insert INTO t VALUES (1, 'a')", "Insert INTO t VALUES (?, ?)", {"1", "'a'"});
  expect_lift("UPDATE t SET a = 1", "UPDATE t SET a = ?", {"1"});
  expect_lift("DELETE FROM t WHERE a = 1;", "DELETE FROM t WHERE a = ?;", {"1"});
  expect_lift("MERGE INTO t USING u ON a = 1 WHEN MATCHED THEN DELETE",
              "MERGE INTO t USING u ON a = ? WHEN MATCHED THEN DELETE", {"1"});
}

TEST(Shape, OtherTextsStandAsTheyAre) {
  for (const char* sql : {"", " ", ";", "SET a = 1", "EXPLAIN SELECT 1", "selects 1", "COPY t FROM STDIN", "BEGIN",
                          "DO $$ x $$", "EXECUTE p(1)", "PREPARE p AS SELECT 1", "/* only */", "(", "1", "'x'"}) {
    expect_kept(sql);
  }
}

TEST(Shape, UnterminatedTextsStandAsTheyAre) {
  for (const char* sql : {"SELECT 'a", "SELECT \"a", "SELECT /* a", "SELECT /* /* */", "SELECT $$a", "SELECT $x$a$y$",
                          "SELECT E'a\\'", "SELECT 'a''", "/* SELECT 1", "SELECT E'\\", "SELECT 1 'a"}) {
    expect_kept(sql);
  }
}

// Versions differ on these, or nothing reads them: 0x1F is a number from 16 on, 1_000 too, a vertical tab a blank.
TEST(Shape, DoubtfulSyntaxStandsAsItIs) {
  for (const char* sql : {"SELECT 0x1F", "SELECT 1_000", "SELECT 1a", "SELECT 1e", "SELECT 1e+", "SELECT 1..2",
                          "SELECT 1.2.3", "SELECT 1$1", "SELECT $1a", "SELECT $", "SELECT \\a", "SELECT {}",
                          "SELECT\v1", "SELECT U&'a'", "SELECT u&\"a\" FROM t", "SELECT 1from t"}) {
    expect_kept(sql);
  }
}

// The server refuses malformed characters in comments as well: two texts that differ there are not the same.
TEST(Shape, CommentsThatTheServerMayRefuseStandAsTheyAre) {
  expect_kept("SELECT 1 -- \xff");
  expect_kept("/* \xff */ SELECT 1");
  expect_kept(std::string_view("SELECT 1 /* \0 */", 16));
  expect_kept(std::string_view("SELECT '\0'", 10));
}

// Strings join across line breaks, and an E string hands its escapes on to what it is joined with.
TEST(Shape, StringsThatMayJoinStandAsTheyAre) {
  for (const char* sql : {"SELECT 'a' 'b'", "SELECT 'a'\n'b'", "SELECT 'no' -- x\n 'w'", "SELECT E'a'\n'\\''",
                          "SELECT 'a' /* \n */ 'b'", "SELECT B'0''1'"}) {
    expect_kept(sql);
  }
  expect_lift("SELECT 'a', 'b'", "SELECT ?, ?", {"'a'", "'b'"});
  expect_lift("SELECT 'a'\nE'b'", "SELECT ? E?", {"'a'", "'b'"});
}

// What the second statement sets, names or runs may hang on its literals.
TEST(Shape, SeveralStatementsStandAsTheyAre) {
  expect_kept("SELECT 1; SELECT 2");
  expect_kept("SELECT 1;;");
  expect_kept("SELECT 1; COMMIT PREPARED 'x'");
  expect_lift("SELECT 1 ; -- done", "SELECT ? ;", {"1"});
}

// What is a literal in one text must not be an operator in the other.
TEST(Shape, QuestionMarksAreNoLiterals) {
  expect_lift("SELECT a ? 'x' b", "SELECT a \\? ? b", {"'x'", ""});
  expect_lift("SELECT a 'x' ? b", "SELECT a ? \\? b", {"'x'", ""});
  expect_lift("SELECT a ?| b, c?&d, e @? '$.x'", "SELECT a \\?| b, c\\?&d, e @\\? ?", {"'$.x'", ""});
  EXPECT_NE(lift("SELECT a ? b"), lift("SELECT a 5 b"));
  EXPECT_NE(lift("SELECT a ? 'x'").shape, lift("SELECT a 5 'x'").shape);
  // No statement reads so; yet it is another text than the first one.
  EXPECT_EQ(lift("SELECT a \\? b").shape, lift("SELECT a ? b").shape);
  EXPECT_NE(lift("SELECT a \\? b").bytes, lift("SELECT a ? b").bytes);
}

TEST(Shape, VolatileLiteralsOfReadsStay) {
  expect_lift("SELECT * FROM t WHERE d > 'now' AND a = 'x'", "SELECT * FROM t WHERE d > 'now' AND a = ?", {"'x'"});
  expect_lift("SELECT E'today', $$Tomorrow$$, $a$ yesterday$a$", "SELECT E'today', $$Tomorrow$$, $a$ yesterday$a$", {});
  expect_lift("SELECT '''now', 'knowledge'", "SELECT '''now', ?", {"'knowledge'"});
  // Escapes may spell or part a word.
  expect_lift("SELECT E'n\\157w', E'a\\nnow', E'\\x6eow', E'n\\ow', E'a\\\\now'",
              "SELECT E'n\\157w', E'a\\nnow', E'\\x6eow', E'n\\ow', E'a\\\\now'", {});
  expect_lift("SELECT E'a\\\\b', E'it\\'s'", "SELECT E?, E?", {"'a\\\\b'", "'it\\'s'"});
  // What is written is never answered from the cache: a text that says "now" need not make a shape of its own.
  expect_lift("INSERT INTO t VALUES ('now', E'a\\nnow', E'\\xff')", "INSERT INTO t VALUES (?, E?, E'\\xff')",
              {"'now'", "'a\\nnow'"});
}

// Facts would differ by what is lifted.
TEST(Shape, LiteralsOnWhichFactsDependStay) {
  expect_kept("SELECT set_config('role', 'bob', false)");
  expect_kept("SELECT pg_catalog.\"set_config\"('a', 'b', true)");
  expect_kept("SELECT SET_CONFIG('role', 'bob', false)");
  expect_lift("SELECT -5, - 'x', -(5), -(('x')), a - 'y', b -'z'", "SELECT -?, - 'x', -(?), -(('x')), a - 'y', b -'z'",
              {"5", "5"});
  expect_lift("SELECT a::float(24), b::float (53), float '1', c(24)",
              "SELECT a::float(24), b::float (53), float ?, c(?)", {"'1'", "24"});
}

TEST(Shape, Hints) {
  expect_lift("/* tapri: ttl=30s */ SELECT 1", "/* tapri: ttl=30s */ SELECT ?", {"1"});
  expect_lift("  -- x\n /* other */ /*tapri:  bypass\t*/ /* y */SELECT 1", "/* tapri: bypass */ SELECT ?", {"1"});
  expect_lift("SELECT /* tapri: bypass */ 1", "SELECT ?", {"1"});
  expect_lift("/* tapri: */ SELECT 1", "SELECT ?", {"1"});
  expect_lift("/* tapri: a /* b */ */ SELECT 1", "SELECT ?", {"1"});
  EXPECT_EQ(hint_of("/* tapri: ttl=30s */ SELECT ?"), "ttl=30s");
  EXPECT_EQ(hint_of("SELECT ? /* tapri: ttl=30s */"), "");
  EXPECT_EQ(hint_of("\n/* x */ /* tapri: bypass */ SET a = 1"), "bypass");
  for (const char* none : {"", "/*", "/* tapri:", "/**/", "/*/", "-- tapri: bypass\nSELECT ?", "/* tapri */"}) {
    EXPECT_EQ(hint_of(none), "") << none;
  }
}

TEST(Shape, BuffersAreReplacedAndReused) {
  std::string shape(10'000, 'x');
  std::string literals(10'000, 'x');
  const std::size_t capacity = shape.capacity();
  ASSERT_TRUE(lift_literals("SELECT 1", shape, literals));
  EXPECT_EQ(shape, "SELECT ?");
  EXPECT_EQ(literals, std::string("\1\0\0\0", 4) + "1");
  EXPECT_EQ(shape.capacity(), capacity);
  ASSERT_FALSE(lift_literals("SET a = 1", shape, literals));
  EXPECT_TRUE(literals.empty());
}

// A dollar sign behind a dollar-quoted string starts the next token, not a word.
TEST(Shape, DollarQuotedStringsMayTouch) {
  expect_lift("SELECT $r$now$r$$$today$$, $a$1$a$$$2$$", "SELECT $r$now$r$$$today$$, ??", {"$a$1$a$", "$$2$$"});
  const Lifted result = lift("SELECT $r$now ' $r$$$today '$$, $r$now$r$E'a\\nnow\\''");
  EXPECT_EQ(read_back(result.shape, result.bytes), result.shape);
}

// Every case of the case files, read back from its shape, means the same.
TEST(Shape, ReadingBackKeepsTheFacts) {
  std::size_t lifted = 0;
  for (const Case& item : read_cases(std::string(TAPRI_SOURCE_DIR) + "/tests/unit/sql/cases")) {
    const Lifted result = lift(item.sql);
    if (!result.lifted) continue;
    ++lifted;
    const auto text = read_back(result.shape, result.bytes);
    ASSERT_TRUE(text) << item.sql;
    EXPECT_EQ(to_text(extract_facts(*text)), item.expected) << *text;
    EXPECT_EQ(lift(*text), result);
  }
  EXPECT_GE(lifted, 150U);
}

}  // namespace
}  // namespace tapri::sql::pg
