// What every EvictionPolicy promises (cache/memory/eviction_policy.h). A new policy joins by kEvictions.
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "cache/memory/eviction_policy.h"
#include "unit/cache/policy_nodes.h"

namespace tapri::cache::memory {
namespace {

using test::spread;

constexpr std::size_t kBudget = std::size_t{1} << 20U;

class EvictionPolicyContract : public testing::TestWithParam<Eviction> {
 protected:
  EvictionNode& add(std::uint64_t n, std::size_t bytes = 1'000, std::uint32_t cost = 1'000) {
    EvictionNode& node = nodes_.add(spread(n), bytes, cost);
    in_.insert(&node);
    return node;
  }
  EvictionNode* evict() {
    EvictionNode* const victim = policy_->evict();
    EXPECT_EQ(in_.erase(victim), victim == nullptr ? 0U : 1U) << "a victim is one of those that are in, once";
    return victim;
  }

  std::unique_ptr<EvictionPolicy> policy_ = make_policy(GetParam(), kBudget);
  test::Nodes nodes_{*policy_};
  std::set<EvictionNode*> in_;
};

TEST_P(EvictionPolicyContract, AnEmptyPolicyHasNoVictim) {
  EXPECT_EQ(evict(), nullptr);
  policy_->remove(add(1));
  in_.clear();
  EXPECT_EQ(evict(), nullptr);
}

TEST_P(EvictionPolicyContract, EveryNodeIsAVictimOnce) {
  for (std::uint64_t n = 1; n <= 500; ++n) {
    EvictionNode& node = add(n, 100 + 37 * (n % 50), static_cast<std::uint32_t>(n * n));
    for (std::uint64_t use = 0; use < n % 7; ++use) policy_->touch(node);
  }
  for (int i = 0; i < 500; ++i) ASSERT_NE(evict(), nullptr);
  EXPECT_TRUE(in_.empty());
  EXPECT_EQ(evict(), nullptr);
}

TEST_P(EvictionPolicyContract, KeepsCountThroughChurn) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 200'000; ++i) {
    const auto dice = random() % 10;
    if (in_.size() < 50 || (dice < 3 && in_.size() < 400)) {
      add(random() % 2'000, 1 + random() % 10'000, static_cast<std::uint32_t>(random() % 100'000));
      continue;
    }
    auto chosen = in_.begin();
    std::advance(chosen, static_cast<long>(random() % 50));
    if (dice < 8) {
      policy_->touch(**chosen);
    } else if (dice == 8) {
      policy_->remove(**chosen);
      in_.erase(chosen);
    } else {
      ASSERT_NE(evict(), nullptr);
    }
  }
  while (!in_.empty()) ASSERT_NE(evict(), nullptr);
  EXPECT_EQ(evict(), nullptr);
}

TEST_P(EvictionPolicyContract, WhatItAllocatesDoesNotChange) {
  const std::size_t before = policy_->allocated();
  EXPECT_GE(before, sizeof(EvictionPolicy));
  for (std::uint64_t n = 1; n <= 20'000; ++n) {
    policy_->touch(add(n));
    if (n > 500) {
      ASSERT_NE(evict(), nullptr);
    }
  }
  EXPECT_EQ(policy_->allocated(), before);
}

// Used twice a round, beside three new nodes a round, in a cache for ten times as many.
TEST_P(EvictionPolicyContract, WhatIsUsedAllTheTimeStays) {
  std::set<EvictionNode*> hot;
  for (std::uint64_t n = 1; n <= 20; ++n) hot.insert(&add(n));
  for (std::uint64_t n = 21; n <= 200; ++n) add(n);
  std::uint64_t next = 1'000;
  for (int round = 0; round < 1'000; ++round) {
    for (EvictionNode* node : hot) {
      policy_->touch(*node);
      policy_->touch(*node);
    }
    for (int i = 0; i < 3; ++i) {
      ASSERT_FALSE(hot.contains(evict())) << "in round " << round;
      add(next++);
    }
  }
}

// The same calls, the same victims: nothing is left to chance.
TEST_P(EvictionPolicyContract, IsDeterministic) {
  const auto victims = [](EvictionPolicy& policy) {
    test::Nodes nodes(policy);
    std::vector<EvictionNode*> added;
    std::mt19937_64 random(5);
    test::Order order;
    for (std::uint64_t n = 1; n <= 3'000; ++n) {
      added.push_back(&nodes.add(spread(n), 1 + random() % 1'000, static_cast<std::uint32_t>(random() % 1'000)));
      if (n <= 100) policy.touch(*added[random() % added.size()]);
      if (n > 100) order.push_back(nodes.evict());
    }
    return order;
  };
  EXPECT_EQ(victims(*policy_), victims(*make_policy(GetParam(), kBudget)));
}

INSTANTIATE_TEST_SUITE_P(Policies, EvictionPolicyContract, testing::ValuesIn(kEvictions),
                         [](const testing::TestParamInfo<Eviction>& tested) {
                           return std::string(eviction_name(tested.param));
                         });

}  // namespace
}  // namespace tapri::cache::memory
