// The case files of bodies/: what the statements and expressions in the body of a routine or a trigger, or in a view,
// must be known to read, write and call; "unknown" where anything may happen.
#include <gtest/gtest.h>

#include <map>

#include "sql/mysql/routine_body.h"
#include "unit/sql/case_file.h"

namespace tapri::sql::mysql {
namespace {

std::string text_of(const BodyFacts& body) {
  if (!body) return "unknown\n";
  if (body->empty()) return "nothing\n";
  return to_text(Facts{*body});
}

std::string facts_of(const Case& item) {
  if (item.file == "view.case") {
    const auto facts = view_facts(item.sql, Dialect());
    return facts ? to_text(*facts) : "unknown\n";
  }
  // What stands before the body.
  const std::map<std::string, std::string> heads = {
      {"definition.case", ""},
      {"procedure.case", "CREATE DEFINER=`a`@`%` PROCEDURE `p`(a INT, INOUT `b` DECIMAL(5, 2))\n"},
      {"function.case", "CREATE DEFINER=`a`@`%` FUNCTION `f`(a INT) RETURNS int(11)\n    READS SQL DATA\n"},
      {"trigger.case", "CREATE DEFINER=`a`@`%` TRIGGER `tr` BEFORE UPDATE ON `t` FOR EACH ROW "}};
  return text_of(body_facts(heads.at(item.file) + item.sql, Dialect()));
}

TEST(MysqlBodyCases, FactsAreAsWritten) {
  std::size_t checked = 0;
  for (const Case& item : read_cases(std::string(TAPRI_SOURCE_DIR) + "/tests/unit/sql/mysql/bodies")) {
    EXPECT_EQ(facts_of(item), item.expected) << item.file << ":" << item.line << "\n" << item.sql;
    ++checked;
  }
  EXPECT_GE(checked, 100U);
}

std::string read_by(const std::string& sql_mode, const std::string& body) {
  Dialect dialect;
  apply_sql_mode(dialect, sql_mode);
  return text_of(body_facts("CREATE PROCEDURE `p`()\n" + body, dialect));
}

TEST(MysqlBodyCases, EachIsReadByItsOwnSqlMode) {
  EXPECT_EQ(read_by("", R"(SELECT "a" FROM t)"), "select\nreads: t\n");
  EXPECT_EQ(read_by("ANSI_QUOTES", R"(SELECT "a" FROM "t")"), "select\nreads: t\n");
  EXPECT_EQ(read_by("", R"(SELECT '\' FROM t; DELETE FROM u; -- ')"), "nothing\n");
  EXPECT_EQ(read_by("NO_BACKSLASH_ESCAPES", R"(BEGIN SELECT '\' FROM t; DELETE FROM u; END -- ')"),
            "select\nreads: t\ndelete\nreads: u\nwrites: u\n");
  EXPECT_EQ(read_by("ORACLE", "SELECT a FROM t"), "unknown\n");
  EXPECT_EQ(read_by("NO_BACKSLASH_ESCAPES", "COMMENT 'printed with escapes' SELECT a FROM t"), "unknown\n");
}

TEST(MysqlBodyCases, NoMoreIsReadThanTheLimitsSay) {
  const std::string deep = "CREATE PROCEDURE `p`()\n" + std::string(300, ' ');
  std::string blocks = deep;
  for (int i = 0; i < 300; ++i) blocks += "BEGIN ";
  blocks += "SELECT a FROM t; ";
  for (int i = 0; i < 300; ++i) blocks += "END; ";
  EXPECT_EQ(text_of(body_facts(blocks, Dialect())), "unknown\n");
  EXPECT_EQ(text_of(body_facts(deep + "SELECT a FROM t", Dialect(), {.max_length = 100})), "unknown\n");
  EXPECT_FALSE(view_facts("select `d`.`t`.`a` AS `a` from `d`.`t`", Dialect(), {.max_length = 20}).has_value());
}

TEST(MysqlBodyCases, ViewsKeepTheirLevels) {
  const auto facts = view_facts("select `d`.`t`.`a` AS `x` from `d`.`t` where (`d`.`t`.`b` = `d`.`t`.`c`)", Dialect());
  ASSERT_TRUE(facts.has_value());
  EXPECT_FALSE(facts->keys_unknown);
  ASSERT_EQ(facts->levels.size(), 1U);
  ASSERT_EQ(facts->levels[0].outputs.size(), 1U);
  EXPECT_EQ(facts->levels[0].outputs[0].name, "x");
  EXPECT_EQ(facts->levels[0].outputs[0].column, (ColumnName{.item = "t", .name = "a"}));
  EXPECT_EQ(facts->levels[0].items[0].relation, (QualifiedName{"d", "t"}));
}

}  // namespace
}  // namespace tapri::sql::mysql
