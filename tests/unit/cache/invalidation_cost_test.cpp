// What a check and an invalidation cost does not depend on how many entries there are: counted, not timed
// (tests/bench/run has the times).
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cache/memory/memory_store.h"
#include "coherence/log.h"
#include "unit/coherence/log_steps.h"

namespace tapri::cache {
namespace {

using coherence::Dependency;
using coherence::Footprint;
using coherence::InvalidationLog;
using coherence::LogSteps;
using coherence::Validity;

constexpr std::size_t kSlots = 4096;

// A store full of rows of one table, each read by its key.
class InvalidationCost : public testing::TestWithParam<std::size_t> {
 protected:
  void SetUp() override {
    for (std::size_t row = 0; row < GetParam(); ++row) {
      NewEntry entry;
      entry.payload = "a row";
      entry.dependencies = dependencies_of(row);
      entry.expires_at = TimePoint::max();
      ASSERT_EQ(store_->put(make_key(std::to_string(row)), entry, log_.lease()), PutResult::stored);
    }
    ASSERT_EQ(store_->stats().entries, GetParam());
  }

  [[nodiscard]] std::vector<Dependency> dependencies_of(std::size_t row) const {
    return {coherence::all_of("shop"), coherence::unkeyed_of(base_), coherence::inserted_of(base_),
            coherence::key_of(base_, std::to_string(row)), coherence::roles_of("server")};
  }
  // An update of one row by its key, of a table with a second key.
  [[nodiscard]] Footprint update_of(std::size_t row) const {
    Footprint footprint;
    footprint.add(coherence::any_of("shop", 16384));
    footprint.add(coherence::key_of(base_, std::to_string(row)));
    footprint.add(coherence::unkeyed_of(coherence::key_base("shop", 16384, std::array<std::string, 1>{"name"})));
    return footprint;
  }
  [[nodiscard]] EntryRef entry(std::size_t row) const { return store_->get(make_key(std::to_string(row))); }
  [[nodiscard]] Validity check(const Entry& entry) const { return log_.check(entry.dependencies(), entry.as_of); }

  coherence::KeyBase base_ = coherence::key_base("shop", 16384, std::array<std::string, 1>{"id"});
  InvalidationLog log_{kSlots};
  std::unique_ptr<memory::MemoryStore> store_ = std::move(*memory::MemoryStore::make({}));
};
INSTANTIATE_TEST_SUITE_P(Entries, InvalidationCost, testing::Values(1, 1'000, 20'000));

TEST_P(InvalidationCost, ACheckLoadsTwiceADependency) {
  const EntryRef found = entry(0);
  std::size_t loads = 0;
  const Validity validity = LogSteps::check(log_, found->dependencies(), found->as_of, [&loads] { ++loads; });
  EXPECT_EQ(validity, Validity::valid);
  EXPECT_EQ(loads, 2 * found->dependencies().size());
}

TEST_P(InvalidationCost, AWriteChangesTheSlotsOfItsFootprint) {
  const Footprint footprint = update_of(0);
  std::set<Dependency> expected;
  for (const Dependency dependency : footprint.dependencies()) expected.insert(dependency % kSlots);
  ASSERT_EQ(expected.size(), footprint.dependencies().size());
  const auto slots_where = [](const auto& changed) {
    std::set<Dependency> slots;
    for (Dependency slot = 0; slot < kSlots; ++slot) {
      if (changed(slot)) slots.insert(slot);
    }
    return slots;
  };
  coherence::DirtyMark mark(log_, footprint);
  EXPECT_EQ(slots_where([&](Dependency slot) { return LogSteps::dirty(log_, slot); }), expected);
  mark.commit();
  EXPECT_EQ(slots_where([&](Dependency slot) { return LogSteps::dirty(log_, slot); }), std::set<Dependency>());
  EXPECT_EQ(slots_where([&](Dependency slot) { return LogSteps::last_write(log_, slot) != 0; }), expected);
}

TEST_P(InvalidationCost, AWriteLeavesTheStoreAlone) {
  const EntryRef before = entry(0);
  const StoreStats stats = store_->stats();
  log_.append(update_of(0));
  EXPECT_EQ(check(*before), Validity::invalidated);
  EXPECT_EQ(entry(0), before) << "it goes when somebody looks it up";
  EXPECT_EQ(store_->stats().entries, stats.entries);
  EXPECT_EQ(store_->stats().bytes, stats.bytes);
  EXPECT_EQ(store_->stats().evictions_invalid, 0U);
}

}  // namespace
}  // namespace tapri::cache
