// Globs, table patterns, hints, and texts as rules compare them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "policy/glob.h"
#include "policy/hint.h"
#include "policy/rules.h"
#include "policy/shape_text.h"
#include "policy/text.h"

namespace tapri::policy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

TEST(Globs, StarsAndQuestionMarks) {
  EXPECT_TRUE(matches_glob("orders", "orders"));
  EXPECT_FALSE(matches_glob("orders", "Orders"));
  EXPECT_FALSE(matches_glob("orders", "orders_2"));
  EXPECT_TRUE(matches_glob("*", ""));
  EXPECT_TRUE(matches_glob("ledger*", "ledger"));
  EXPECT_TRUE(matches_glob("ledger*", "ledger_2026"));
  EXPECT_FALSE(matches_glob("ledger?", "ledger"));
  EXPECT_TRUE(matches_glob("ledger?", "ledgers"));
  EXPECT_TRUE(matches_glob("*_stats", "order_stats_stats"));
  EXPECT_TRUE(matches_glob("a*b*c", "a-b-b-c"));
  EXPECT_FALSE(matches_glob("a*b*c", "a-c-b"));
  EXPECT_TRUE(matches_glob("**a**", "xax"));
  EXPECT_FALSE(matches_glob("", "x"));
  EXPECT_TRUE(matches_glob("", ""));
  EXPECT_FALSE(matches_glob("[ab]", "a"));
}

TEST(Globs, ManyStarsStayCheap) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  EXPECT_FALSE(matches_glob(pattern + "b", std::string(5000, 'a')));
}

TEST(Tables, WithoutADotInAnySchema) {
  EXPECT_TRUE(matches_table("orders", {"", "orders"}));
  EXPECT_TRUE(matches_table("orders", {"shop", "orders"}));
  EXPECT_TRUE(matches_table("shop.orders", {"shop", "orders"}));
  EXPECT_TRUE(matches_table("s*.o*", {"shop", "orders"}));
  EXPECT_FALSE(matches_table("shop.orders", {"public", "orders"}));
  EXPECT_FALSE(matches_table("shop.orders", {"", "orders"}));
  EXPECT_FALSE(matches_table("shop", {"shop", "orders"}));
}

TEST(Hints, WordsSeparatedByCommasOrBlanks) {
  EXPECT_EQ(parse_hint("ttl=30s").ttl, 30s);
  EXPECT_FALSE(parse_hint("ttl=30s").bypass);
  EXPECT_TRUE(parse_hint("bypass").bypass);
  const Hint both = parse_hint("  ttl=30s,bypass ,\n ttl=1m ");
  EXPECT_TRUE(both.bypass);
  EXPECT_EQ(both.ttl, 1min);
  EXPECT_THAT(both.ignored, IsEmpty());
}

TEST(Hints, AZeroTtlKeepsNothing) {
  EXPECT_TRUE(parse_hint("ttl=0").bypass);
  EXPECT_TRUE(parse_hint("ttl=0ms").bypass);
}

TEST(Hints, AWordThatMeansNothingIsIgnoredByItself) {
  const Hint hint = parse_hint("ttl=30, bypas, ttl=none, ttl=5s, TTL=1s");
  EXPECT_FALSE(hint.bypass);
  EXPECT_EQ(hint.ttl, 5s);
  EXPECT_THAT(hint.ignored, ElementsAre("ttl=30", "bypas", "ttl=none", "TTL=1s"));
  EXPECT_THAT(parse_hint("").ignored, IsEmpty());
  std::string words;
  for (int i = 0; i < 1000; ++i) words += "x ";
  EXPECT_THAT(parse_hint(words).ignored, SizeIs(8));
}

TEST(ShapeText, BlanksCaseAndSemicolonsMakeNoDifference) {
  const std::string form = normal_form("SELECT a, b FROM t WHERE x > ?");
  EXPECT_EQ(normal_form("select a,b\n  from t\twhere x > ? ; ;"), form);
  EXPECT_EQ(normal_form("/* tapri: ttl=1s */ SELECT a , b FROM t WHERE x > ?"), form);
  EXPECT_EQ(normal_form("-- why\nSELECT a, b FROM t WHERE x > ?"), form);
  EXPECT_NE(normal_form("SELECT a, b FROM t WHERE x >= ?"), form);
  EXPECT_EQ(normal_form("SELECT sum( x )"), normal_form("select SUM (x)"));
  EXPECT_EQ(normal_form(""), "");
  EXPECT_EQ(normal_form(" ;; "), "");
}

TEST(ShapeText, WhatIsQuotedIsKept) {
  EXPECT_NE(normal_form("SELECT \"A\""), normal_form("SELECT \"a\""));
  EXPECT_NE(normal_form("SELECT 'a  b'"), normal_form("SELECT 'a b'"));
  EXPECT_EQ(normal_form("SELECT \"it's\" FROM T"), "select \"it's\" from t");
  EXPECT_EQ(normal_form("SELECT 'it''s' FROM T"), "select 'it''s' from t");
}

TEST(ShapeText, OperatorsAreNotRunTogether) {
  EXPECT_NE(normal_form("SELECT a - - b"), normal_form("SELECT a -- b"));
  EXPECT_NE(normal_form("SELECT a < -1"), normal_form("SELECT a <- 1"));
}

TEST(ShapeText, LeadingComments) {
  EXPECT_EQ(without_leading_comments("/* a /* nested */ b */ -- c\n SELECT"), "SELECT");
  EXPECT_EQ(without_leading_comments("/* not closed"), "/* not closed");
  EXPECT_EQ(without_leading_comments("-- only"), "-- only");
  EXPECT_EQ(without_leading_comments("  "), "");
  EXPECT_EQ(without_leading_comments("/*/ SELECT"), "/*/ SELECT");
}

TEST(Text, TheNearestWordIsSuggestedOnlyWhereItIsNear) {
  const std::string_view words[] = {"tables", "tables_all", "user"};
  EXPECT_EQ(nearest("table", words), "tables");
  EXPECT_EQ(nearest("usr", words), "user");
  EXPECT_EQ(nearest("fingerprint", words), "");
  EXPECT_EQ(nearest(std::string(10000, 'x'), words), "");
}

}  // namespace
}  // namespace tapri::policy
