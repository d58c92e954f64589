#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "policy/cases.h"

namespace tapri::policy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using testing::SizeIs;
using namespace std::chrono_literals;

std::string refusal_of(const std::string& text) {
  const auto file = parse_cases(text, "t.case");
  EXPECT_FALSE(file);
  return file ? "" : file.error().message;
}

TEST(Cases, HeaderAndCases) {
  const auto file = parse_cases(
      "# why\n"
      "rules: ../sample.json\n"
      "catalog: products, shop.seats ,\n"
      "  orders\n"
      "functions: price_of stable, shop.f immutable, random volatile\n"
      "\n\n"
      "sql: SELECT name\n"
      "# a comment in between\n"
      "     FROM products -- : not a key\n"
      "user: app\n"
      "database: shop\n"
      "application: web\n"
      "expect: cache\n"
      "rule: catalogue: the second\n"
      "tables: products, shop.seats\n"
      "ttl: 7d\n"
      "coherence: ttl\n"
      "   \n"
      "expect: bypass\r\n"
      "sql: SELECT now()\r\n"
      "reason: volatile_function\r\n"
      "tables:\r\n"
      "ttl: none",
      "t.case");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->rules, "../sample.json");
  EXPECT_THAT(file->catalog, ElementsAre(sql::QualifiedName{"public", "products"}, sql::QualifiedName{"shop", "seats"},
                                         sql::QualifiedName{"public", "orders"}));
  ASSERT_THAT(file->functions, SizeIs(3));
  EXPECT_EQ(file->functions[0].name, (sql::QualifiedName{"public", "price_of"}));
  EXPECT_EQ(file->functions[0].volatility, CaseVolatility::stable);
  EXPECT_EQ(file->functions[1].name, (sql::QualifiedName{"shop", "f"}));
  EXPECT_EQ(file->functions[1].volatility, CaseVolatility::immutable);
  EXPECT_EQ(file->functions[2].volatility, CaseVolatility::is_volatile);

  ASSERT_THAT(file->cases, SizeIs(2));
  const Case& first = file->cases[0];
  EXPECT_EQ(first.line, 8U);
  EXPECT_EQ(first.sql, "SELECT name\nFROM products -- : not a key");
  EXPECT_EQ(first.user, "app");
  EXPECT_EQ(first.database, "shop");
  EXPECT_EQ(first.application, "web");
  EXPECT_EQ(first.expect, Action::cache);
  EXPECT_EQ(first.rule, "catalogue: the second");
  EXPECT_EQ(first.reason, std::nullopt);
  EXPECT_THAT(first.tables, Optional(ElementsAre("products", "shop.seats")));
  EXPECT_EQ(first.ttl, std::optional<Duration>(7 * 24h));
  EXPECT_EQ(first.coherence, Coherence::ttl);
  const Case& second = file->cases[1];
  EXPECT_EQ(second.line, 20U);
  EXPECT_EQ(second.expect, Action::bypass);
  EXPECT_EQ(second.reason, Reason::volatile_function);
  EXPECT_THAT(second.tables, Optional(IsEmpty()));
  ASSERT_TRUE(second.ttl.has_value());
  EXPECT_EQ(*second.ttl, std::nullopt);
}

TEST(Cases, OfMysqlLeaveTheDatabaseOpen) {
  const auto file = parse_cases("catalog: products, shop.seats\nprotocol: mysql\nfunctions: f stable", "t.case");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->protocol, Protocol::mysql);
  EXPECT_THAT(file->catalog, ElementsAre(sql::QualifiedName{"", "products"}, sql::QualifiedName{"shop", "seats"}));
  EXPECT_EQ(file->functions.at(0).name, (sql::QualifiedName{"", "f"}));
  EXPECT_EQ(refusal_of("protocol: oracle"), "t.case:1: expected postgres or mysql, got \"oracle\"");
}

TEST(Cases, AFileNeedsNoHeaderAndMayBeEmpty) {
  EXPECT_THAT(parse_cases("", "t.case")->cases, IsEmpty());
  EXPECT_THAT(parse_cases("# nothing yet\n\n", "t.case")->cases, IsEmpty());
  EXPECT_THAT(parse_cases("sql: SELECT 1\nexpect: bypass", "t.case")->cases, SizeIs(1));
}

TEST(Cases, WhatIsWrongIsShownAtItsLine) {
  EXPECT_EQ(refusal_of("sql: x\nwhat\n"), "t.case:2: expected \"key: value\", got \"what\"");
  EXPECT_EQ(refusal_of("  sql: x\n"), "t.case:1: an indented line goes on with a value, but none is above");
  EXPECT_EQ(refusal_of("sql: x\nexpect: cache\n\n  more\n"),
            "t.case:4: an indented line goes on with a value, but none is above");
  EXPECT_EQ(refusal_of("\nuser: x\nexpect: cache\n"), "t.case:2: this case has no \"sql\"");
  EXPECT_EQ(refusal_of("sql: x\nuser: x\n"), "t.case:1: this case has no \"expect\"");
  EXPECT_EQ(refusal_of("sql: x\nexpect: observe\n"), "t.case:2: expected cache or bypass, got \"observe\"");
  EXPECT_EQ(refusal_of("sql: x\ncoherence: none\n"), "t.case:2: expected auto or ttl, got \"none\"");
  EXPECT_EQ(refusal_of("sql: x\nl2: maybe\n"), "t.case:2: expected yes or no, got \"maybe\"");
  EXPECT_EQ(refusal_of("sql: x\nexpect: cache\nsql: y\n"), "t.case:3: \"sql\" stands twice in one block");
  EXPECT_EQ(refusal_of("sql: x\nreason: because\n"),
            "t.case:2: unknown reason \"because\"; docs/reasons.md lists them");
  EXPECT_TRUE(refusal_of("sql: x\nttl: 5\n").starts_with("t.case:2: expected a duration"));
  EXPECT_TRUE(refusal_of("sql: x\nwhat: 5\n").starts_with("t.case:2: unknown key \"what\"; a case has sql,"));
  EXPECT_TRUE(refusal_of("catalog: x\nsql: 5\n").starts_with("t.case:2: unknown key \"sql\"; a file's first block"));
  EXPECT_TRUE(
      refusal_of("sql: x\nexpect: cache\n\ncatalog: x\n").starts_with("t.case:4: unknown key \"catalog\"; a case has"));
  EXPECT_EQ(refusal_of("functions: f\n"), "t.case:1: expected a name and immutable, stable or volatile, got \"f\"");
  EXPECT_EQ(refusal_of("functions: f good\n"),
            "t.case:1: expected a name and immutable, stable or volatile, got \"f good\"");
}

class Outcomes : public testing::Test {
 protected:
  Outcomes() {
    expected_.rule = "seats";
    expected_.tables = {"seats", "shop.orders"};
    expected_.ttl = std::optional<Duration>(5min);
    expected_.coherence = Coherence::automatic;
    expected_.reason = Reason::none;
    expected_.l2 = true;
    outcome_.rule = "seats";
    outcome_.tables = {{"shop", "orders"}, {"public", "seats"}};
    outcome_.ttl = 5min;
  }
  Case expected_;
  CaseOutcome outcome_;
};

TEST_F(Outcomes, WhatWasExpectedPasses) { EXPECT_THAT(mismatches(expected_, outcome_), IsEmpty()); }

TEST_F(Outcomes, WhatIsNotExpectedIsNotCompared) {
  EXPECT_THAT(mismatches(Case{}, outcome_), IsEmpty());
  outcome_.action = Action::bypass;
  outcome_.reason = Reason::locks_rows;
  EXPECT_THAT(mismatches(Case{}, outcome_), ElementsAre("expect: expected cache, got bypass (locks_rows)"));
}

TEST_F(Outcomes, EveryDifferenceIsNamed) {
  outcome_.action = Action::bypass;
  outcome_.reason = Reason::rule_bypass;
  outcome_.rule = "defaults";
  outcome_.tables = {{"shop", "orders"}};
  outcome_.ttl = std::nullopt;
  outcome_.coherence = Coherence::ttl;
  outcome_.l2 = false;
  EXPECT_THAT(
      mismatches(expected_, outcome_),
      ElementsAre("expect: expected cache, got bypass (rule_bypass)", "rule: expected seats, got defaults",
                  "reason: expected none, got rule_bypass", "tables: expected seats, shop.orders, got shop.orders",
                  "ttl: expected 5m, got none", "coherence: expected auto, got ttl", "l2: expected yes, got no"));
}

TEST_F(Outcomes, TablesAreASetAndASchemaCountsWhereGiven) {
  expected_.tables = {"shop.seats", "orders"};
  EXPECT_THAT(mismatches(expected_, outcome_), SizeIs(1));
  expected_.tables = {"public.seats", "orders"};
  EXPECT_THAT(mismatches(expected_, outcome_), IsEmpty());
  outcome_.tables.push_back({"public", "more"});
  EXPECT_THAT(mismatches(expected_, outcome_),
              ElementsAre("tables: expected orders, public.seats, got public.more, public.seats, shop.orders"));
  expected_.tables.emplace();
  outcome_.tables.clear();
  EXPECT_THAT(mismatches(expected_, outcome_), IsEmpty());
}

TEST(DurationText, TheLargestUnitThatDivides) {
  EXPECT_EQ(duration_text(std::nullopt), "none");
  EXPECT_EQ(duration_text(48h), "2d");
  EXPECT_EQ(duration_text(90min), "90m");
  EXPECT_EQ(duration_text(1500ms), "1500ms");
  EXPECT_EQ(duration_text(0ms), "0ms");
}

}  // namespace
}  // namespace tapri::policy
