// Shapes: what is lifted, what stays, and that shape and literals stand for one text under one dialect.
#include <gtest/gtest.h>

#include "sql/mysql/shape.h"

namespace tapri::sql::mysql {
namespace {

struct Lifted {
  bool lifted = false;
  std::string shape;
  std::vector<std::string> literals;
};

Lifted lift(std::string_view sql, const Dialect& dialect = {}) {
  Lifted out;
  std::string literals;
  out.lifted = lift_literals(sql, dialect, out.shape, literals);
  for (const std::string_view token : literal_tokens(literals)) out.literals.emplace_back(token);
  return out;
}

using Literals = std::vector<std::string>;

TEST(MysqlShape, LiteralsAreLiftedAsWritten) {
  const Lifted out =
      lift(R"(SELECT a, -5, 1.5e3, .5, 0x1F, x'4a', b'01', N'n' FROM t WHERE b = 'it''s\'' AND c = "d")");
  EXPECT_TRUE(out.lifted);
  EXPECT_EQ(out.shape, "SELECT a, -?, ?, ?, ?, ?, ?, ? FROM t WHERE b = ? AND c = ?");
  EXPECT_EQ(out.literals, (Literals{"5", "1.5e3", ".5", "0x1F", "x'4a'", "b'01'", "N'n'", R"('it''s\'')", "\"d\""}));
}

TEST(MysqlShape, BlanksAndCommentsBecomeOneSpace) {
  EXPECT_EQ(lift(" SELECT/* x */a\n\t,b -- y\n FROM t # z\n ; ").shape, "SELECT a ,b FROM t");
  EXPECT_EQ(lift("SELECT count(*), sum (a)").shape, "SELECT count(*), sum (a)");
  EXPECT_EQ(lift("SELECT a.b, a. b, 5--3, 5- -3").shape, "SELECT a.b, a. b, ?--?, ?- -?");
}

TEST(MysqlShape, NamesVariablesAndMarkersStay) {
  EXPECT_EQ(lift("SELECT `a ? '1'`, @b, @'c 2', t.1a, 1a FROM t WHERE d = ?").shape,
            "SELECT `a ? '1'`, @b, @'c 2', t.1a, 1a FROM t WHERE d = \\?");
  std::string shape;
  std::string literals;
  ASSERT_TRUE(lift_literals("SELECT ? + 1", {}, shape, literals));
  // The empty literal says that the shape holds markers.
  EXPECT_EQ(literals, std::string("\1\0\0\0", 4) + "1" + std::string(4, '\0'));
}

TEST(MysqlShape, OptimiserHintsStayAndExecutableCommentsAreCarriedOut) {
  EXPECT_EQ(lift("SELECT /*+ MAX_EXECUTION_TIME(5) */ 1").shape, "SELECT /*+ MAX_EXECUTION_TIME(5) */ ?");
  EXPECT_EQ(lift("SELECT /*!40001 SQL_NO_CACHE */ 1 /*!99999 2 */").shape, "SELECT SQL_NO_CACHE ?");
  EXPECT_EQ(lift("SELECT 1 /*!99999 /* */ 2 */, 3").shape, "SELECT ? , ?");
}

TEST(MysqlShape, OtherTextsAreTheirOwnShape) {
  for (const char* sql : {"SET a = 1", "CALL p(1)", "SELECT 1; SELECT 2", "SELECT 'a", "SELECT \\N", "SELECT ?a", "",
                          "(", "PREPARE s FROM 'SELECT 1'", "SELECT /* a", "SELECT a --#x\n 1", "SELECT a --/**/1"}) {
    const Lifted out = lift(sql);
    EXPECT_FALSE(out.lifted) << sql;
    EXPECT_EQ(out.shape, sql);
    EXPECT_TRUE(out.literals.empty());
  }
  EXPECT_TRUE(lift("((SELECT 1))").lifted);
  EXPECT_TRUE(lift("replace into t values (1)").lifted);
}

TEST(MysqlShape, DialectsAreToldApart) {
  Dialect ansi;
  apply_sql_mode(ansi, "ANSI_QUOTES,STRICT_TRANS_TABLES");
  EXPECT_EQ(lift("SELECT \"a\", 'b'", ansi).shape, "/* mode: ansi_quotes */ SELECT \"a\", ?");
  EXPECT_EQ(lift("CALL p(\"a\")", ansi).shape, "/* mode: ansi_quotes */ CALL p(\"a\")");
  // No text can pass for one of another dialect.
  EXPECT_NE(lift("/* mode: ansi_quotes */ CALL p(\"a\")").shape, lift("CALL p(\"a\")", ansi).shape);
  EXPECT_EQ(lift("/* mode: ansi_quotes */ SELECT \"a\"").shape, "SELECT ?");
  Dialect loose;
  apply_sql_mode(loose, "");
  EXPECT_EQ(lift("INSERT INTO t VALUES (1)", loose).shape, "/* mode: not_strict */ INSERT INTO t VALUES (?)");
}

TEST(MysqlShape, TextsThatAreNotLiftedShowTheVersionWhereItDecides) {
  Dialect older;
  ASSERT_TRUE(apply_version(older, "8.0.36"));
  Dialect newer;
  ASSERT_TRUE(apply_version(newer, "9.7.0"));
  const std::string sql = "CREATE TABLE t (a INT) /*!90000 x */";
  EXPECT_NE(lift(sql, older).shape, lift(sql, newer).shape);
  EXPECT_EQ(lift("CREATE TABLE t (a INT)", older).shape, lift("CREATE TABLE t (a INT)", newer).shape);
}

TEST(MysqlShape, LeadingHintStays) {
  const Lifted out = lift("/* x */ /* tapri: ttl=30s */ SELECT 1");
  EXPECT_EQ(out.shape, "/* tapri: ttl=30s */ SELECT ?");
  EXPECT_EQ(hint_of(out.shape), "ttl=30s");
  EXPECT_EQ(hint_of("SELECT ?"), "");
}

TEST(MysqlShape, LiteralsThatAreCutShortAreLeftOut) {
  EXPECT_EQ(literal_tokens(std::string("\1\0\0\0a\2\0\0\0b", 10)).size(), 1U);
  EXPECT_TRUE(literal_tokens("abc").empty());
}

}  // namespace
}  // namespace tapri::sql::mysql
