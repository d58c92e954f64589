#include "cache/memory/eviction_policy.h"

#include <gtest/gtest.h>

#include <vector>

#include "cache/memory/ghost_queue.h"
#include "cache/memory/greedy_dual.h"
#include "cache/memory/lru.h"
#include "cache/memory/s3_fifo.h"
#include "cache/memory/w_tinylfu.h"
#include "unit/cache/policy_nodes.h"

namespace tapri::cache::memory {
namespace {

using test::Nodes;
using test::Order;
using test::spread;

TEST(NodeQueue, KeepsOrderBytesAndCount) {
  NodeQueue queue;
  std::vector<EvictionNode> nodes(4);
  for (EvictionNode& node : nodes) {
    node.bytes = 10;
    queue.push_newest(node);
  }
  EXPECT_EQ(queue.bytes(), 40U);
  queue.remove(nodes[1]);
  queue.remove(nodes[3]);
  EXPECT_EQ(queue.count(), 2U);
  EXPECT_EQ(queue.oldest(), nodes.data());
  queue.remove(nodes[0]);
  EXPECT_EQ(queue.oldest(), &nodes[2]);
  queue.remove(nodes[2]);
  EXPECT_EQ(queue.oldest(), nullptr);
  EXPECT_EQ(queue.bytes(), 0U);
  queue.push_newest(nodes[3]);
  EXPECT_EQ(queue.oldest(), &nodes[3]);
}

TEST(Lru, EvictsTheLeastRecentlyUsed) {
  Lru policy;
  Nodes nodes(policy);
  EvictionNode& first = nodes.add(1);
  nodes.add(2);
  EvictionNode& third = nodes.add(3);
  nodes.add(4);
  policy.touch(first);
  policy.remove(third);
  EXPECT_EQ(nodes.evict_all(), (Order{2, 4, 1}));
  EXPECT_EQ(policy.evict(), nullptr);
}

TEST(S3Fifo, OfWhatIsNewTheOldestGoesFirst) {
  S3Fifo policy(1 << 20);
  Nodes nodes(policy);
  for (std::uint64_t hash = 1; hash <= 4; ++hash) nodes.add(hash);
  EXPECT_EQ(nodes.evict_all(), (Order{1, 2, 3, 4}));
}

TEST(S3Fifo, OneUseIsNotEnoughToStayTwoAre) {
  S3Fifo policy(1 << 20);
  Nodes nodes(policy);
  EvictionNode& once = nodes.add(1);
  EvictionNode& twice = nodes.add(2);
  nodes.add(3);
  policy.touch(once);
  policy.touch(twice);
  policy.touch(twice);
  EXPECT_EQ(nodes.evict_all(), (Order{1, 3, 2}));
}

TEST(S3Fifo, AUsedNodeOfTheMainQueueGetsARoundForEachUseAndAtMostThree) {
  S3Fifo policy(1 << 20);
  Nodes nodes(policy);
  for (std::uint64_t hash = 1; hash <= 3; ++hash) {
    EvictionNode& node = nodes.add(hash);
    policy.touch(node);
    policy.touch(node);
  }
  nodes.add(9);
  EXPECT_EQ(nodes.evict(), 9U);  // and 1, 2, 3 have moved to the main queue, unused
  EvictionNode& late = nodes.add(4);
  policy.touch(late);
  policy.touch(late);
  nodes.add(10);
  EXPECT_EQ(nodes.evict(), 10U);  // 4 is in the main queue as well, the newest
  for (int i = 0; i < 100; ++i) policy.touch(late);
  EXPECT_EQ(nodes.evict_all(), (Order{1, 2, 3, 4}));
}

TEST(S3Fifo, WhatComesBackSoonGoesToTheMainQueue) {
  S3Fifo policy(1 << 20);
  Nodes nodes(policy);
  nodes.add(spread(1));
  for (std::uint64_t n = 2; n <= 5; ++n) nodes.add(spread(n));
  EXPECT_EQ(nodes.evict(), spread(1));
  nodes.add(spread(1));
  // In the main queue now, so it outlasts those that came after it as well.
  nodes.add(spread(6));
  EXPECT_EQ(nodes.evict_all(), (Order{spread(2), spread(3), spread(4), spread(5), spread(6), spread(1)}));
}

TEST(S3Fifo, AScanLeavesTheMainQueueAlone) {
  S3Fifo policy(1 << 20);
  Nodes nodes(policy);
  std::vector<EvictionNode*> hot;
  for (std::uint64_t n = 1; n <= 90; ++n) hot.push_back(&nodes.add(spread(n)));
  for (EvictionNode* node : hot) {
    policy.touch(*node);
    policy.touch(*node);
  }
  for (std::uint64_t n = 91; n <= 100; ++n) nodes.add(spread(n));
  for (std::uint64_t n = 1'000; n < 3'000; ++n) {
    const std::uint64_t victim = nodes.evict();
    for (std::uint64_t h = 1; h <= 90; ++h) ASSERT_NE(victim, spread(h));
    nodes.add(spread(n));
  }
}

TEST(S3Fifo, TheSmallQueueIsATenthOfTheBytes) {
  S3Fifo policy(1 << 20);
  Nodes nodes(policy);
  for (std::uint64_t n = 1; n <= 9; ++n) {
    EvictionNode& node = nodes.add(spread(n), 1'000);
    policy.touch(node);
    policy.touch(node);
  }
  nodes.add(spread(20), 1'100);
  EXPECT_EQ(nodes.evict(), spread(20));  // its passage moved 1..9 to the main queue: 9,000 bytes
  nodes.add(spread(21), 900);
  EXPECT_EQ(nodes.evict(), spread(1)) << "900 of 9,900 bytes are not a tenth: the main queue gives";
  nodes.add(spread(22), 400);
  EXPECT_EQ(nodes.evict(), spread(21)) << "1,300 of 9,300 are";
}

TEST(S3Fifo, RemovesFromEitherQueue) {
  S3Fifo policy(1 << 20);
  Nodes nodes(policy);
  EvictionNode& stays = nodes.add(1);
  policy.touch(stays);
  policy.touch(stays);
  EvictionNode& small = nodes.add(2);
  nodes.add(3);
  policy.remove(small);
  EXPECT_EQ(nodes.evict(), 3U);
  policy.remove(stays);
  EXPECT_EQ(policy.evict(), nullptr);
}

TEST(GhostQueue, RemembersWithinTheWindowAndForgetsWhatIsTaken) {
  GhostQueue ghosts(1024);
  for (std::uint64_t n = 1; n <= 10; ++n) ghosts.insert(spread(n));
  EXPECT_FALSE(ghosts.take(spread(11), 10));
  EXPECT_TRUE(ghosts.take(spread(1), 10));
  EXPECT_FALSE(ghosts.take(spread(1), 10));
  EXPECT_FALSE(ghosts.take(spread(2), 8));
  EXPECT_TRUE(ghosts.take(spread(10), 1));
}

TEST(GhostQueue, IsBoundedWhateverIsInserted) {
  GhostQueue ghosts(64);
  const std::size_t before = ghosts.allocated();
  for (std::uint64_t n = 1; n <= 10'000; ++n) ghosts.insert(spread(n));
  EXPECT_EQ(ghosts.allocated(), before);
  EXPECT_TRUE(ghosts.take(spread(10'000), 64));
  int remembered = 0;
  for (std::uint64_t n = 1; n <= 10'000; ++n) remembered += ghosts.take(spread(n), 10'000) ? 1 : 0;
  EXPECT_LE(remembered, 64);
  EXPECT_GT(remembered, 32);
}

TEST(MakePolicy, AccountsForWhatItAllocates) {
  EXPECT_GE(make_policy(Eviction::lru, 1 << 20)->allocated(), sizeof(Lru));
  EXPECT_GE(make_policy(Eviction::s3_fifo, 1 << 20)->allocated(), sizeof(S3Fifo) + 8 * 1024);
  EXPECT_GE(make_policy(Eviction::w_tinylfu, 1 << 20)->allocated(), sizeof(WTinyLfu) + 8 * 1024);
  EXPECT_GE(make_policy(Eviction::lfu, 1 << 20)->allocated(), sizeof(Lfu) + 8 * 1024);
  EXPECT_GE(make_policy(Eviction::cost_aware, 1 << 20)->allocated(), sizeof(GdsFrequency) + 8 * 1024);
  for (const Eviction kind : kEvictions) {
    EXPECT_LE(make_policy(kind, 1 << 20)->allocated(), (1U << 20U) / 50U) << eviction_name(kind);
  }
}

}  // namespace
}  // namespace tapri::cache::memory
