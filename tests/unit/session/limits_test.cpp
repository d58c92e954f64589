// The bounds of docs/architecture.md, each filled: what is past it is dropped, and nothing becomes wrong.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "sql/pg/facts.h"
#include "unit/session/script.h"

namespace tapri::session::test {
namespace {

using std::chrono::seconds;

std::string numbered(std::size_t number) { return "select c" + std::to_string(number) + " from orders"; }

TEST(ShapeTableBounds, AreTheDocumentedOnes) {
  const ShapeTable::Config config;
  EXPECT_EQ(config.max_shapes, 20'000U);
  EXPECT_EQ(config.max_bytes, 64U << 20U);
}

TEST(ShapeTableBounds, StartsAnewPastItsShapesAndNeverUsesAnIdTwice) {
  ShapeTable table{{}};
  std::set<std::uint64_t> ids;
  const ShapeRef first = table.intern(numbered(0), {});
  ids.insert(first->id());
  for (std::size_t i = 1; i < 20'000; ++i) ASSERT_TRUE(ids.insert(table.intern(numbered(i), {})->id()).second);
  EXPECT_EQ(table.all().size(), 20'000U);
  EXPECT_EQ(table.find(numbered(0)), first);
  EXPECT_EQ(table.intern(numbered(0), {}), first) << "a known one takes no place";
  EXPECT_EQ(table.all().size(), 20'000U);

  ASSERT_TRUE(ids.insert(table.intern(numbered(20'000), {})->id()).second);
  EXPECT_EQ(table.all().size(), 1U);
  EXPECT_EQ(table.find(numbered(0)), nullptr);
  EXPECT_EQ(first->text(), numbered(0)) << "whoever holds one keeps it";
  for (std::size_t i = 0; i < 20'000; ++i) {
    ASSERT_TRUE(ids.insert(table.intern(numbered(i), {})->id()).second) << "the same text is another shape now";
    ASSERT_LE(table.all().size(), 20'000U);
    if (i > 100) i += 500;  // all() copies
  }
}

TEST(ShapeTableBounds, StartsAnewPastItsBytes) {
  ShapeTable table{{}};
  std::set<std::uint64_t> ids;
  const auto text = [](std::size_t number) {
    return std::to_string(1'000'000 + number) + std::string((1U << 20U) - 7, 'x');
  };
  for (std::size_t i = 0; i < 64; ++i) ASSERT_TRUE(ids.insert(table.intern(text(i), {})->id()).second);
  EXPECT_EQ(table.all().size(), 64U) << "just as much as there is room for";
  ASSERT_TRUE(ids.insert(table.intern("x", {})->id()).second);
  EXPECT_EQ(table.all().size(), 1U);
  // The count starts anew as well.
  for (std::size_t i = 0; i < 63; ++i) ASSERT_TRUE(ids.insert(table.intern(text(i), {})->id()).second);
  EXPECT_EQ(table.all().size(), 64U);
}

TEST(ContextTableBounds, StartsAnewAndNeverUsesAnIdTwice) {
  ContextTable table;
  std::set<std::uint64_t> ids;
  const ContextRef first = table.intern("0", {});
  ids.insert(first->id);
  for (int i = 1; i < 100'000; ++i) ASSERT_TRUE(ids.insert(table.intern(std::to_string(i), {})->id).second);
  EXPECT_EQ(table.intern("0", {}), first);
  ASSERT_TRUE(ids.insert(table.intern("another", {})->id).second);
  EXPECT_TRUE(ids.insert(table.intern("0", {})->id).second) << "it was forgotten, and is another now";
}

// Past 20,000 shapes the worker's memo and the shared table start anew: the statement is a new one, with a new key, so
// that no kept answer can be taken for another's.
TEST(AnalyzerBounds, AStatementIsNeverAnsweredWithAnothersResultWhenTheMemoStartsAnew) {
  World world;
  Peer peer(world);
  peer.miss(numbered(0), "first");
  EXPECT_TRUE(peer.hits(numbered(0)));
  const std::uint64_t id = world.shapes.find(world.analyzer->parse(numbered(0)).shape->text())->id();
  for (std::size_t i = 1; i <= 20'000; ++i) (void)world.analyzer->parse(numbered(i));
  EXPECT_LE(world.shapes.all().size(), 20'000U);
  EXPECT_NE(world.analyzer->parse(numbered(0)).shape->id(), id);
  EXPECT_FALSE(peer.hits(numbered(0)));
  EXPECT_TRUE(peer.hits(numbered(0))) << "kept under its new key";
  peer.run("update orders set c = 1", "UPDATE 1");
  EXPECT_FALSE(peer.hits(numbered(0)));
}

// Texts are remembered in a few thousand slots.
TEST(AnalyzerBounds, TellsTextsApartThatShareASlot) {
  World world;
  const auto text = [](int id) { return "select c from orders where id = " + std::to_string(id); };
  const ShapeRef shape = world.analyzer->parse(text(0)).shape;
  std::set<std::string> literals;
  for (int round = 0; round < 2; ++round) {
    for (int id = 0; id < 10'000; ++id) {
      const ParsedText parsed = world.analyzer->parse(text(id));
      ASSERT_EQ(parsed.shape, shape);
      ASSERT_EQ(literals.emplace(parsed.literals).second, round == 0) << id;
    }
  }
  EXPECT_NE(world.analyzer->parse("select c from orders").shape, shape);
}

TEST(AnalyzerBounds, RemembersTwentyThousandAnalyses) {
  World world;
  Peer peer(world);
  peer.miss("select c from orders", "1");
  const ContextRef context = world.contexts.intern("test", {.user = "ann", .search_path = {"pg_catalog", "public"}});
  const Asker asker{.upstream_database = "test/shop", .database = "shop", .user = "ann", .application = ""};
  const ShapeRef shape = world.analyzer->parse("select c from orders").shape;
  const auto analyse = [&](std::string_view application) {
    Asker who = asker;
    who.application = application;
    return world.analyzer->analyse(shape, context, who, *world.catalog);
  };
  const AnalysisRef first = analyse("");
  EXPECT_TRUE(first->cacheable);
  // One is the session's own.
  for (int i = 2; i < 20'000; ++i) ASSERT_TRUE(analyse(std::to_string(i))->cacheable);
  EXPECT_EQ(analyse(""), first) << "still remembered";
  (void)analyse("one more");
  const AnalysisRef again = analyse("");
  EXPECT_NE(again, first);
  EXPECT_EQ(again->cacheable, first->cacheable);
  EXPECT_EQ(again->dependencies, first->dependencies);
  EXPECT_TRUE(peer.hits("select c from orders")) << "what it says has not changed, nor its key";
}

// A driver that never closes what it prepares.
TEST(PreparedBounds, PastTenThousandAStatementIsPassedOn) {
  World world;
  EXPECT_EQ(world.shared->limits.max_prepared, 10'000U);
  Peer peer(world);
  peer.miss("select c from orders", "1");
  const auto name = [](std::size_t number) { return "s" + std::to_string(number); };
  for (std::size_t i = 0; i < 10'001; ++i) {
    peer.client(parse(name(i), "select c from orders where id = $1") + sync());
    peer.server(parsed() + ready());
  }
  (void)peer.to_server();
  (void)peer.to_client();
  const auto ask = [&](const std::string& statement) {
    peer.client(prepared(statement, {"7"}) + sync());
    const std::string asked = peer.to_server();
    if (!asked.empty()) peer.server(bound() + row("7") + complete("SELECT 1") + ready());
    EXPECT_EQ(peer.to_client(), "2 D(7) C(SELECT 1) Z(I)") << statement;
    return !asked.empty();
  };
  EXPECT_TRUE(ask(name(0)));
  EXPECT_FALSE(ask(name(0))) << "a hit";
  EXPECT_FALSE(ask(name(9'999))) << "the last that is remembered";
  EXPECT_TRUE(ask(name(10'000))) << "one that is not goes to the server";
  EXPECT_TRUE(ask(name(10'000))) << "each time";
  // One that is not known may do anything, and counts as that.
  const auto before = world.log.position();
  EXPECT_TRUE(ask(name(10'000)));
  EXPECT_TRUE(world.all_written(before));
  // There is room again for a name when one was closed.
  peer.client(close('S', name(0)) + sync());
  peer.server(closed() + ready());
  peer.client(parse("again", "select c from prices where id = $1") + sync());
  peer.server(parsed() + ready());
  (void)peer.to_server();
  (void)peer.to_client();
  peer.client(prepared("again", {"7"}) + sync());
  EXPECT_NE(peer.to_server(), "");
}

// expires_at of what was kept of `count` statements stored at one moment.
std::vector<Duration> lifetimes(const char* rules, int count) {
  World world;
  world.rules.set(rules);
  Peer peer(world);
  for (int i = 0; i < count; ++i) peer.miss("select c from orders where id = " + std::to_string(i), "1");
  std::vector<Duration> found;
  (void)world.store->flush([&](const cache::Entry& entry) {
    found.push_back(entry.expires_at - entry.stored_at);
    return false;
  });
  EXPECT_EQ(found.size(), static_cast<std::size_t>(count));
  return found;
}

TEST(Jitter, TakesUpToItsShareOffTheTtl) {
  const auto found = lifetimes(R"({"version": 1, "defaults": {"ttl": "100s", "jitter": "25%"}})", 400);
  const auto [least, most] = std::minmax_element(found.begin(), found.end());
  EXPECT_GT(*least, seconds(75));
  EXPECT_LE(*most, seconds(100));
  EXPECT_GT(std::set<Duration>(found.begin(), found.end()).size(), 350U) << "they do not expire together";
  EXPECT_LT(*least, seconds(85)) << "all of the share is used";
  EXPECT_GT(*most, seconds(90));
}

TEST(Jitter, NoneLeavesTheTtlAsItIs) {
  for (const Duration ttl : lifetimes(R"({"version": 1, "defaults": {"ttl": "100s", "jitter": "0%"}})", 20)) {
    EXPECT_EQ(ttl, seconds(100));
  }
}

TEST(Jitter, OfAllOfItNeverMakesAnEntryImmortal) {
  for (const Duration ttl : lifetimes(R"({"version": 1, "defaults": {"ttl": "100s", "jitter": "100%"}})", 100)) {
    EXPECT_GE(ttl, seconds(0));
    EXPECT_LE(ttl, seconds(100));
  }
}

}  // namespace
}  // namespace tapri::session::test
