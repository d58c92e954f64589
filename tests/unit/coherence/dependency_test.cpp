#include "coherence/dependency.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace tapri::coherence {
namespace {

Footprint footprint_of(std::initializer_list<Dependency> dependencies) {
  Footprint footprint;
  for (const Dependency dependency : dependencies) footprint.add(dependency);
  return footprint;
}

TEST(Dependency, IsAFunctionOfWhatItNames) {
  EXPECT_EQ(all_of("shop"), all_of("shop"));
  EXPECT_EQ(any_of("shop", 16384), any_of("shop", 16384));
}

TEST(Dependency, TellsDatabasesRelationsAndKindsApart) {
  std::set<Dependency> seen;
  for (const char* database : {"", "a", "b", "ab", "127.0.0.1:5432/shop", "127.0.0.1:5433/shop"}) {
    EXPECT_TRUE(seen.insert(all_of(database)).second) << database;
    for (const std::uint32_t relation : {0U, 1U, 256U, 65536U, 16777216U, 0xffffffffU}) {
      EXPECT_TRUE(seen.insert(any_of(database, relation)).second) << database << ' ' << relation;
    }
  }
}

TEST(Dependency, ADatabaseNamedLikeARelationIsAnother) {
  const std::string_view four_bytes("\x01\x00\x00\x00", 4);
  EXPECT_NE(all_of(four_bytes), any_of("", 1));
  EXPECT_NE(all_of(four_bytes), any_of(four_bytes, 1));
}

TEST(Dependency, ManyRelationsFallOnManySlots) {
  std::set<Dependency> slots;
  for (std::uint32_t relation = 0; relation < 10'000; ++relation) slots.insert(any_of("shop", relation) % (1U << 20U));
  EXPECT_GT(slots.size(), 9'900U);
}

TEST(Footprint, IsSortedWithoutDuplicates) {
  const Footprint footprint = footprint_of({5, 1, 9, 5, 1, 0, ~Dependency{0}});
  EXPECT_EQ(footprint.dependencies(), (std::vector<Dependency>{0, 1, 5, 9, ~Dependency{0}}));
}

TEST(Footprint, ContainsWhatWasAddedAndNothingElse) {
  const Footprint footprint = footprint_of({2, 4});
  EXPECT_TRUE(footprint.contains(2));
  EXPECT_TRUE(footprint.contains(4));
  EXPECT_FALSE(footprint.contains(3));
  EXPECT_FALSE(Footprint{}.contains(0));
}

TEST(Footprint, UnionWithAnother) {
  Footprint footprint = footprint_of({1, 3});
  footprint.add(footprint_of({2, 3, 4}));
  EXPECT_EQ(footprint.dependencies(), (std::vector<Dependency>{1, 2, 3, 4}));
  footprint.add(Footprint{});
  footprint.add(footprint);
  EXPECT_EQ(footprint.dependencies(), (std::vector<Dependency>{1, 2, 3, 4}));
}

TEST(Footprint, ClearEmpties) {
  Footprint footprint = footprint_of({1});
  EXPECT_FALSE(footprint.empty());
  footprint.clear();
  EXPECT_TRUE(footprint.empty());
  EXPECT_FALSE(footprint.contains(1));
}

TEST(Footprint, AgreesWithASet) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 200; ++round) {
    Footprint footprint;
    std::set<Dependency> expected;
    for (int i = 0; i < 40; ++i) {
      Footprint part;
      for (std::uint64_t n = random() % 4; n > 0; --n) {
        const Dependency dependency = random() % 32;
        part.add(dependency);
        expected.insert(dependency);
      }
      footprint.add(part);
    }
    EXPECT_TRUE(
        std::equal(expected.begin(), expected.end(), footprint.dependencies().begin(), footprint.dependencies().end()));
  }
}

}  // namespace
}  // namespace tapri::coherence
