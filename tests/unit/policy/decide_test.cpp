#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "policy/rules.h"

namespace tapri::policy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

// The rules of one file: `body` stands in "rules": [...].
std::shared_ptr<const RuleSet> rules_of(const std::string& body, const std::string& defaults = "{}") {
  auto rules =
      parse_rules(R"({"version": 1, "defaults": )" + defaults + R"(, "rules": [)" + body + "]}", "etc/rules.json");
  EXPECT_TRUE(rules) << (rules ? "" : rules.error().message);
  return rules ? *rules : default_rules();
}

// A statement that owns what its view shows.
struct Statement {
  std::vector<sql::QualifiedName> tables = {{"public", "orders"}};
  StatementView view{.user = "app",
                     .database = "shop",
                     .application = "web",
                     .shape = "SELECT id FROM orders WHERE id = ?",
                     .fingerprint = 0x0123456789abcdef,
                     .hint = {},
                     .comment = {},
                     .tables = {},
                     .functions = {}};
  const StatementView& get() {
    view.tables = tables;
    return view;
  }
};

bool matches(const std::string& match, Statement statement) {
  return rules_of(R"({"name": "r", "match": )" + match + "}")->decide(statement.get()).rule == 1;
}

TEST(Decide, WithoutRulesTheDefaultsHold) {
  Statement statement;
  const Verdict verdict = default_rules()->decide(statement.get());
  EXPECT_EQ(verdict.action, Action::cache);
  EXPECT_EQ(verdict.reason, Reason::none);
  EXPECT_EQ(verdict.ttl, 10min);
  EXPECT_DOUBLE_EQ(verdict.jitter, 0.1);
  EXPECT_EQ(verdict.max_result, 1048576U);
  EXPECT_EQ(verdict.coherence, Coherence::automatic);
  EXPECT_FALSE(verdict.snapshot_reads);
  EXPECT_FALSE(default_rules()->any_snapshot_reads());
  EXPECT_EQ(verdict.rule, 0U);
  EXPECT_EQ(default_rules()->rule_name(0), "defaults");
}

TEST(Decide, SnapshotReadsAreARulesOrTheDefaults) {
  Statement statement;
  const auto by_rule = rules_of(R"({"name": "a", "match": {"tables": "orders"}, "snapshot_reads": true})");
  EXPECT_TRUE(by_rule->decide(statement.get()).snapshot_reads);
  EXPECT_TRUE(by_rule->any_snapshot_reads());
  const auto by_default = rules_of(R"({"name": "a", "match": {"tables": "orders"}, "snapshot_reads": false})",
                                   R"({"snapshot_reads": true})");
  EXPECT_FALSE(by_default->decide(statement.get()).snapshot_reads);
  EXPECT_TRUE(by_default->any_snapshot_reads());
}

TEST(Decide, TheFirstMatchWinsAndTakesTheRestFromTheDefaults) {
  const auto rules = rules_of(R"({"name": "no", "match": {"tables": "seats"}, "ttl": "1s"},
                                 {"name": "first", "match": {"tables": "orders"}, "ttl": "5s", "tags": ["a", "b"]},
                                 {"name": "second", "match": {"tables": "orders"}, "ttl": "6s"})",
                              R"({"jitter": "0%", "max_result": "2MiB", "ttl": "1h"})");
  Statement statement;
  const Verdict verdict = rules->decide(statement.get());
  EXPECT_EQ(verdict.rule, 2U);
  EXPECT_EQ(verdict.ttl, 5s);
  EXPECT_DOUBLE_EQ(verdict.jitter, 0);
  EXPECT_EQ(verdict.max_result, 2097152U);
  EXPECT_EQ(rules->rule_name(2), "first (rules.json:2)");
  EXPECT_EQ(rules->rule_label(2), "first");
  EXPECT_THAT(rules->tags(2), ElementsAre("a", "b"));
  EXPECT_THAT(rules->tags(0), IsEmpty());
  EXPECT_EQ(rules->rule_name(4), "defaults");
  EXPECT_EQ(rules->size(), 3U);
}

TEST(Decide, WhatGoesToL2IsTakenFromTheDefaultsKeyByKey) {
  Statement statement;
  EXPECT_EQ(default_rules()->decide(statement.get()).l2, RemoteSettings{});
  const char* const defaults =
      R"({"l2": {"store": "at_eviction", "max_size": "64KiB", "max_rate": "30/m", "max_bytes_per_second": "1MiB", "ttl": "5m", "min_cost": "5ms"}})";
  const RemoteSettings of_defaults = rules_of("", defaults)->decide(statement.get()).l2;
  EXPECT_TRUE(of_defaults.enabled);
  EXPECT_EQ(of_defaults.store, RemoteStore::at_eviction);
  EXPECT_EQ(of_defaults.max_size, 65536U);
  EXPECT_EQ(of_defaults.max_rate, 0.5);
  EXPECT_EQ(of_defaults.max_bytes_per_second, 1048576U);
  EXPECT_EQ(of_defaults.ttl, Duration(5min));
  EXPECT_EQ(of_defaults.min_cost, Duration(5ms));
  const auto rules =
      rules_of(R"({"name": "r", "l2": {"enabled": false, "max_size": "none", "max_rate": "7/s"}})", defaults);
  RemoteSettings expected = of_defaults;
  expected.enabled = false;
  expected.max_size = std::nullopt;
  expected.max_rate = 7;
  EXPECT_EQ(rules->decide(statement.get()).l2, expected);
  EXPECT_EQ(rules_of(R"({"name": "r", "l2": {"store": "at_once"}})", defaults)->decide(statement.get()).l2.store,
            RemoteStore::at_once);
}

TEST(Decide, WhatGoesToL2GoesAtOnceUnlessARuleSaysOtherwise) {
  Statement statement;
  EXPECT_EQ(default_rules()->decide(statement.get()).l2.store, RemoteStore::at_once);
  EXPECT_EQ(rules_of(R"({"name": "r", "l2": {"max_rate": "7/s"}})")->decide(statement.get()).l2.store,
            RemoteStore::at_once);
}

TEST(Decide, BypassSaysWhichRule) {
  Statement statement;
  const Verdict ruled = rules_of(R"({"name": "r", "action": "bypass"})")->decide(statement.get());
  EXPECT_EQ(ruled.action, Action::bypass);
  EXPECT_EQ(ruled.reason, Reason::rule_bypass);
  EXPECT_EQ(ruled.rule, 1U);
  const Verdict by_default = rules_of("", R"({"action": "bypass"})")->decide(statement.get());
  EXPECT_EQ(by_default.reason, Reason::rule_bypass);
  EXPECT_EQ(by_default.rule, 0U);
}

TEST(Decide, ARuleCanCacheWhatTheDefaultsBypass) {
  Statement statement;
  const Verdict verdict =
      rules_of(R"({"name": "r", "action": "cache"})", R"({"action": "bypass"})")->decide(statement.get());
  EXPECT_EQ(verdict.action, Action::cache);
  EXPECT_EQ(verdict.reason, Reason::none);
}

TEST(Decide, NoTtlMeansNoLimit) {
  Statement statement;
  EXPECT_EQ(rules_of(R"({"name": "r", "ttl": "none"})")->decide(statement.get()).ttl, std::nullopt);
  EXPECT_EQ(rules_of(R"({"name": "r", "ttl": "1s"})", R"({"ttl": "none"})")->decide(statement.get()).ttl, 1s);
  EXPECT_EQ(rules_of("", R"({"ttl": "none"})")->decide(statement.get()).ttl, std::nullopt);
}

TEST(Decide, AnyTableOrAllTables) {
  Statement join;
  join.tables = {{"public", "orders"}, {"shop", "seats"}};
  EXPECT_TRUE(matches(R"({"tables": "seats"})", join));
  EXPECT_TRUE(matches(R"({"tables": ["x", "shop.*"]})", join));
  EXPECT_FALSE(matches(R"({"tables": ["x", "public.seats"]})", join));
  EXPECT_FALSE(matches(R"({"tables_all": "seats"})", join));
  EXPECT_TRUE(matches(R"({"tables_all": ["seats", "ord*"]})", join));
  EXPECT_TRUE(matches(R"({"tables_all": ["seats", "orders", "more"]})", join));

  Statement none;
  none.tables.clear();
  EXPECT_FALSE(matches(R"({"tables": "*"})", none));
  EXPECT_FALSE(matches(R"({"tables_all": "*"})", none));
  EXPECT_TRUE(matches("{}", none));
}

// Without a catalog `accounts` may be bank.accounts: what is to be kept out of the cache must be kept out.
TEST(Decide, AnUnknownSchemaCountsForRulesThatForbidOnly) {
  Statement statement;
  statement.tables = {{"", "accounts"}};
  const auto forbid = rules_of(R"({"name": "r", "match": {"tables": "bank.acc*"}, "action": "bypass"})");
  EXPECT_EQ(forbid->decide(statement.get()).action, Action::bypass);
  const auto allow = rules_of(R"({"name": "r", "match": {"tables": "bank.acc*"}})", R"({"action": "bypass"})");
  EXPECT_EQ(allow->decide(statement.get()).action, Action::bypass);
  statement.tables = {{"public", "accounts"}};
  EXPECT_EQ(forbid->decide(statement.get()).action, Action::cache);
}

TEST(Decide, WhoAsks) {
  EXPECT_TRUE(matches(R"({"user": "a*"})", {}));
  EXPECT_FALSE(matches(R"({"user": ["b*", "App"]})", {}));
  EXPECT_TRUE(matches(R"({"database": ["x", "shop"]})", {}));
  EXPECT_FALSE(matches(R"({"database": "sho"})", {}));
  EXPECT_TRUE(matches(R"({"application": "w?b"})", {}));
  EXPECT_FALSE(matches(R"({"application": "psql"})", {}));
}

TEST(Decide, WhatIsAsked) {
  EXPECT_TRUE(matches(R"({"shape": "select ID\n from orders where id=?;"})", {}) == false);
  EXPECT_TRUE(matches(R"({"shape": "select ID\n from orders where id = ?;"})", {}));
  EXPECT_TRUE(matches(R"({"shape": ["x", "SELECT id FROM orders WHERE id = ?"]})", {}));
  EXPECT_TRUE(matches(R"({"fingerprint": "0123456789ABCDEF"})", {}));
  EXPECT_FALSE(matches(R"({"fingerprint": ["0123456789ABCDEE", "0000000000000000"]})", {}));
  EXPECT_TRUE(matches(R"({"query": "^select .* from ORDERS"})", {}));
  EXPECT_FALSE(matches(R"({"query": "(?-i)from ORDERS"})", {}));
  EXPECT_FALSE(matches(R"({"query": "^from"})", {}));
}

TEST(Decide, AnExpressionSeesManyLinesAndNoHint) {
  Statement statement;
  statement.view.shape = "/* tapri: ttl=1s */ SELECT id\nFROM orders";
  EXPECT_TRUE(matches(R"({"query": "^select.*orders$"})", statement));
  EXPECT_FALSE(matches(R"({"query": "tapri"})", statement));
  EXPECT_TRUE(matches(R"({"shape": "select id from orders"})", statement));
}

TEST(Decide, AnExpressionStaysCheapOnALongText) {
  Statement statement;
  const std::string text(1 << 20, 'a');
  statement.view.shape = text;
  EXPECT_FALSE(matches(R"({"query": "(a+)+(a+)+(a|aa)+$b"})", statement));
}

TEST(Decide, Comments) {
  Statement statement;
  statement.view.comment = "page:home v2";
  EXPECT_TRUE(matches(R"({"comment": "page:*"})", statement));
  EXPECT_FALSE(matches(R"({"comment": "page:search*"})", statement));
  EXPECT_FALSE(matches(R"({"comment": "page:*"})", {}));
}

TEST(Decide, EveryConditionMustHold) {
  const std::string all =
      R"("tables": "orders", "tables_all": "o*", "user": "app", "database": "shop", "application": "web",
      "shape": "SELECT id FROM orders WHERE id = ?", "fingerprint": "0123456789abcdef", "query": "select")";
  EXPECT_TRUE(matches("{" + all + "}", {}));
  const auto fails = [&](auto change) {
    Statement statement;
    change(statement);
    return !matches("{" + all + "}", statement);
  };
  EXPECT_TRUE(fails([](Statement& s) { s.tables = {{"public", "o2"}}; }));
  EXPECT_TRUE(fails([](Statement& s) { s.tables.push_back({"public", "seats"}); }));
  EXPECT_TRUE(fails([](Statement& s) { s.view.user = "x"; }));
  EXPECT_TRUE(fails([](Statement& s) { s.view.database = "x"; }));
  EXPECT_TRUE(fails([](Statement& s) { s.view.application = "x"; }));
  EXPECT_TRUE(fails([](Statement& s) { s.view.shape = "SELECT ?"; }));
  EXPECT_TRUE(fails([](Statement& s) { s.view.fingerprint = 1; }));
}

TEST(Decide, HintsOverrideWhereTheyAreAllowed) {
  Statement statement;
  statement.view.hint = "ttl=30s";
  const auto rules = rules_of(R"({"name": "r", "ttl": "1h"})");
  EXPECT_EQ(rules->decide(statement.get()).ttl, 30s);
  EXPECT_EQ(rules->decide(statement.get()).rule, 1U);
  statement.view.hint = "bypass, ttl=30s";
  EXPECT_EQ(rules->decide(statement.get()).action, Action::bypass);
  EXPECT_EQ(rules->decide(statement.get()).reason, Reason::hint_bypass);
  statement.view.hint = "bypas";
  EXPECT_EQ(rules->decide(statement.get()).action, Action::cache);
  EXPECT_EQ(rules->decide(statement.get()).ttl, 1h);
}

TEST(Decide, HintsCountForNothingWhereTheyAreForbidden) {
  Statement statement;
  statement.view.hint = "bypass";
  const auto rules = rules_of(R"({"name": "r", "ttl": "1h"})", R"({"hints": false})");
  EXPECT_EQ(rules->decide(statement.get()).action, Action::cache);
  statement.view.hint = "ttl=30s";
  EXPECT_EQ(rules->decide(statement.get()).ttl, 1h);
}

TEST(Decide, AHintNeverLetsInWhatARuleKeepsOut) {
  Statement statement;
  statement.view.hint = "ttl=30s";
  const Verdict verdict = rules_of(R"({"name": "r", "action": "bypass"})")->decide(statement.get());
  EXPECT_EQ(verdict.action, Action::bypass);
  EXPECT_EQ(verdict.reason, Reason::rule_bypass);
  statement.view.hint = "bypass";
  EXPECT_EQ(rules_of(R"({"name": "r", "action": "bypass"})")->decide(statement.get()).reason, Reason::rule_bypass);
}

}  // namespace
}  // namespace tapri::policy
