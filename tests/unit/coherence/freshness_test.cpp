#include "coherence/freshness.h"

#include <gtest/gtest.h>

namespace tapri::coherence {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kNow{1h};

TEST(Freshness, AProcessAloneIsAlwaysFresh) {
  const Freshness alone;
  EXPECT_EQ(alone.mode(), FleetMode::local);
  EXPECT_TRUE(alone.fresh(kNow));
  EXPECT_TRUE(alone.fresh(TimePoint::max()));
}

TEST(Freshness, IsCountedFromWhenTheLastReadWasSent) {
  Freshness freshness(FleetMode::bounded, 1s);
  EXPECT_FALSE(freshness.fresh(kNow));
  EXPECT_FALSE(freshness.fresh(TimePoint{}));
  freshness.synced(kNow, false);
  EXPECT_TRUE(freshness.fresh(kNow + 1s));
  EXPECT_FALSE(freshness.fresh(kNow + 1s + 1ns));
  freshness.synced(kNow - 5s, false);
  EXPECT_EQ(freshness.last_sync(), kNow) << "an answer that comes late takes nothing back";
  EXPECT_TRUE(freshness.fresh(kNow + 1s));
}

TEST(Freshness, IsSuspendedUntilTheNextSync) {
  Freshness freshness(FleetMode::strict, 1s);
  freshness.synced(kNow, false);
  freshness.suspend();
  EXPECT_FALSE(freshness.fresh(kNow));
  freshness.synced(kNow, true);
  EXPECT_FALSE(freshness.fresh(kNow));
  freshness.synced(kNow + 1ms, false);
  EXPECT_TRUE(freshness.fresh(kNow + 1ms));
}

TEST(Freshness, InBoundedAnAnswerIsGoodForMaxStalenessWhateverTheLogSays) {
  const Freshness bounded(FleetMode::bounded, 1s), strict(FleetMode::strict, 1s);
  EXPECT_TRUE(bounded.young(kNow, kNow));
  EXPECT_TRUE(bounded.young(kNow, kNow + 1s));
  EXPECT_FALSE(bounded.young(kNow, kNow + 1s + 1ns));
  EXPECT_FALSE(bounded.young(TimePoint::min(), kNow));
  EXPECT_FALSE(strict.young(kNow, kNow));
}

}  // namespace
}  // namespace tapri::coherence
