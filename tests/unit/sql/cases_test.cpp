// The case files of this folder: what each statement must be known to read, write, call and change.
#include <gtest/gtest.h>

#include "sql/pg/facts.h"
#include "sql/pg/shape.h"
#include "unit/sql/case_file.h"

namespace tapri::sql::pg {
namespace {

std::vector<Case> cases() { return read_cases(std::string(TAPRI_SOURCE_DIR) + "/tests/unit/sql/cases"); }

TEST(Cases, FactsAreAsWritten) {
  std::size_t checked = 0;
  for (const Case& item : cases()) {
    EXPECT_EQ(to_text(extract_facts(item.sql)), item.expected) << item.file << ":" << item.line << "\n" << item.sql;
    ++checked;
  }
  EXPECT_GE(checked, 200U);
}

// What cannot be understood must be taken for a write to anything, and nothing else may be.
TEST(Cases, NotUnderstoodMeansEverything) {
  for (const Case& item : cases()) {
    for (const StatementFacts& facts : extract_facts(item.sql).statements) {
      if (facts.verb != Verb::not_understood) continue;
      EXPECT_TRUE(facts.writes_unknown && facts.drops_or_alters) << item.sql;
      EXPECT_TRUE(facts.changes_session && facts.changes_unknown_setting) << item.sql;
      EXPECT_NE(facts.obstacle, Reason::none) << item.sql;
    }
  }
}

}  // namespace
}  // namespace tapri::sql::pg
