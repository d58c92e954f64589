// The case files of this folder: what each statement must be known to read, write, call and change.
#include <gtest/gtest.h>

#include "sql/mysql/facts.h"
#include "unit/sql/case_file.h"

namespace tapri::sql::mysql {
namespace {

std::vector<Case> cases() { return read_cases(std::string(TAPRI_SOURCE_DIR) + "/tests/unit/sql/mysql/cases"); }

TEST(MysqlCases, FactsAreAsWritten) {
  std::size_t checked = 0;
  for (const Case& item : cases()) {
    EXPECT_EQ(to_text(extract_facts(item.sql, Dialect())), item.expected) << item.file << ":" << item.line << "\n"
                                                                          << item.sql;
    ++checked;
  }
  EXPECT_GE(checked, 300U);
}

// What cannot be understood must be taken for a write to anything.
TEST(MysqlCases, NotUnderstoodMeansEverything) {
  std::size_t checked = 0;
  for (const Case& item : cases()) {
    const Facts all = extract_facts(item.sql, Dialect());
    for (const StatementFacts& facts : all.statements) {
      if (facts.verb != Verb::not_understood) continue;
      EXPECT_TRUE(facts.writes_unknown && facts.drops_or_alters && facts.commits_implicitly) << item.sql;
      EXPECT_TRUE(facts.changes_session && facts.changes_unknown_setting) << item.sql;
      EXPECT_NE(facts.obstacle, Reason::none) << item.sql;
      ++checked;
    }
  }
  EXPECT_GE(checked, 30U);
}

std::vector<QualifiedName> reads(const std::string& sql, const Dialect& dialect) {
  return extract_facts(sql, dialect).statements.front().reads;
}

TEST(MysqlCases, ServersDifferInExecutableComments) {
  const std::string sql = "SELECT * FROM t /*!80000 , u */ /*M!100100 , v */ /*!50000 , w */";
  Dialect mysql;
  ASSERT_TRUE(apply_version(mysql, "9.7.0"));
  EXPECT_EQ(reads(sql, mysql), (std::vector<QualifiedName>{{"", "t"}, {"", "u"}, {"", "w"}}));
  Dialect mariadb;
  ASSERT_TRUE(apply_version(mariadb, "5.5.5-10.11.19-MariaDB-log"));
  EXPECT_EQ(reads(sql, mariadb), (std::vector<QualifiedName>{{"", "t"}, {"", "v"}, {"", "w"}}));
  ASSERT_TRUE(apply_version(mariadb, "5.3.0-MariaDB"));
  EXPECT_EQ(reads(sql, mariadb), (std::vector<QualifiedName>{{"", "t"}, {"", "w"}}));
}

TEST(MysqlCases, NamesAreFoldedWhereTheServerFoldsThem) {
  Dialect dialect;
  EXPECT_EQ(reads("SELECT * FROM D.T", dialect), (std::vector<QualifiedName>{{"D", "T"}}));
  dialect.folds_table_names = true;
  EXPECT_EQ(reads("SELECT * FROM D.T", dialect), (std::vector<QualifiedName>{{"d", "t"}}));
  EXPECT_EQ(reads("WITH X AS (SELECT 1) SELECT * FROM x, `T`", dialect), (std::vector<QualifiedName>{{"", "t"}}));
}

TEST(MysqlCases, SqlModeDecidesWhatIsQuoted) {
  Dialect dialect;
  apply_sql_mode(dialect, "ANSI_QUOTES,STRICT_ALL_TABLES");
  EXPECT_EQ(reads(R"(SELECT "a" FROM "t u")", dialect), (std::vector<QualifiedName>{{"", "t u"}}));
  apply_sql_mode(dialect, "STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES");
  EXPECT_EQ(reads(R"(SELECT '\' FROM t -- ')", dialect), (std::vector<QualifiedName>{{"", "t"}}));
  apply_sql_mode(dialect, "IGNORE_SPACE");
  EXPECT_EQ(extract_facts("SELECT sum (a) FROM t", dialect).statements.front().verb, Verb::select);
  apply_sql_mode(dialect, "PIPES_AS_CONCAT,ORACLE");
  EXPECT_EQ(extract_facts("SELECT a FROM t", dialect).statements.front().verb, Verb::not_understood);
}

TEST(MysqlCases, UnsafeCharacterSetsAreNotUnderstood) {
  Dialect dialect;
  for (const char* name : {"gbk", "sjis", "cp932", "big5", "gb18030", "swe7", "utf16", "nobody"}) {
    dialect.charset = charset_of(name);
    EXPECT_EQ(extract_facts("SELECT a FROM t", dialect).statements.front().verb, Verb::not_understood) << name;
  }
  for (const char* name : {"latin1", "ascii", "euckr", "binary"}) {
    dialect.charset = charset_of(name);
    EXPECT_EQ(extract_facts("SELECT '\xe4' FROM t", dialect).statements.front().verb, Verb::select) << name;
    EXPECT_EQ(extract_facts("SELECT a FROM `t\xe4`", dialect).statements.front().verb, Verb::not_understood) << name;
    EXPECT_EQ(extract_facts("SELECT a\xa0 FROM t", dialect).statements.front().verb, Verb::not_understood) << name;
  }
  dialect.charset = charset_of("UTF8MB4");
  EXPECT_EQ(reads("SELECT a FROM t\xc3\xa4", dialect), (std::vector<QualifiedName>{{"", "t\xc3\xa4"}}));
}

}  // namespace
}  // namespace tapri::sql::mysql
