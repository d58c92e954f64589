// What somebody has flushed by name: by whom a kept answer may still be given, here and out of the tier behind the
// store. The log is flushed as another instance's flush does it: nobody goes through the store.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "session/shape_table.h"
#include "unit/session/fake_tier.h"
#include "unit/session/script.h"

namespace tapri::session::test {
namespace {

using coherence::Footprint;
using telemetry::FillResult;

constexpr const char* kRules = R"({"version": 1, "rules": [
  {"name": "batch", "match": {"application": "batch"}},
  {"name": "orders", "match": {"tables": "orders"}, "tags": ["shop", "slow"]},
  {"name": "prices", "match": {"tables": "prices"}, "tags": ["shop"]},
  {"name": "items", "match": {"tables": "items"}, "ttl": "1h", "coherence": "ttl"}]})";
constexpr const char* kOfOrders = "select c from orders where id = 1";
constexpr const char* kOfPrices = "select c from prices";
constexpr const char* kOfItems = "select c from items";
constexpr const char* kUnruled = "select c from audited";

std::uint64_t fingerprint(World& world, const char* of) {
  for (const ShapeRef& shape : world.shapes.all()) {
    if (shape->text().find(of) != std::string::npos) return shape->fingerprint();
  }
  return 0;
}

struct FlushTest : ::testing::Test {
  FlushTest() { world.rules.set(kRules); }
  void keep_all() {
    for (const char* sql : kAll) peer.miss(sql, "old");
  }
  // Which of all are asked for anew, of those that were kept.
  std::string gone() {
    std::string names;
    for (std::size_t i = 0; i < kAll.size(); ++i) {
      const bool kept = peer.hits(kAll[i]);
      (void)peer.to_client();
      if (!kept) names += "opiu"[i];
    }
    return names;
  }
  static constexpr std::array kAll = {kOfOrders, kOfPrices, kOfItems, kUnruled};
  World world;
  Peer peer{world};
};

TEST_F(FlushTest, ByRuleTagStatementOrAllEndsWhatItNamesAndNothingElse) {
  keep_all();
  const struct {
    Footprint what;
    const char* gone;
  } cases[] = {
      {Footprint({coherence::rule_scope("nobody's")}), ""},
      {Footprint({coherence::rule_scope("orders")}), "o"},
      {Footprint({coherence::tag_scope("shop")}), "op"},
      {Footprint({coherence::tag_scope("slow")}), "o"},
      {Footprint({coherence::tag_scope("orders")}), ""},
      {Footprint({coherence::rule_scope("defaults")}), "u"},
      {Footprint({coherence::rule_scope("items")}), "i"},
      {Footprint({coherence::fingerprint_scope(fingerprint(world, "prices"))}), "p"},
      {Footprint({coherence::untracked_scope()}), "i"},
      {Footprint({coherence::any_of(world.catalog->name_space(), kPrices), coherence::untracked_scope()}), "pi"},
      {{}, "opiu"}};
  for (const auto& each : cases) {
    EXPECT_EQ(gone(), "") << "all are kept before the flush that is to end " << each.gone;
    world.log.flush(each.what);
    EXPECT_EQ(gone(), each.gone);
  }
}

TEST_F(FlushTest, WhatIsBeingReadMeanwhileIsNotKept) {
  peer.client(query(kOfOrders));
  world.log.flush(Footprint({coherence::rule_scope("orders")}));
  peer.server(result("old") + ready());
  EXPECT_EQ(world.filled(FillResult::refused_lease), 1U);
  EXPECT_EQ(world.entries(), 0U);
  peer.client(query(kOfPrices));
  world.log.flush(Footprint({coherence::rule_scope("orders")}));
  peer.server(result("good") + ready());
  EXPECT_EQ(world.entries(), 1U);
}

// Applications share what is kept, whatever rule it was kept under.
TEST_F(FlushTest, ReachesWhatWasKeptUnderAnotherRule) {
  Peer batch(world, 0, {.user = "ann", .database = "shop", .application = "batch"});
  batch.miss(kOfOrders, "old");
  EXPECT_TRUE(peer.hits(kOfOrders));
  (void)peer.to_client();
  world.log.flush(Footprint({coherence::rule_scope("batch")}));
  EXPECT_FALSE(peer.hits(kOfOrders));
}

// Two instances; of `here`, what it has itself kept is gone.
struct FlushedTierTest : FlushTest {
  struct WithTier : World {
    explicit WithTier(FakeTier& tier) { remote = &tier; }
  };
  FlushedTierTest() {
    for (WithTier* each : {&here, &there}) each->rules.set(kRules);
    // Positions of both are one log's.
    for (WithTier* each : {&here, &there}) each->log.append({});
    Peer writer(there);
    for (const char* sql : kAll) {
      writer.client(query(sql));
      tier.answer();
      writer.woken();
      writer.server(result("old") + ready());
      (void)writer.to_server();
    }
  }
  // Whether the answer is found in the tier.
  bool found(Peer& by, const char* sql) {
    by.client(query(sql));
    tier.answer();
    by.woken();
    const bool answered = by.to_server().empty();
    if (!answered) by.server(result("new") + ready());
    (void)by.to_client();
    return answered;
  }
  std::string gone_from_tier() {
    Peer by(here);
    std::string names;
    for (std::size_t i = 0; i < kAll.size(); ++i) {
      if (!found(by, kAll[i])) names += "opiu"[i];
    }
    return names;
  }
  FakeTier tier;
  WithTier here{tier}, there{tier};
};

TEST_F(FlushedTierTest, WithoutAFlushAllIsFound) { EXPECT_EQ(gone_from_tier(), ""); }

TEST_F(FlushedTierTest, ByRuleIsNotFound) {
  here.log.flush(Footprint({coherence::rule_scope("orders")}));
  EXPECT_EQ(gone_from_tier(), "o");
}

TEST_F(FlushedTierTest, ByTagIsNotFound) {
  here.log.flush(Footprint({coherence::tag_scope("shop")}));
  EXPECT_EQ(gone_from_tier(), "op");
}

TEST_F(FlushedTierTest, ByStatementIsNotFound) {
  here.log.flush(Footprint({coherence::fingerprint_scope(fingerprint(there, "audited"))}));
  EXPECT_EQ(gone_from_tier(), "u");
}

TEST_F(FlushedTierTest, OfATableIsNotFoundNorWhatMayRestOnIt) {
  here.log.flush(Footprint({coherence::any_of(here.catalog->name_space(), kPrices), coherence::untracked_scope()}));
  EXPECT_EQ(gone_from_tier(), "pi");
}

TEST_F(FlushedTierTest, OfAllIsNotFound) {
  here.log.flush({});
  EXPECT_EQ(gone_from_tier(), "opiu");
}

TEST_F(FlushedTierTest, WhatCameOfTheTierBeforeEndsToo) {
  Peer by(here);
  EXPECT_TRUE(found(by, kOfItems));
  EXPECT_TRUE(by.hits(kOfItems));
  (void)by.to_client();
  here.log.flush(Footprint({coherence::rule_scope("items")}));
  EXPECT_FALSE(found(by, kOfItems)) << "neither here nor there";
}

TEST_F(FlushedTierTest, WhatNoWriteEndsIsOnlyTakenWhereItIsKnownWhatWasFlushed) {
  here.freshness.suspend();
  Peer by(here);
  EXPECT_FALSE(found(by, kOfItems));
}

// What is in the tier knows no rule: it is found under that alone which has kept it.
TEST_F(FlushedTierTest, WhatWasKeptUnderAnotherRuleIsNotFound) {
  Peer batch(here, 0, {.user = "ann", .database = "shop", .application = "batch"});
  EXPECT_FALSE(found(batch, kOfPrices));
  Peer by(here);
  EXPECT_TRUE(found(by, kOfOrders));
}

}  // namespace
}  // namespace tapri::session::test
