// The case files of bodies/: what the statements and expressions of a routine's body must be known to read, write and
// call; "unknown" where anything may happen.
#include <gtest/gtest.h>

#include <map>

#include "sql/pg/routine_body.h"
#include "unit/sql/case_file.h"

namespace tapri::sql::pg {
namespace {

BodyFacts facts_of(const Case& item) {
  const std::map<std::string, PlpgsqlRoutine> routines = {
      {"plpgsql.case", {.body = item.sql, .parameters = {"a", "b"}}},
      {"plpgsql_set.case", {.body = item.sql, .parameters = {"a"}, .outputs = {"x", "y"}, .returns_set = true}},
      {"plpgsql_trigger.case", {.body = item.sql, .trigger = true}}};
  if (item.file == "sql.case") return sql_body_facts(item.sql);
  if (item.file == "standard.case") return standard_body_facts(item.sql);
  return plpgsql_body_facts(routines.at(item.file));
}

std::string text_of(const BodyFacts& body) {
  if (!body) return "unknown\n";
  if (body->empty()) return "nothing\n";
  return to_text(Facts{*body});
}

TEST(BodyCases, FactsAreAsWritten) {
  std::size_t checked = 0;
  for (const Case& item : read_cases(std::string(TAPRI_SOURCE_DIR) + "/tests/unit/sql/bodies")) {
    EXPECT_EQ(text_of(facts_of(item)), item.expected) << item.file << ":" << item.line << "\n" << item.sql;
    ++checked;
  }
  EXPECT_GE(checked, 55U);
}

}  // namespace
}  // namespace tapri::sql::pg
