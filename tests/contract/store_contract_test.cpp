// What every Store promises (cache/store.h). A new store joins by its factory in the list at the end.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "cache/memory/memory_store.h"
#include "cache/store.h"
#include "coherence/log.h"

namespace tapri::cache {
namespace {

struct StoreFactory {
  std::string name;
  std::function<std::unique_ptr<Store>(std::size_t budget)> make;
  friend void PrintTo(const StoreFactory& factory, std::ostream* out) { *out << factory.name; }
};

constexpr std::size_t kBudget = std::size_t{1} << 20U;

class StoreContract : public testing::TestWithParam<StoreFactory> {
 protected:
  static std::shared_ptr<NewEntry> entry(ByteString payload, std::uint64_t shape = 0) {
    auto made = std::make_shared<NewEntry>();
    made->payload = std::move(payload);
    made->dependencies = {1, 2};
    made->stored_at = TimePoint(std::chrono::seconds(100));
    made->expires_at = TimePoint::max();
    made->shape = static_cast<std::uint32_t>(shape);
    return made;
  }
  PutResult put(const KeyView& key, const std::shared_ptr<NewEntry>& what) {
    return store_->put(key, *what, log_.lease());
  }
  [[nodiscard]] ByteString payload(const KeyView& key) const {
    const EntryRef found = store_->get(key);
    return found == nullptr ? "(none)" : ByteString(found->payload());
  }

  coherence::InvalidationLog log_{64};
  std::unique_ptr<Store> store_ = GetParam().make(kBudget);
};

TEST_P(StoreContract, StartsEmpty) {
  EXPECT_EQ(store_->get(make_key("a")), nullptr);
  const StoreStats stats = store_->stats();
  EXPECT_EQ(stats.entries, 0U);
  EXPECT_EQ(stats.budget, kBudget);
  EXPECT_LE(stats.bytes, stats.budget);
  EXPECT_EQ(store_->flush([](const Entry&) { return true; }), 0U);
}

TEST_P(StoreContract, GetsWhatWasPut) {
  EXPECT_EQ(put(make_key("a"), entry("one")), PutResult::stored);
  EXPECT_EQ(put(make_key("b"), entry("two")), PutResult::stored);
  EXPECT_EQ(payload(make_key("a")), "one");
  EXPECT_EQ(payload(make_key("b")), "two");
  EXPECT_EQ(store_->get(make_key("c")), nullptr);
  EXPECT_EQ(store_->stats().entries, 2U);
}

TEST_P(StoreContract, KeepsEveryFieldOfAnEntry) {
  log_.append([] {
    coherence::Footprint footprint;
    footprint.add(9);
    return footprint;
  }());
  auto made = entry(ByteString("T\0D\0", 4), 77);
  made->description_size = 2;
  made->as_of = 1;
  made->expires_at = TimePoint(std::chrono::seconds(200));
  made->upstream_us = 5;
  made->rule = 8;
  ASSERT_EQ(put(make_key("a"), made), PutResult::stored);
  const EntryRef found = store_->get(make_key("a"));
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->payload(), ByteString("T\0D\0", 4));
  EXPECT_EQ(found->description_size, 2U);
  EXPECT_EQ(std::vector(found->dependencies().begin(), found->dependencies().end()),
            (std::vector<coherence::Dependency>{1, 2}));
  EXPECT_EQ(found->as_of, 1U);
  EXPECT_EQ(found->stored_at, TimePoint(std::chrono::seconds(100)));
  EXPECT_EQ(found->expires_at, TimePoint(std::chrono::seconds(200)));
  EXPECT_EQ(found->upstream_us, 5U);
  EXPECT_EQ(found->shape, 77U);
  EXPECT_EQ(found->rule, 8U);
}

TEST_P(StoreContract, PutReplaces) {
  put(make_key("a"), entry("one"));
  const std::uint64_t bytes = store_->stats().bytes;
  EXPECT_EQ(put(make_key("a"), entry("two")), PutResult::stored);
  EXPECT_EQ(payload(make_key("a")), "two");
  EXPECT_EQ(store_->stats().entries, 1U);
  EXPECT_EQ(store_->stats().bytes, bytes);
}

TEST_P(StoreContract, TheKeyIsCopied) {
  ByteString bytes = "a key of some length, well beyond what fits in place";
  const KeyView key = make_key(bytes);
  put(key, entry("one"));
  const ByteString same = bytes;
  bytes.assign(bytes.size(), 'x');
  EXPECT_EQ(payload({same, key.hash}), "one");
  EXPECT_EQ(store_->get({bytes, key.hash}), nullptr);
}

TEST_P(StoreContract, EqualHashesAreNotEqualKeys) {
  constexpr std::uint64_t kHash = 42;
  const std::array<ByteString, 5> keys = {"", "a", "b", "ab", ByteString("a\0", 2)};
  for (const ByteString& key : keys) EXPECT_EQ(put({key, kHash}, entry("of <" + key + ">")), PutResult::stored);
  for (const ByteString& key : keys) EXPECT_EQ(payload({key, kHash}), "of <" + key + ">");
  EXPECT_EQ(store_->get({"ba", kHash}), nullptr);
  const EntryRef dropped = store_->get({"a", kHash});
  store_->drop({"a", kHash}, dropped, false);
  EXPECT_EQ(store_->get({"a", kHash}), nullptr);
  EXPECT_EQ(store_->stats().entries, keys.size() - 1);
  EXPECT_EQ(payload({"ab", kHash}), "of <ab>");
}

TEST_P(StoreContract, ManyEqualHashesStayApart) {
  for (int i = 0; i < 200; ++i) put({std::to_string(i), 7}, entry(std::to_string(i)));
  for (int i = 0; i < 200; ++i) EXPECT_EQ(payload({std::to_string(i), 7}), std::to_string(i));
}

TEST_P(StoreContract, RefusesAnEntryThatIsNotOfTheLease) {
  auto later = entry("one");
  later->as_of = log_.lease().as_of() + 1;
  EXPECT_EQ(put(make_key("a"), later), PutResult::refused_lease);
  EXPECT_EQ(store_->get(make_key("a")), nullptr);
  const coherence::FillLease lease = log_.lease();
  coherence::Footprint footprint;
  footprint.add(1);
  log_.append(footprint);
  EXPECT_EQ(store_->put(make_key("a"), *entry("old"), log_.lease()), PutResult::refused_lease);
  EXPECT_EQ(store_->put(make_key("a"), *entry("old"), lease), PutResult::stored)
      << "stores are dumb: the log invalidates";
}

TEST_P(StoreContract, RefusesAnEntryThatIsBornExpired) {
  auto made = entry("one");
  made->expires_at = made->stored_at;
  EXPECT_EQ(put(make_key("a"), made), PutResult::refused_expired);
  EXPECT_EQ(store_->stats().entries, 0U);
}

TEST_P(StoreContract, RefusesWhatIsTooLargeAndKeepsTheRest) {
  put(make_key("small"), entry("one"));
  EXPECT_EQ(put(make_key("a"), entry(ByteString(kBudget + 1, 'x'))), PutResult::refused_size);
  const ByteString huge_key(kBudget + 1, 'k');
  EXPECT_EQ(put(make_key(huge_key), entry("two")), PutResult::refused_size);
  EXPECT_EQ(store_->get(make_key("a")), nullptr);
  EXPECT_EQ(payload(make_key("small")), "one");
  EXPECT_EQ(store_->stats().entries, 1U);
}

TEST_P(StoreContract, WhatHasToGoForWantOfSpaceIsHandedOverIfItCanBeDemoted) {
  std::vector<EntryRef> evicted;
  const auto keep = [&](int number, bool demotable) {
    auto made = entry(ByteString(kBudget / 10, 'x'));
    made->as_of = log_.lease().as_of();
    if (demotable) made->demotion = "note " + std::to_string(number);
    return store_->put(make_key(std::to_string(number)), *made, log_.lease(), &evicted);
  };
  for (int number = 0; number < 100; ++number) ASSERT_EQ(keep(number, number % 2 == 0), PutResult::stored);
  std::size_t held = 0;
  store_->visit([&held](const EntryRef& each) { held += each->demotion().empty() ? 0U : 1U; });
  EXPECT_EQ(evicted.size() + held, 50U) << "each is either there or handed over, once";
  ASSERT_FALSE(evicted.empty());
  for (const EntryRef& each : evicted) {
    EXPECT_EQ(each->demotion(), "note " + ByteString(each->key()));
    EXPECT_EQ(each->payload().size(), kBudget / 10);
  }
}

TEST_P(StoreContract, DropAsksForIdentity) {
  put(make_key("a"), entry("one"));
  const EntryRef old = store_->get(make_key("a"));
  put(make_key("a"), entry("two"));
  store_->drop(make_key("a"), old, false);
  EXPECT_EQ(payload(make_key("a")), "two") << "another session has refilled it meanwhile";
  store_->drop(make_key("b"), old, false);
  store_->drop(make_key("a"), store_->get(make_key("a")), false);
  EXPECT_EQ(store_->get(make_key("a")), nullptr);
  EXPECT_EQ(store_->stats().evictions_invalid, 1U);
  EXPECT_EQ(store_->stats().evictions_expired, 0U);
  EXPECT_EQ(old->payload(), "one");
}

TEST_P(StoreContract, DropCountsItsCause) {
  put(make_key("a"), entry("one"));
  store_->drop(make_key("a"), store_->get(make_key("a")), true);
  EXPECT_EQ(store_->stats().evictions_expired, 1U);
  EXPECT_EQ(store_->stats().evictions_invalid, 0U);
}

TEST_P(StoreContract, AnEntryOutlivesItsPlaceInTheStore) {
  put(make_key("a"), entry("one"));
  const EntryRef held = store_->get(make_key("a"));
  store_->flush([](const Entry&) { return true; });
  EXPECT_EQ(held->payload(), "one");
  store_.reset();
  EXPECT_EQ(held->payload(), "one");
}

TEST_P(StoreContract, FlushDropsWhatMatches) {
  const std::uint64_t empty = store_->stats().bytes;
  for (std::uint64_t i = 0; i < 100; ++i) put(make_key(std::to_string(i)), entry("x", i % 4));
  EXPECT_EQ(store_->flush([](const Entry& e) { return e.shape == 1; }), 25U);
  EXPECT_EQ(store_->stats().entries, 75U);
  EXPECT_EQ(store_->get(make_key("1")), nullptr);
  EXPECT_NE(store_->get(make_key("2")), nullptr);
  EXPECT_EQ(store_->flush([](const Entry&) { return true; }), 75U);
  const StoreStats stats = store_->stats();
  EXPECT_EQ(stats.entries, 0U);
  EXPECT_EQ(stats.evictions_flushed, 100U);
  EXPECT_LE(stats.bytes, empty + 16 * 1024) << "only the table may have grown";
}

TEST_P(StoreContract, RefusesWhatWasReadBeforeAFlush) {
  auto under_way = entry("old", 1);
  const coherence::FillLease before = log_.lease();
  under_way->as_of = before.as_of();
  store_->refuse_before(log_.append({}));
  store_->flush([](const Entry&) { return true; });
  EXPECT_EQ(store_->put(make_key("a"), *under_way, before), PutResult::refused_lease);
  EXPECT_EQ(store_->get(make_key("a")), nullptr);
  store_->refuse_before(0);  // it never goes back
  EXPECT_EQ(store_->put(make_key("a"), *under_way, before), PutResult::refused_lease);
  auto fresh = entry("new", 1);
  fresh->as_of = log_.position();
  EXPECT_EQ(put(make_key("a"), fresh), PutResult::stored);
  EXPECT_EQ(payload(make_key("a")), "new");
}

TEST_P(StoreContract, EvictsToMakeRoom) {
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_EQ(put(make_key(std::to_string(i)), entry(ByteString(8'000, 'x'))), PutResult::stored);
  }
  const StoreStats stats = store_->stats();
  EXPECT_LE(stats.bytes, stats.budget);
  EXPECT_EQ(stats.entries + stats.evictions_capacity, 1'000U);
  EXPECT_GT(stats.entries, 100U);
  EXPECT_NE(store_->get(make_key("999")), nullptr) << "what was just put is there";
}

TEST_P(StoreContract, WhatIsUsedOftenStays) {
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 10; ++i) {
      const ByteString key = "hot" + std::to_string(i);
      if (store_->get(make_key(key)) == nullptr) put(make_key(key), entry(ByteString(1'000, 'h')));
    }
  }
  for (int i = 0; i < 5'000; ++i) {
    put(make_key(std::to_string(i)), entry(ByteString(1'000, 'x')));
    EXPECT_NE(store_->get(make_key("hot" + std::to_string(i % 10))), nullptr);
  }
}

TEST_P(StoreContract, ReclaimsTheExpiredBeforeTheRest) {
  // Half of the budget expires at 150 s; the other half never does.
  for (int i = 0; i < 50; ++i) {
    auto mortal = entry(ByteString(8'000, 'm'), 1);
    mortal->expires_at = TimePoint(std::chrono::seconds(150));
    put(make_key("mortal" + std::to_string(i)), mortal);
    put(make_key("lasting" + std::to_string(i)), entry(ByteString(8'000, 'l'), 2));
  }
  ASSERT_EQ(store_->stats().entries, 100U);
  for (int i = 0; i < 60; ++i) {
    auto later = entry(ByteString(8'000, 'n'), 3);
    later->stored_at = TimePoint(std::chrono::seconds(200));
    put(make_key("new" + std::to_string(i)), later);
  }
  const StoreStats stats = store_->stats();
  EXPECT_GE(stats.evictions_expired, 30U);
  EXPECT_GT(stats.evictions_expired, stats.evictions_capacity);
}

TEST_P(StoreContract, TheBudgetHoldsUnderChurn) {
  std::mt19937_64 random(3);
  std::uint64_t stored = 0;
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t dice = random() % 100;
    const ByteString bytes = "key " + std::to_string(random() % 3'000) + ByteString(random() % 64, 'k');
    const KeyView key = make_key(bytes);
    if (dice < 60) {
      // Mostly small, some large, with spare capacity.
      ByteString content(random() % (dice < 2 ? 200'000 : 2'000), 'p');
      content.reserve(content.size() * (1 + random() % 3));
      auto made = entry(std::move(content), random() % 10);
      made->dependencies.resize(random() % 20);
      made->stored_at = TimePoint(std::chrono::milliseconds(i));
      made->expires_at = dice % 3 == 0 ? made->stored_at + std::chrono::milliseconds(500) : TimePoint::max();
      if (put(key, std::move(made)) == PutResult::stored) ++stored;
    } else if (dice < 90) {
      const EntryRef found = store_->get(key);
      if (found != nullptr && dice < 65) store_->drop(key, found, dice < 62);
    } else if (random() % 500 == 0) {
      const std::uint64_t shape = random() % 10;
      store_->flush([shape](const Entry& e) { return e.shape == shape; });
    }
    const StoreStats stats = store_->stats();
    ASSERT_LE(stats.bytes, stats.budget) << "after " << i;
  }
  EXPECT_GT(stored, 100'000U);
  const StoreStats stats = store_->stats();
  EXPECT_GT(stats.evictions_capacity, 0U);
  EXPECT_GT(stats.bytes, stats.budget / 2) << "the budget is used, not only kept";
}

TEST_P(StoreContract, AccountsBackToNothing) {
  std::mt19937_64 random(5);
  std::uint64_t emptied = 0;
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 500; ++i) {
      put(make_key(std::to_string(random() % 700)), entry(ByteString(random() % 3'000, 'x'), random() % 2));
    }
    store_->flush([](const Entry& e) { return e.shape == 0; });
    store_->flush([](const Entry&) { return true; });
    // The table has its size after the first round; from then on an empty store takes the same.
    if (round > 0) {
      EXPECT_EQ(store_->stats().bytes, emptied);
    }
    emptied = store_->stats().bytes;
  }
}

TEST_P(StoreContract, ConcurrentUse) {
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  threads.reserve(4);
  for (unsigned thread = 0; thread < 4; ++thread) {
    threads.emplace_back([this, thread, &wrong] {
      std::mt19937 random(thread);
      for (int i = 0; i < 5'000; ++i) {
        const ByteString bytes = std::to_string(random() % 200);
        const KeyView key = make_key(bytes);
        const unsigned dice = random() % 16;
        if (dice < 5) {
          put(key, entry(bytes + ByteString(random() % 20'000, '-'), random() % 4));
        } else if (dice == 5) {
          store_->flush([&random](const Entry& e) { return e.shape == 1 && random() % 4 == 0; });
        } else if (const EntryRef found = store_->get(key)) {
          if (found->payload().compare(0, bytes.size(), bytes) != 0) ++wrong;
          if (dice == 6) store_->drop(key, found, false);
        }
        if (dice == 7) {
          const StoreStats stats = store_->stats();
          if (stats.bytes > stats.budget) ++wrong;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong.load(), 0);
}

std::unique_ptr<Store> memory_store(std::size_t budget, memory::Eviction policy) {
  auto made = memory::MemoryStore::make({.budget_bytes = budget, .shards = 64, .policy = policy});
  return made ? std::move(*made) : nullptr;
}

std::vector<StoreFactory> stores() {
  std::vector<StoreFactory> stores;
  for (const memory::Eviction policy : memory::kEvictions) {
    stores.push_back({"memory_" + std::string(memory::eviction_name(policy)),
                      [policy](std::size_t budget) { return memory_store(budget, policy); }});
  }
  return stores;
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract, testing::ValuesIn(stores()),
                         [](const testing::TestParamInfo<StoreFactory>& tested) { return tested.param.name; });

}  // namespace
}  // namespace tapri::cache
