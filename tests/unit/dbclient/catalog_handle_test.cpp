#include "dbclient/catalog_handle.h"

#include <gtest/gtest.h>

namespace tapri::dbclient {
namespace {

std::shared_ptr<const catalog::Snapshot> snapshot() { return catalog::Snapshot::build({}); }

class CatalogHandleTest : public testing::Test {
 protected:
  int wakes_ = 0;
  CatalogHandle handle_{"shop", "test/shop", [this] { ++wakes_; }};
};

TEST_F(CatalogHandleTest, IsNotUsableBeforeItIsPublished) {
  EXPECT_FALSE(handle_.usable());
  EXPECT_FALSE(handle_.known());
  EXPECT_FALSE(handle_.publish(handle_.mark()));
  handle_.store(snapshot());
  EXPECT_FALSE(handle_.usable());
  EXPECT_TRUE(handle_.known());
  EXPECT_EQ(handle_.snapshot(), nullptr);
  EXPECT_TRUE(handle_.publish(handle_.mark()));
  EXPECT_EQ(handle_.generation(), 1U);
  EXPECT_EQ(handle_.view().generation, 1U);
  EXPECT_NE(handle_.view().snapshot, nullptr);
}

TEST_F(CatalogHandleTest, RemembersWhatIsHiddenWhileNotUsable) {
  EXPECT_EQ(handle_.hidden_effects(), std::nullopt);
  handle_.store(snapshot());
  EXPECT_EQ(handle_.hidden_effects(), catalog::HiddenEffects{});
  catalog::Snapshot::Source source;
  source.relations.emplace_back().read_side_effects = true;
  handle_.store(catalog::Snapshot::build(std::move(source)));
  handle_.invalidate();
  EXPECT_EQ(handle_.hidden_effects(), catalog::HiddenEffects{.reads = true});
}

TEST_F(CatalogHandleTest, InvalidatingDuringALoadRefusesIt) {
  const auto mark = handle_.mark();
  handle_.store(snapshot());
  handle_.invalidate();
  EXPECT_EQ(wakes_, 1);
  EXPECT_FALSE(handle_.publish(mark));
  EXPECT_FALSE(handle_.usable());
  EXPECT_TRUE(handle_.publish(handle_.mark()));
  EXPECT_EQ(handle_.generation(), 1U);
}

TEST_F(CatalogHandleTest, GenerationGrowsWithSnapshotsOnly) {
  handle_.store(snapshot());
  handle_.publish(handle_.mark());
  handle_.invalidate();
  EXPECT_FALSE(handle_.usable());
  handle_.publish(handle_.mark());
  EXPECT_EQ(handle_.generation(), 1U);
  handle_.store(snapshot());
  EXPECT_FALSE(handle_.usable());
  handle_.publish(handle_.mark());
  EXPECT_EQ(handle_.generation(), 2U);
}

TEST_F(CatalogHandleTest, SuspicionInvalidatesWhatIsInForce) {
  handle_.store(snapshot());
  handle_.publish(handle_.mark());
  const auto mark = handle_.mark();
  handle_.suspect();
  EXPECT_FALSE(handle_.usable());
  EXPECT_FALSE(handle_.publish(mark));
  EXPECT_FALSE(handle_.take_suspicion());
}

// What is looked at may be from before the statement that was committed meanwhile.
TEST_F(CatalogHandleTest, SuspicionHoldsUpOneLookAndNotTheNext) {
  handle_.store(snapshot());
  for (int round = 0; round < 2; ++round) {
    for (const bool published : {false, true}) {
      handle_.looking();
      const auto mark = handle_.mark();
      handle_.suspect();
      EXPECT_EQ(handle_.publish(mark), published);
      EXPECT_TRUE(handle_.take_suspicion());
      EXPECT_FALSE(handle_.take_suspicion());
    }
    handle_.suspend();
  }
}

TEST_F(CatalogHandleTest, SuspicionBeforeALookDoesNotHoldItUp) {
  handle_.store(snapshot());
  handle_.suspect();
  handle_.looking();
  EXPECT_TRUE(handle_.publish(handle_.mark()));
  EXPECT_FALSE(handle_.take_suspicion());
}

TEST_F(CatalogHandleTest, DoubtIsASuspicion) {
  handle_.store(snapshot());
  handle_.publish(handle_.mark());
  handle_.doubt();
  EXPECT_FALSE(handle_.usable());
  handle_.looking();
  EXPECT_TRUE(handle_.publish(handle_.mark()));
  handle_.doubt();
  EXPECT_FALSE(handle_.usable()) << "the look before was undisturbed";
}

// Instances that know no schema write what they cannot name, and each has the others look again.
TEST_F(CatalogHandleTest, DoubtWithoutABreakLeavesItUsable) {
  handle_.store(snapshot());
  const auto look = [this] {
    handle_.looking();
    const auto mark = handle_.mark();
    handle_.doubt();
    return handle_.publish(mark);
  };
  EXPECT_FALSE(look());
  EXPECT_TRUE(look());
  handle_.doubt();
  EXPECT_TRUE(handle_.usable());
  EXPECT_TRUE(handle_.look_wanted());
  EXPECT_TRUE(look());
  handle_.doubt();
  EXPECT_TRUE(handle_.usable());
  handle_.suspect();
  EXPECT_FALSE(handle_.usable()) << "what was written here is another thing";
  // Two looks in peace.
  for (int i = 0; i < 2; ++i) {
    handle_.looking();
    EXPECT_TRUE(handle_.publish(handle_.mark()));
  }
  handle_.doubt();
  EXPECT_FALSE(handle_.usable());
}

TEST_F(CatalogHandleTest, FailureIsShownUntilItWorksAgain) {
  handle_.store(snapshot());
  handle_.publish(handle_.mark());
  handle_.fail("gone");
  EXPECT_FALSE(handle_.usable());
  EXPECT_EQ(handle_.status().last_error, "gone");
  handle_.publish(handle_.mark());
  EXPECT_EQ(handle_.status().last_error, "");
  EXPECT_EQ(handle_.status().loads, 1U);
}

}  // namespace
}  // namespace tapri::dbclient
