// The rule files that are shipped in rules/ load, and decide what the case files beside them say.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "policy/cases.h"
#include "policy/hint.h"
#include "policy/rules.h"
#include "sql/mysql/facts.h"
#include "sql/mysql/shape.h"
#include "sql/pg/facts.h"
#include "sql/pg/shape.h"
#include "temp_folder.h"

namespace tapri::policy {
namespace {

std::vector<std::filesystem::path> shipped(const std::string& extension) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(TAPRI_SOURCE_DIR "/rules")) {
    const bool is_schema = entry.path().string().ends_with(".schema.json");
    if (entry.path().extension() == extension && !is_schema) files.push_back(entry.path());
  }
  return files;
}

// Runs a case as far as text and rules go: every table is taken as a plain one, in `public` where no schema is written.
std::vector<sql::QualifiedName> tables_of(const Case& test, Protocol protocol) {
  const bool mysql = protocol == Protocol::mysql;
  const sql::Facts facts = mysql ? sql::mysql::extract_facts(test.sql, {}) : sql::pg::extract_facts(test.sql);
  std::vector<sql::QualifiedName> tables = facts.statements.at(0).reads;
  for (sql::QualifiedName& table : tables) {
    if (table.schema.empty()) table.schema = mysql ? test.database : "public";
  }
  return tables;
}

CaseOutcome run(const Case& test, Protocol protocol, const RuleSet& rules) {
  const std::vector<sql::QualifiedName> tables = tables_of(test, protocol);
  std::string shape;
  std::string literals;
  if (protocol == Protocol::mysql) {
    sql::mysql::lift_literals(test.sql, {}, shape, literals);
  } else {
    sql::pg::lift_literals(test.sql, shape, literals);
  }
  StatementView view;
  view.user = test.user;
  view.database = test.database;
  view.application = test.application;
  view.shape = shape;
  view.hint = protocol == Protocol::mysql ? sql::mysql::hint_of(shape) : sql::pg::hint_of(shape);
  view.comment = view.hint;
  view.tables = tables;
  const Verdict verdict = rules.decide(view);
  const std::string rule(rules.rule_label(verdict.rule));
  return {verdict.action, verdict.reason, rule, tables, verdict.ttl, verdict.coherence};
}

// The text or the catalog forbids caching, whatever the rules say.
bool is_beyond_rules(const Case& test) {
  return test.reason && *test.reason != Reason::rule_bypass && *test.reason != Reason::hint_bypass;
}

TEST(Shipped, RuleFilesLoad) {
  const auto files = shipped(".json");
  ASSERT_GE(files.size(), 2U);
  for (const auto& file : files) {
    const auto rules = load_rules(file.string());
    EXPECT_TRUE(rules) << (rules ? "" : rules.error().message);
  }
}

TEST(Shipped, TheFolderOfTheSampleLoads) {
  const auto rules = load_rules(TAPRI_SOURCE_DIR "/rules");
  EXPECT_TRUE(rules) << (rules ? "" : rules.error().message);
}

TEST(Shipped, RulesDecideAsTheirCasesSay) {
  std::size_t count = 0;
  for (const auto& file : shipped(".case")) {
    const auto cases = parse_cases(text_of(file.string()), file.filename().string());
    ASSERT_TRUE(cases) << cases.error().message;
    const auto rules = load_rules((file.parent_path() / cases->rules).string());
    ASSERT_TRUE(rules) << rules.error().message;
    for (const Case& test : cases->cases) {
      if (is_beyond_rules(test)) continue;
      ++count;
      for (const std::string& mismatch : mismatches(test, run(test, cases->protocol, **rules))) {
        ADD_FAILURE() << file.filename().string() << ":" << test.line << ": " << mismatch;
      }
    }
  }
  EXPECT_GE(count, 15U);
}

// Each rule of the sample is decided by at least one case.
TEST(Shipped, EveryRuleOfTheSampleHasACase) {
  const auto rules = load_rules(TAPRI_SOURCE_DIR "/rules/sample.json");
  const auto cases = parse_cases(text_of(TAPRI_SOURCE_DIR "/rules/sample.case"), "sample.case");
  ASSERT_TRUE(rules && cases);
  for (std::uint32_t rule = 1; rule <= (*rules)->size(); ++rule) {
    const std::string_view label = (*rules)->rule_label(rule);
    const bool has_case =
        std::ranges::any_of(cases->cases, [&](const Case& test) { return test.rule && *test.rule == label; });
    EXPECT_TRUE(has_case) << label;
  }
}

}  // namespace
}  // namespace tapri::policy
