#include "cache/memory/w_tinylfu.h"

#include <gtest/gtest.h>

#include "unit/cache/policy_nodes.h"

namespace tapri::cache::memory {
namespace {

using test::Nodes;
using test::Order;
using test::spread;

TEST(WTinyLfu, OfWhatWasSeenOnceTheNewestGoesFirst) {
  WTinyLfu policy(1 << 20);
  Nodes nodes(policy);
  for (std::uint64_t n = 1; n <= 4; ++n) nodes.add(spread(n));
  // 1 to 3 have filled the main part; 4, in the window, was seen no more often than what would have to go for it.
  EXPECT_EQ(nodes.evict_all(), (Order{spread(4), spread(1), spread(2), spread(3)}));
}

TEST(WTinyLfu, ACandidateThatWasSeenMoreOftenTakesTheVictimsPlace) {
  WTinyLfu policy(1 << 20);
  Nodes nodes(policy);
  for (std::uint64_t n = 1; n <= 4; ++n) nodes.add(spread(n));
  EXPECT_EQ(nodes.evict(), spread(4));
  nodes.add(spread(4));  // the second time
  EXPECT_EQ(nodes.evict(), spread(1));
  EXPECT_EQ(nodes.evict_all(), (Order{spread(2), spread(3), spread(4)}));
}

TEST(WTinyLfu, WhatIsUsedOnProbationIsProtected) {
  WTinyLfu policy(1 << 20);
  Nodes nodes(policy);
  EvictionNode& first = nodes.add(spread(1));
  for (std::uint64_t n = 2; n <= 10; ++n) nodes.add(spread(n));
  EXPECT_EQ(nodes.evict(), spread(10));
  policy.touch(first);
  EXPECT_EQ(nodes.evict(), spread(2));
  EXPECT_EQ(nodes.evict_all().back(), spread(1));
}

TEST(WTinyLfu, AtMostFourFifthsOfTheMainPartAreProtected) {
  WTinyLfu policy(1 << 20);
  Nodes nodes(policy);
  std::vector<EvictionNode*> added;
  for (std::uint64_t n = 1; n <= 11; ++n) added.push_back(&nodes.add(spread(n)));
  EXPECT_EQ(nodes.evict(), spread(11));
  added.pop_back();
  for (EvictionNode* node : added) policy.touch(*node);
  // The first two were put back on probation, by the ninth and the tenth.
  EXPECT_EQ(nodes.evict(), spread(1));
  EXPECT_EQ(nodes.evict(), spread(2));
  EXPECT_EQ(nodes.evict(), spread(3)) << "and then the least recently used of the protected";
}

TEST(WTinyLfu, AScanLeavesAloneWhatIsUsed) {
  WTinyLfu policy(1 << 20);
  Nodes nodes(policy);
  std::vector<EvictionNode*> hot;
  for (std::uint64_t n = 1; n <= 60; ++n) hot.push_back(&nodes.add(spread(n)));
  for (EvictionNode* node : hot) policy.touch(*node);
  for (std::uint64_t n = 61; n <= 100; ++n) nodes.add(spread(n));
  for (std::uint64_t n = 1'000; n < 3'000; ++n) {
    const std::uint64_t victim = nodes.evict();
    for (std::uint64_t h = 1; h <= 60; ++h) ASSERT_NE(victim, spread(h));
    nodes.add(spread(n));
    policy.touch(*hot[n % hot.size()]);
  }
}

// Each key a few times in a short while, and then no more: only recency helps.
TEST(WTinyLfu, TheWindowWidensWhereRecencyHelps) {
  constexpr std::size_t kKept = 200;
  WTinyLfu policy(1 << 20);
  Nodes nodes(policy);
  std::vector<EvictionNode*> kept(100'000, nullptr);
  std::size_t count = 0;
  const double narrow = policy.window_share();
  for (std::uint64_t n = 0; n < kept.size(); ++n) {
    for (const std::uint64_t back : {0U, 50U, 100U}) {
      if (n < back) continue;
      EvictionNode*& node = kept[n - back];
      if (node != nullptr) {
        policy.touch(*node);
        continue;
      }
      if (count == kKept) {
        const EvictionNode* const victim = policy.evict();
        kept[victim->rank] = nullptr;
        --count;
      }
      node = &nodes.add(spread(n - back));
      node->rank = n - back;  // not used by this policy
      ++count;
    }
  }
  EXPECT_GT(policy.window_share(), 4 * narrow);
}

TEST(WTinyLfu, RemovesFromEveryQueue) {
  WTinyLfu policy(1 << 20);
  Nodes nodes(policy);
  EvictionNode& safe = nodes.add(spread(1));
  EvictionNode& on_probation = nodes.add(spread(2));
  nodes.add(spread(3));
  EvictionNode& in_window = nodes.add(spread(4));
  nodes.add(spread(5));
  EXPECT_EQ(nodes.evict(), spread(5));
  policy.touch(safe);
  EvictionNode& latest = nodes.add(spread(6));
  for (EvictionNode* node : {&safe, &on_probation, &in_window, &latest}) policy.remove(*node);
  EXPECT_EQ(nodes.evict_all(), (Order{spread(3)}));
}

}  // namespace
}  // namespace tapri::cache::memory
