#include "app/rules_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <json/json.h>

#include <sstream>

#include "terminal_script.h"

namespace tapri::app {
namespace {

using test::FakeTerminal;
using test::Folder;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

Json::Value json(const std::string& text) {
  Json::Value out;
  std::istringstream in(text);
  EXPECT_NO_THROW(in >> out) << text;
  return out;
}

TEST(RulesCheck, SaysWhatIsGoodAndWhereABrokenFileIsBroken) {
  const Folder folder;
  const std::string good =
      folder.file("good.json", R"({"version": 1, "rules": [{"name": "a", "match": {"user": "u"}}]})");
  const std::string broken = folder.file("broken.json", "{\"version\": 1,\n  \"rules\": 7}");
  FakeTerminal fine;
  EXPECT_EQ(rules_check({good}, false, fine.terminal()), 0);
  EXPECT_EQ(fine.out(), good + ": good, 1 rule, 0 dependencies\n");
  EXPECT_THAT(fine.err(), IsEmpty());
  FakeTerminal bad;
  EXPECT_EQ(rules_check({good, broken}, false, bad.terminal()), 2);
  EXPECT_THAT(bad.out(), HasSubstr(good + ": good"));
  EXPECT_THAT(bad.err(), HasSubstr("broken.json:2:12"));
}

TEST(RulesCheck, AnswersInJson) {
  const Folder folder;
  const std::string broken = folder.file("broken.json", "{");
  FakeTerminal terminal;
  EXPECT_EQ(rules_check({test::shipped("sample.json"), broken}, true, terminal.terminal()), 2);
  const Json::Value out = json(terminal.out());
  EXPECT_EQ(out["files"][0]["good"], true);
  EXPECT_GT(out["files"][0]["rules"].asInt(), 3);
  EXPECT_EQ(out["files"][1]["good"], false);
  EXPECT_THAT(out["files"][1]["error"].asString(), HasSubstr("broken.json:1"));
}

TEST(RulesCheck, TakesFoldersAndRefusesNothing) {
  FakeTerminal folder;
  EXPECT_EQ(rules_check({TAPRI_SOURCE_DIR "/rules"}, false, folder.terminal()), 0);
  FakeTerminal missing;
  EXPECT_EQ(rules_check({"/nowhere/rules.json"}, false, missing.terminal()), 2);
  EXPECT_THAT(missing.err(), HasSubstr("/nowhere/rules.json"));
  FakeTerminal nothing;
  EXPECT_EQ(rules_check({}, false, nothing.terminal()), 2);
}

TEST(RulesTest, TheShippedCasesPass) {
  FakeTerminal terminal;
  EXPECT_EQ(rules_test({test::shipped("sample.case")}, "", false, terminal.terminal()), 0) << terminal.out();
  EXPECT_THAT(terminal.out(), EndsWith(" passed, 0 failed\n"));
  FakeTerminal folder;
  EXPECT_EQ(rules_test({TAPRI_SOURCE_DIR "/rules"}, "", false, folder.terminal()), 0) << folder.out();
  EXPECT_THAT(folder.out(), HasSubstr("opt-in.case"));
}

constexpr const char* kCases =
    "catalog: products\nfunctions: price_of immutable\n\n"
    "sql: SELECT price_of(id) FROM products\nexpect: cache\ntables: products\n\n"
    "sql: SELECT now() FROM products\nexpect: cache\n";

TEST(RulesTest, AMismatchSaysWhatCameOut) {
  const Folder folder;
  const std::string cases = folder.file("some.case", kCases);
  const std::string rules = folder.file("rules.json", R"({"version": 1})");
  FakeTerminal terminal;
  EXPECT_EQ(rules_test({cases}, rules, false, terminal.terminal()), 1);
  EXPECT_EQ(terminal.out(), "ok " + cases + ":4: SELECT price_of(id) FROM products\n" +  //
                                "not ok " + cases + ":8: SELECT now() FROM products\n" +
                                "    expect: expected cache, got bypass (volatile_function)\n" +
                                "2 cases: 1 passed, 1 failed\n");
  FakeTerminal in_json;
  EXPECT_EQ(rules_test({cases}, rules, true, in_json.terminal()), 1);
  const Json::Value out = json(in_json.out());
  EXPECT_EQ(out["passed"], 1);
  EXPECT_EQ(out["failed"], 1);
  EXPECT_EQ(out["cases"][1]["line"], 8);
  EXPECT_EQ(out["cases"][1]["passed"], false);
}

TEST(RulesTest, CasesMayBeOfMysql) {
  const Folder folder;
  const std::string rules = folder.file("rules.json", R"({"version": 1})");
  const std::string cases =
      folder.file("some.case",
                  "protocol: mysql\ncatalog: products, stock.items\nfunctions: price_of volatile\n\n"
                  "sql: SELECT `name` FROM products WHERE name = \"x\"\nexpect: cache\n"
                  "tables: test.products\n\n"
                  "sql: SELECT 1 FROM products\ndatabase: shop\nexpect: cache\n"
                  "tables: shop.products\n\n"
                  "sql: SELECT 1 FROM items\nexpect: bypass\nreason: unknown_relation\n\n"
                  "sql: SELECT price_of(1) FROM stock.items\nexpect: bypass\n"
                  "reason: volatile_function\n");
  FakeTerminal terminal;
  EXPECT_EQ(rules_test({cases}, rules, false, terminal.terminal()), 0) << terminal.out() << terminal.err();
  EXPECT_THAT(terminal.out(), EndsWith("4 cases: 4 passed, 0 failed\n"));
}

TEST(RulesTest, WhatCannotBeReadIsBadInput) {
  const Folder folder;
  const std::string cases = folder.file("some.case", kCases);
  FakeTerminal no_rules;
  EXPECT_EQ(rules_test({cases}, "", false, no_rules.terminal()), 2);
  EXPECT_THAT(no_rules.err(), HasSubstr("--rules"));
  FakeTerminal broken;
  EXPECT_EQ(rules_test({folder.file("b.case", "sql: SELECT 1\nexpect: perhaps\n")}, "", false, broken.terminal()), 2);
  EXPECT_THAT(broken.err(), HasSubstr("b.case:2"));
  FakeTerminal missing;
  EXPECT_EQ(rules_test({folder.path("none.case")}, "", false, missing.terminal()), 2);
  FakeTerminal empty;
  EXPECT_EQ(rules_test({}, "", false, empty.terminal()), 2);
}

// A write with a rule that says bypass, or a read that no rule can let in, fares as before.
TEST(RulesDiff, ShowsWhatWouldFareDifferently) {
  const Folder folder;
  RulesDiffOptions options;
  options.before = folder.file("old.json", R"({"version": 1})");
  options.after = folder.file(
      "new.json",
      R"({"version": 1, "rules": [{"name": "money", "match": {"tables": ["accounts"]}, "action": "bypass"}]})");
  options.statements_file = folder.file("known.sql",
                                        "SELECT 1 FROM accounts WHERE id = 1;\nSELECT 1 FROM accounts WHERE id = 2;\n"
                                        "SELECT 1 FROM products;\nUPDATE accounts SET x = 1;\n"
                                        "SELECT now() FROM products");
  FakeTerminal terminal;
  EXPECT_EQ(rules_diff(options, terminal.terminal()), 0);
  EXPECT_THAT(terminal.out(), HasSubstr("SELECT ? FROM accounts WHERE id = ?\n"));
  EXPECT_THAT(terminal.out(), HasSubstr("  before: cache, ttl 10m, defaults\n"));
  EXPECT_THAT(terminal.out(), HasSubstr("  after:  bypass (rule_bypass), money (new.json:1)\n"));
  EXPECT_THAT(terminal.out(), EndsWith("\n1 of 4 known statements change\n"));
}

TEST(RulesDiff, TakesTheShapesOfARunningTapri) {
  const Folder folder;
  RulesDiffOptions options;
  options.before = folder.file("old.json", R"({"version": 1})");
  options.after = folder.file("new.json", R"({"version": 1, "dependencies": [
      {"when": {"calls": "price_of"}, "reads": ["prices"], "deterministic": true}], "rules": [
      {"name": "short", "match": {"tables": ["products"]}, "ttl": "1s"}]})");
  options.shapes_file = folder.file("shapes.json", R"({"shapes": [
      {"text": "SELECT name FROM products WHERE id = ? LIMIT ?", "calls": 7},
      {"text": "SELECT price_of(id) FROM orders WHERE at > DATE ?", "calls": 9},
      {"text": "SELECT 1 FROM orders", "calls": 100}]})");
  options.json = true;
  FakeTerminal terminal;
  EXPECT_EQ(rules_diff(options, terminal.terminal()), 0) << terminal.err();
  const Json::Value out = json(terminal.out());
  EXPECT_EQ(out["known"], 3);
  ASSERT_EQ(out["changes"].size(), 2U);
  EXPECT_EQ(out["changes"][0]["calls"], 9);  // the most asked first
  EXPECT_EQ(out["changes"][0]["before"], "bypass (unknown_function)");
  EXPECT_EQ(out["changes"][1]["shape"], "SELECT name FROM products WHERE id = ? LIMIT ?");
}

TEST(RulesDiff, WhatCannotBeReadIsBadInput) {
  const Folder folder;
  RulesDiffOptions options;
  options.before = options.after = folder.file("old.json", R"({"version": 1})");
  FakeTerminal nothing;
  EXPECT_EQ(rules_diff(options, nothing.terminal()), 2);
  EXPECT_THAT(nothing.err(), HasSubstr("tapri rules diff " + options.before + " " + options.after + " --shapes "))
      << "what to do";
  options.shapes_file = folder.file("shapes.json", "[]");
  FakeTerminal wrong;
  EXPECT_EQ(rules_diff(options, wrong.terminal()), 2);
  EXPECT_THAT(wrong.err(), HasSubstr("shapes.json: it is not what /api/v1/shapes answers"));
  options.shapes_file = folder.path();
  FakeTerminal a_folder;
  EXPECT_EQ(rules_diff(options, a_folder.terminal()), 2);
  options.after = folder.path("none.json");
  FakeTerminal missing;
  EXPECT_EQ(rules_diff(options, missing.terminal()), 2);
  EXPECT_THAT(missing.err(), HasSubstr("none.json"));
}

}  // namespace
}  // namespace tapri::app
