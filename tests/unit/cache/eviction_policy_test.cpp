#include "cache/memory/eviction_policy.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "cache/memory/ghost_queue.h"
#include "cache/memory/lru.h"
#include "cache/memory/s3_fifo.h"

namespace tapri::cache::memory {
namespace {

// Nodes named by their hash.
class Nodes {
 public:
  explicit Nodes(EvictionPolicy& policy) : policy_(policy) {}
  EvictionNode& add(std::uint64_t hash, std::size_t bytes = 100) {
    EvictionNode& node = *nodes_.emplace_back(std::make_unique<EvictionNode>());
    node.hash = hash;
    node.bytes = bytes;
    policy_.insert(node);
    return node;
  }
  // The hash of the next victim; 0 when there is none.
  std::uint64_t evict() {
    const EvictionNode* const victim = policy_.evict();
    return victim == nullptr ? 0 : victim->hash;
  }
  std::vector<std::uint64_t> evict_all() {
    std::vector<std::uint64_t> order;
    for (std::uint64_t hash = evict(); hash != 0; hash = evict()) order.push_back(hash);
    return order;
  }

 private:
  EvictionPolicy& policy_;
  std::vector<std::unique_ptr<EvictionNode>> nodes_;
};

using Order = std::vector<std::uint64_t>;

// Far apart, so that no two of a test share a set and a fingerprint.
std::uint64_t spread(std::uint64_t n) { return n * 0x9e3779b97f4a7c15ULL; }

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
  const auto lru = make_policy(Eviction::lru, 1 << 20);
  const auto s3_fifo = make_policy(Eviction::s3_fifo, 1 << 20);
  EXPECT_GE(lru->allocated(), sizeof(Lru));
  EXPECT_GE(s3_fifo->allocated(), sizeof(S3Fifo) + 8 * 1024);
  EXPECT_LE(s3_fifo->allocated(), (1U << 20U) / 50U);
}

}  // namespace
}  // namespace tapri::cache::memory
