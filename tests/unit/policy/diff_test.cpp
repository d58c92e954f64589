#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "policy/diff.h"

namespace tapri::policy {
namespace {

std::shared_ptr<const RuleSet> rules_of(const std::string& rules, const std::string& name = "rules.json") {
  auto set = parse_rules(R"({"version": 1, "rules": [)" + rules + "]}", name);
  EXPECT_TRUE(set) << (set ? "" : set.error().message);
  return set ? *set : default_rules();
}

class Diff : public testing::Test {
 protected:
  Diff() {
    for (const auto& tables : tables_) {
      StatementView view;
      view.tables = tables;
      statements_.push_back(view);
    }
  }
  std::vector<std::vector<sql::QualifiedName>> tables_ = {{{"", "orders"}}, {{"", "seats"}}, {{"", "stations"}}};
  std::vector<StatementView> statements_;
};

TEST_F(Diff, EqualRulesChangeNothing) {
  const auto rules = rules_of(R"({"name": "a", "match": {"tables": "seats"}, "ttl": "5m"})");
  EXPECT_TRUE(diff_rules(*rules, *rules, statements_).empty());
  // Another name and another place are no other verdict.
  const auto moved = rules_of(R"({"name": "x", "match": {"tables": "none"}},
                                 {"name": "b", "match": {"tables": "s?ats"}, "ttl": "300s"})");
  EXPECT_TRUE(diff_rules(*rules, *moved, statements_).empty());
}

TEST_F(Diff, EachChangedVerdictIsTold) {
  const auto before = rules_of(R"({"name": "a", "match": {"tables": "seats"}, "ttl": "5m"})", "etc/old.json");
  const auto after = rules_of(R"({"name": "b", "match": {"tables": "seats"}, "action": "bypass"},
                                 {"name": "c", "match": {"tables": "stations"}, "coherence": "ttl"})",
                              "etc/new.json");
  const auto changes = diff_rules(*before, *after, statements_);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].statement, 1U);
  EXPECT_EQ(verdict_text(changes[0].before, *before), "cache, ttl 5m, a (old.json:1)");
  EXPECT_EQ(verdict_text(changes[0].after, *after), "bypass (rule_bypass), b (new.json:1)");
  EXPECT_EQ(changes[1].statement, 2U);
  EXPECT_EQ(verdict_text(changes[1].before, *before), "cache, ttl 10m, defaults");
  EXPECT_EQ(verdict_text(changes[1].after, *after), "cache, ttl 10m, coherence ttl, c (new.json:2)");
}

TEST_F(Diff, WhatGoesToOtherInstancesIsTold) {
  const auto before = rules_of(R"({"name": "a", "match": {"tables": "seats"}})");
  const auto after = rules_of(R"({"name": "a", "match": {"tables": "seats"}, "l2": {"enabled": false}},
      {"name": "b", "match": {"tables": "stations"}, "l2": {"max_size": "1KiB", "max_rate": "30/m",
       "max_bytes_per_second": "2KiB", "ttl": "1m", "min_cost": "5ms"}})");
  const auto changes = diff_rules(*before, *after, statements_);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(verdict_text(changes[0].after, *after), "cache, ttl 10m, l2 no, a (rules.json:1)");
  EXPECT_EQ(
      verdict_text(changes[1].after, *after),
      "cache, ttl 10m, l2 yes, up to 1024 bytes, at most 30/m, at most 2048 bytes/s, if it took 5ms or more, for 1m, "
      "b (rules.json:2)");
}

TEST_F(Diff, WhenTheyGoThereIsTold) {
  const auto before = rules_of(R"({"name": "a", "match": {"tables": "seats"}})");
  const auto after =
      rules_of(R"({"name": "a", "match": {"tables": "seats"}, "l2": {"store": "at_eviction", "ttl": "1m"}})");
  const auto changes = diff_rules(*before, *after, statements_);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(verdict_text(changes[0].after, *after), "cache, ttl 10m, l2 yes, when evicted, for 1m, a (rules.json:1)");
}

TEST(SameEffect, WhatABypassWouldHaveKeptIsNoDifference) {
  Verdict a;
  a.action = Action::bypass;
  a.reason = Reason::rule_bypass;
  Verdict b = a;
  b.max_result = 7;
  EXPECT_TRUE(same_effect(a, b));
  b.reason = Reason::hint_bypass;
  EXPECT_FALSE(same_effect(a, b));
  a = b = Verdict{};
  for (const auto& change :
       {+[](Verdict& v) { v.jitter = 0.5; }, +[](Verdict& v) { v.max_result = 7; },
        +[](Verdict& v) { v.ttl = std::chrono::seconds(1); }, +[](Verdict& v) { v.coherence = Coherence::ttl; },
        +[](Verdict& v) { v.snapshot_reads = true; }, +[](Verdict& v) { v.l2.max_size = 7; },
        +[](Verdict& v) { v.l2.store = RemoteStore::at_eviction; }}) {
    b = a;
    change(b);
    EXPECT_FALSE(same_effect(a, b));
  }
}

}  // namespace
}  // namespace tapri::policy
