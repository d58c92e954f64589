#include "cache/memory/greedy_dual.h"

#include <gtest/gtest.h>

#include "unit/cache/policy_nodes.h"

namespace tapri::cache::memory {
namespace {

using test::Nodes;
using test::Order;
using test::spread;

void touch(EvictionPolicy& policy, EvictionNode& node, int times) {
  for (int i = 0; i < times; ++i) policy.touch(node);
}

TEST(GdsFrequency, WhatSavesLeastForItsBytesGoesFirst) {
  GdsFrequency policy(1 << 20);
  Nodes nodes(policy);
  nodes.add(spread(1), 1'000, 8'000);
  nodes.add(spread(2), 1'000, 1'000);
  nodes.add(spread(3), 100, 3'000);
  nodes.add(spread(4), 10'000, 3'000);
  EXPECT_EQ(nodes.evict_all(), (Order{spread(4), spread(2), spread(1), spread(3)}));
}

TEST(GdsFrequency, UsesCount) {
  GdsFrequency policy(1 << 20);
  Nodes nodes(policy);
  EvictionNode& often = nodes.add(spread(1), 1'000, 1'000);
  nodes.add(spread(2), 1'000, 3'000);
  touch(policy, often, 7);
  EXPECT_EQ(nodes.evict_all(), (Order{spread(2), spread(1)}));
}

TEST(GdsFrequency, OfEqualValueTheOldestGoesFirst) {
  GdsFrequency policy(1 << 20);
  Nodes nodes(policy);
  for (std::uint64_t n = 1; n <= 4; ++n) nodes.add(spread(n), 1'000, 1'000);
  EXPECT_EQ(nodes.evict_all(), (Order{spread(1), spread(2), spread(3), spread(4)}));
}

TEST(GdsFrequency, WhatIsNotUsedGoesHoweverValuable) {
  GdsFrequency policy(1 << 20);
  Nodes nodes(policy);
  nodes.add(spread(1), 1'000, 50'000);
  for (std::uint64_t n = 2; n <= 10; ++n) nodes.add(spread(n), 1'000, 1'000);
  int evictions = 1;
  // 50 times the others' value: the clock has to rise by as much, once through all of them for each.
  for (std::uint64_t n = 11; nodes.evict() != spread(1); ++n, ++evictions) {
    ASSERT_LT(evictions, 1'000);
    nodes.add(spread(n), 1'000, 1'000);
  }
  EXPECT_GT(evictions, 100);
}

TEST(GdsFrequency, AHitBringsANodeUpToTheClock) {
  GdsFrequency policy(1 << 20);
  Nodes nodes(policy);
  EvictionNode& used = nodes.add(spread(1), 1'000, 4'000);
  for (std::uint64_t n = 2; n <= 10; ++n) nodes.add(spread(n), 1'000, 1'000);
  for (std::uint64_t n = 11; n < 500; ++n) {
    ASSERT_NE(nodes.evict(), spread(1));
    nodes.add(spread(n), 1'000, 1'000);
    if (n % 20 == 0) policy.touch(used);
  }
}

TEST(GdsFrequency, RemembersHowOftenAVictimWasUsed) {
  GdsFrequency policy(1 << 20);
  Nodes nodes(policy);
  touch(policy, nodes.add(spread(1), 1'000, 1'000), 9);
  EXPECT_EQ(nodes.evict(), spread(1));
  nodes.add(spread(1), 1'000, 1'000);
  nodes.add(spread(2), 1'000, 3'000);
  EXPECT_EQ(nodes.evict_all(), (Order{spread(2), spread(1)}));
}

TEST(GdsFrequency, RemembersHowOftenWhatWasInvalidatedWasUsed) {
  GdsFrequency policy(1 << 20);
  Nodes nodes(policy);
  EvictionNode& node = nodes.add(spread(1), 1'000, 1'000);
  touch(policy, node, 9);
  policy.remove(node);
  nodes.add(spread(1), 1'000, 1'000);
  nodes.add(spread(2), 1'000, 3'000);
  EXPECT_EQ(nodes.evict_all(), (Order{spread(2), spread(1)}));
}

// The least and the most that there can be.
TEST(GdsFrequency, TakesAnyBytesAndCost) {
  GdsFrequency policy(1 << 20);
  Nodes nodes(policy);
  nodes.add(spread(1), 1, 0xffffffff);
  touch(policy, nodes.add(spread(2), 1, 0xffffffff), 1'000);
  nodes.add(spread(3), std::size_t{1} << 40U, 0);
  nodes.add(spread(4), 0, 0);
  EXPECT_EQ(nodes.evict_all(), (Order{spread(3), spread(4), spread(1), spread(2)}));
}

TEST(Lfu, WhatWasUsedLeastGoesFirstWhateverItsBytesAndCost) {
  Lfu policy(1 << 20);
  Nodes nodes(policy);
  touch(policy, nodes.add(spread(1), 100'000, 1), 7);
  touch(policy, nodes.add(spread(2), 1, 100'000), 3);
  nodes.add(spread(3), 1, 100'000);
  touch(policy, nodes.add(spread(4), 10'000, 1), 1);
  EXPECT_EQ(nodes.evict_all(), (Order{spread(3), spread(4), spread(2), spread(1)}));
}

TEST(Lfu, WhatWasUsedOftenLongAgoGoesInTheEnd) {
  Lfu policy(1 << 20);
  Nodes nodes(policy);
  touch(policy, nodes.add(spread(1)), 100);
  for (std::uint64_t n = 2; n <= 10; ++n) nodes.add(spread(n));
  int evictions = 1;
  for (std::uint64_t n = 11; nodes.evict() != spread(1); ++n, ++evictions) {
    ASSERT_LT(evictions, 5'000);
    nodes.add(spread(n));
  }
  EXPECT_GT(evictions, 300);
}

TEST(Lfu, AScanLeavesAloneWhatIsUsed) {
  Lfu policy(1 << 20);
  Nodes nodes(policy);
  std::vector<EvictionNode*> hot;
  for (std::uint64_t n = 1; n <= 90; ++n) hot.push_back(&nodes.add(spread(n)));
  for (std::uint64_t n = 91; n <= 100; ++n) nodes.add(spread(n));
  for (std::uint64_t n = 1'000; n < 3'000; ++n) {
    touch(policy, *hot[n % hot.size()], 30);
    if (n < 1'090) continue;
    const std::uint64_t victim = nodes.evict();
    for (std::uint64_t h = 1; h <= 90; ++h) ASSERT_NE(victim, spread(h));
    nodes.add(spread(n));
  }
}

}  // namespace
}  // namespace tapri::cache::memory
