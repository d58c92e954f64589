// Random histories of a fleet: see fleet_model.h.
#include <gtest/gtest.h>

#include <cstdio>

#include "fleet_model.h"

namespace tapri::coherence::fleet_model {
namespace {

constexpr std::size_t kHistories = 8'000;
constexpr std::size_t kSteps = 3'000;

Outcome add(const Outcome& one, const Outcome& other) {
  return {.hits = one.hits + other.hits,
          .adopted = one.adopted + other.adopted,
          .misses = one.misses + other.misses,
          .writes = one.writes + other.writes,
          .unknown = one.unknown + other.unknown,
          .flushes = one.flushes + other.flushes,
          .faults = one.faults + other.faults,
          .gaps = one.gaps + other.gaps,
          .stale = one.stale + other.stale,
          .own_stale = one.own_stale + other.own_stale};
}

Outcome histories(FleetMode mode) {
  Outcome all;
  for (std::uint64_t seed = 1; seed <= kHistories; ++seed) {
    const Outcome outcome = World(seed, mode, Broken::nothing).run(kSteps);
    EXPECT_EQ(outcome.stale, 0U) << "seed " << seed;
    EXPECT_EQ(outcome.own_stale, 0U) << "seed " << seed;
    all = add(all, outcome);
    if (testing::Test::HasFailure()) break;
  }
  std::printf(
      "%zu histories: %zu hits, %zu adopted, %zu misses, %zu writes, %zu flushes, %zu failed, %zu faults, %zu gaps\n",
      kHistories, all.hits, all.adopted, all.misses, all.writes, all.flushes, all.unknown, all.faults, all.gaps);
  return all;
}

void expect_much_happened(const Outcome& all) {
  EXPECT_GT(all.hits, 10U * kHistories);
  EXPECT_GT(all.adopted, kHistories);
  EXPECT_GT(all.writes, 10U * kHistories);
  EXPECT_GT(all.flushes, 2U * kHistories);
  EXPECT_GT(all.faults, 2U * kHistories);
  EXPECT_GT(all.gaps, kHistories / 2);
}

TEST(FleetModel, StrictIsLinearizable) { expect_much_happened(histories(FleetMode::strict)); }

TEST(FleetModel, BoundedIsBounded) { expect_much_happened(histories(FleetMode::bounded)); }

// The same histories must show what is wrong with what is broken, or nothing could be said of what is not.
struct Case {
  Broken broken;
  FleetMode mode;
};
class BrokenFleet : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Models, BrokenFleet,
                         testing::Values(Case{Broken::dirty_lowered_early, FleetMode::strict},
                                         Case{Broken::base_not_raised, FleetMode::bounded},
                                         Case{Broken::intents_ignored, FleetMode::strict},
                                         Case{Broken::not_announced, FleetMode::strict},
                                         Case{Broken::not_announced, FleetMode::bounded},
                                         Case{Broken::synced_when_answered, FleetMode::bounded},
                                         Case{Broken::incomplete_is_synced, FleetMode::bounded},
                                         Case{Broken::sync_before_request, FleetMode::strict},
                                         Case{Broken::tail_not_compared, FleetMode::strict},
                                         Case{Broken::unannounced_forgotten, FleetMode::strict},
                                         Case{Broken::flush_not_told, FleetMode::bounded},
                                         Case{Broken::flush_not_held_against_what_is_found, FleetMode::bounded},
                                         Case{Broken::flush_settled_early, FleetMode::strict}));

TEST_P(BrokenFleet, IsFound) {
  std::uint64_t seed = 1;
  for (; seed <= kHistories; ++seed) {
    const Outcome outcome = World(seed, GetParam().mode, GetParam().broken).run(kSteps);
    if (outcome.stale + outcome.own_stale > 0) break;
  }
  EXPECT_LE(seed, kHistories);
}

}  // namespace
}  // namespace tapri::coherence::fleet_model
