// Reads that the cache answers, in each protocol, and what may be answered by what.
#include <gtest/gtest.h>

#include "unit/session/script.h"

namespace tapri::session::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* kSelect = "select c from orders where id = 1";
constexpr const char* kParameter = "select c from orders where id = $1";

TEST(SimpleQuery, IsAnsweredFromTheCacheTheSecondTime) {
  World world;
  Peer a(world);
  a.miss(kSelect, "1");
  a.client(query(kSelect));
  EXPECT_EQ(a.to_server(), "");
  EXPECT_EQ(a.to_client(), "T D(1) C(SELECT 1) Z(I)");
  EXPECT_EQ(world.count(telemetry::Outcome::hit_l1), 1U);
  EXPECT_EQ(world.count(telemetry::Outcome::miss), 1U);
}

TEST(SimpleQuery, WithOtherLiteralsIsAnotherQuestion) {
  World world;
  Peer a(world);
  a.miss(kSelect, "1");
  a.miss("select c from orders where id = 2", "2");
  EXPECT_TRUE(a.hits(kSelect));
}

TEST(SimpleQuery, OfOneSessionAnswersAnotherWithTheSameSettingsAndNoOther) {
  World world;
  Peer a(world), b(world), c(world), d(world);
  c.settings["TimeZone"] = "Asia/Kolkata";
  d.settings["role"] = "bob";
  a.miss(kSelect, "1");
  EXPECT_TRUE(b.hits(kSelect));
  EXPECT_FALSE(c.hits(kSelect));
  EXPECT_FALSE(d.hits(kSelect));
}

TEST(SimpleQuery, DropsTheUnnamedStatementAsTheServerDoes) {
  World world;
  Peer a(world);
  a.client(extended(kSelect) + sync());
  a.server(extended_result("1") + ready());
  a.client(extended(kSelect) + sync());
  EXPECT_EQ(a.to_client(), "1 2 T D(1) C(SELECT 1) Z(I) 1 2 T D(1) C(SELECT 1) Z(I)");
  EXPECT_TRUE(a.to_server().starts_with("P(,"));
  a.run("listen x", "LISTEN");
  a.client(bind_message("", "") + execute() + sync());
  EXPECT_EQ(a.to_server(), "B(,) E() S") << "the server is to say that there is no such statement";
}

TEST(ExtendedQuery, IsAnsweredFromTheCacheTheSecondTime) {
  World world;
  Peer a(world);
  a.client(extended(kParameter, {"7"}) + sync());
  EXPECT_EQ(a.to_server(), "P(,select c from orders where id = $1) B(,) D(P) E() S");
  a.server(extended_result("seven") + ready());
  EXPECT_EQ(a.to_client(), "1 2 T D(seven) C(SELECT 1) Z(I)");
  a.client(extended(kParameter, {"7"}) + sync());
  EXPECT_EQ(a.to_server(), "");
  EXPECT_EQ(a.to_client(), "1 2 T D(seven) C(SELECT 1) Z(I)");
}

TEST(ExtendedQuery, WithOtherParametersIsAnotherQuestion) {
  World world;
  Peer a(world);
  a.client(extended(kParameter, {"7"}) + sync());
  a.server(extended_result("seven") + ready());
  (void)a.to_server();
  a.client(extended(kParameter, {"8"}) + sync());
  EXPECT_NE(a.to_server(), "");
}

TEST(ExtendedQuery, NeverAnswersASimpleOneNorTheOtherWayRound) {
  World world;
  Peer a(world);
  a.miss(kSelect, "simple");
  a.client(extended(kSelect) + sync());
  EXPECT_NE(a.to_server(), "");
  a.server(extended_result("extended") + ready());
  (void)a.to_client();
  a.client(query(kSelect));
  EXPECT_EQ(a.to_server(), "");
  EXPECT_EQ(a.to_client(), "T D(simple) C(SELECT 1) Z(I)");
  a.client(extended(kSelect) + sync());
  EXPECT_EQ(a.to_client(), "1 2 T D(extended) C(SELECT 1) Z(I)");
}

TEST(PreparedStatement, IsAnsweredFromTheCacheOnceExecuted) {
  World world;
  Peer a(world);
  a.client(parse("s", kParameter) + sync());
  EXPECT_EQ(a.to_server(), "P(s,select c from orders where id = $1) S");
  a.server(parsed() + ready());
  EXPECT_EQ(a.to_client(), "1 Z(I)");
  a.client(prepared("s", {"1"}) + sync());
  EXPECT_EQ(a.to_server(), "B(,s) E() S");
  a.server(bound() + row("1") + complete("SELECT 1") + ready());
  EXPECT_EQ(a.to_client(), "2 D(1) C(SELECT 1) Z(I)");
  a.client(prepared("s", {"1"}) + sync());
  EXPECT_EQ(a.to_server(), "");
  EXPECT_EQ(a.to_client(), "2 D(1) C(SELECT 1) Z(I)");
}

TEST(PreparedStatement, AskedWithDescribeNeedsAnEntryThatHasADescription) {
  World world;
  Peer a(world);
  a.client(parse("s", kSelect) + sync());
  a.server(parsed() + ready());
  a.client(prepared("s") + sync());
  a.server(bound() + row("1") + complete("SELECT 1") + ready());
  (void)a.to_client();
  (void)a.to_server();
  const std::string described = bind_message("", "s") + describe('P', "") + execute() + sync();
  a.client(described);
  EXPECT_EQ(a.to_server(), "B(,s) D(P) E() S");
  a.server(bound() + result("1") + ready());
  EXPECT_EQ(a.to_client(), "2 T D(1) C(SELECT 1) Z(I)");
  a.client(described);
  EXPECT_EQ(a.to_client(), "2 T D(1) C(SELECT 1) Z(I)");
  a.client(prepared("s") + sync());
  EXPECT_EQ(a.to_client(), "2 D(1) C(SELECT 1) Z(I)");
  EXPECT_EQ(a.to_server(), "");
}

TEST(Entry, PastItsTtlIsAskedForAgain) {
  World world;
  world.rules.set(R"({"version": 1, "defaults": {"ttl": "1m", "jitter": "0%"}})");
  Peer a(world);
  a.miss(kSelect, "1");
  world.clock.advance(59s);
  EXPECT_TRUE(a.hits(kSelect));
  world.clock.advance(2s);
  (void)a.to_client();
  EXPECT_FALSE(a.hits(kSelect));
  EXPECT_TRUE(a.hits(kSelect));
}

TEST(Entry, ThatWasFlushedIsAskedForAgain) {
  World world;
  Peer a(world);
  a.miss(kSelect, "1");
  EXPECT_EQ(world.store->flush([](const cache::Entry&) { return true; }), 1U);
  EXPECT_FALSE(a.hits(kSelect));
}

TEST(Entry, KeptByATtlRuleOutlivesWrites) {
  World world;
  world.rules.set(
      R"({"version": 1, "rules": [{"name": "r", "match": {"tables": ["orders"]}, "ttl": "1m", "coherence": "ttl"}]})");
  Peer a(world);
  a.miss(kSelect, "1");
  a.run("update orders set c = 2", "UPDATE 1");
  EXPECT_TRUE(a.hits(kSelect));
}

TEST(Entry, OfACoherentRuleIsNoUseToATtlRuleAndTheOtherWayRound) {
  World world;
  Peer a(world);
  a.miss(kSelect, "1");
  world.rules.set(
      R"({"version": 1, "rules": [{"name": "r", "match": {"tables": ["orders"]}, "ttl": "1m", "coherence": "ttl"}]})");
  EXPECT_FALSE(a.hits(kSelect));
  EXPECT_TRUE(a.hits(kSelect));
  (void)a.to_client();
  world.rules.set(R"({"version": 1})");
  EXPECT_FALSE(a.hits(kSelect));
}

TEST(Hint, BypassesOrShortensTheTtl) {
  World world;
  Peer a(world);
  const std::string bypass = "/* tapri: bypass */ select c from orders where id = 1";
  EXPECT_FALSE(a.hits(bypass));
  EXPECT_FALSE(a.hits(bypass));
  EXPECT_EQ(world.bypassed(Reason::hint_bypass), 2U);
  const std::string brief = "/* tapri: ttl=1s */ select c from orders where id = 1";
  EXPECT_FALSE(a.hits(brief));
  EXPECT_TRUE(a.hits(brief));
  (void)a.to_client();
  world.clock.advance(2s);
  EXPECT_FALSE(a.hits(brief));
}

TEST(Caching, SwitchedOffPassesEverything) {
  World world;
  Peer a(world);
  a.miss(kSelect, "1");
  world.shared->caching = false;
  EXPECT_FALSE(a.hits(kSelect));
  EXPECT_EQ(world.bypassed(Reason::caching_off), 1U);
  world.shared->caching = true;
  EXPECT_TRUE(a.hits(kSelect));
}

TEST(Caching, OfAViewOrATemporaryOwnersReadsIsRefused) {
  World world;
  Peer a(world), b(world), c(world);
  EXPECT_FALSE(a.hits("select c from v_orders"));
  EXPECT_FALSE(a.hits("select c from v_orders"));
  b.settings["temporary"] = "12345";
  EXPECT_FALSE(b.hits(kSelect));
  EXPECT_FALSE(b.hits(kSelect));
  EXPECT_EQ(world.bypassed(Reason::temporary_relation), 2U);
  c.settings["standby"] = "true";
  EXPECT_FALSE(c.hits(kSelect));
  EXPECT_FALSE(c.hits(kSelect));
  EXPECT_EQ(world.bypassed(Reason::standby), 2U);
}

}  // namespace
}  // namespace tapri::session::test
