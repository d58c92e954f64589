// Threads on the real log: the enumeration checks the order of steps, this the memory order (run it under TSan too).
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <optional>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "coherence/log.h"

namespace tapri::coherence {
namespace {

constexpr std::size_t kTables = 4;
constexpr int kWriters = 2;
constexpr int kReaders = 3;
constexpr int kWrites = 5'000;  // of each writer
constexpr int kReads = 20'000;  // of each reader

struct Cached {
  std::uint64_t version = 0;
  Position as_of = 0;
};

// One register a table stands for the database; each entry reads one table.
class Shop {
 public:
  void write(std::size_t table, bool roll_back) {
    Footprint footprint;
    footprint.add(dependency(table));
    DirtyMark mark(log_, std::move(footprint));
    if (roll_back) {
      mark.lower();
      return;
    }
    registers_[table].fetch_add(1);
    mark.commit();
  }

  void read(std::size_t table) {
    // Whoever asks the database now is told this; a hit that begins now may not be older.
    const std::uint64_t floor = registers_[table].load();
    const std::array<Dependency, 2> dependencies = {0, dependency(table)};
    if (const std::optional<Cached> found = *cache_[table].lock()) {
      if (log_.check(dependencies, found->as_of) == Validity::valid) {
        hits_.fetch_add(1, std::memory_order_relaxed);
        if (found->version < floor) stale_.fetch_add(1, std::memory_order_relaxed);
        return;
      }
    }
    const FillLease lease = log_.lease();
    const std::uint64_t version = registers_[table].load();
    *cache_[table].lock() = Cached{version, lease.as_of()};
  }

  [[nodiscard]] std::uint64_t hits() const { return hits_.load(); }
  [[nodiscard]] std::uint64_t stale() const { return stale_.load(); }
  [[nodiscard]] bool settled() const {
    for (std::size_t table = 0; table < kTables; ++table) {
      const std::array<Dependency, 1> one = {dependency(table)};
      if (log_.check(one, log_.position()) != Validity::valid) return false;
    }
    return true;
  }

 private:
  static Dependency dependency(std::size_t table) { return table + 1; }

  std::array<std::atomic<std::uint64_t>, kTables> registers_{};
  std::atomic<std::uint64_t> hits_{0};
  std::atomic<std::uint64_t> stale_{0};
  std::array<Guarded<std::optional<Cached>>, kTables> cache_;
  InvalidationLog log_{8};
};

TEST(LogStress, NoHitIsOlderThanTheDatabaseWasWhenItBegan) {
  Shop shop;
  std::vector<std::thread> threads;
  threads.reserve(kWriters + kReaders);
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&shop, writer] {
      std::mt19937 random(static_cast<unsigned>(writer));
      for (int i = 0; i < kWrites; ++i) {
        shop.write(random() % kTables, random() % 8 == 0);
        if (random() % 4 == 0) std::this_thread::yield();
      }
    });
  }
  for (int reader = 0; reader < kReaders; ++reader) {
    threads.emplace_back([&shop, reader] {
      std::mt19937 random(static_cast<unsigned>(100 + reader));
      for (int i = 0; i < kReads; ++i) shop.read(random() % kTables);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(shop.stale(), 0U);
  EXPECT_TRUE(shop.settled());
  // However the threads were scheduled: with no write under way a table is read once at most.
  for (std::size_t table = 0; table < kTables; ++table) shop.read(table);
  const std::uint64_t before = shop.hits();
  for (std::size_t table = 0; table < kTables; ++table) shop.read(table);
  EXPECT_EQ(shop.hits(), before + kTables);
  EXPECT_EQ(shop.stale(), 0U);
}

// The order inside commit(): the other slots of a wide footprint give a reader of one the time to get in between.
TEST(LogStress, CommitAppliesBeforeItLowers) {
  constexpr Dependency kWide = 16'384;
  InvalidationLog log(2 * kWide);
  Footprint wide;
  for (Dependency dependency = 0; dependency < kWide; ++dependency) wide.add(dependency);
  std::atomic<std::uint64_t> version{0};
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int i = 0; i < 300; ++i) {
      DirtyMark mark(log, wide);
      version.fetch_add(1);
      mark.commit();
    }
    done = true;
  });
  constexpr std::array<Dependency, 1> kDependencies = {kWide / 2};
  std::uint64_t stale = 0;
  Cached cached;
  while (!done) {
    const std::uint64_t floor = version.load();
    const Validity validity = log.check(kDependencies, cached.as_of);
    if (validity == Validity::valid && cached.version < floor) ++stale;
    // Refilled only once it is invalid: an entry from before the write has to be there when the mark goes down.
    if (validity != Validity::invalidated) continue;
    cached.as_of = log.lease().as_of();
    cached.version = version.load();
  }
  writer.join();
  EXPECT_EQ(stale, 0U);
}

TEST(LogStress, ConcurrentAppendsGetDifferentPositionsAndTheLastOneStands) {
  InvalidationLog log(4);
  Footprint footprint;
  footprint.add(1);
  std::array<std::vector<Position>, 4> positions;
  std::vector<std::thread> threads;
  threads.reserve(positions.size());
  for (std::vector<Position>& mine : positions) {
    threads.emplace_back([&log, &footprint, &mine] {
      for (int i = 0; i < 2'000; ++i) mine.push_back(log.append(footprint));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<bool> seen(8'001);
  for (const std::vector<Position>& mine : positions) {
    for (const Position position : mine) {
      ASSERT_GE(position, 1U);
      ASSERT_LE(position, 8'000U);
      EXPECT_FALSE(seen[position]);
      seen[position] = true;
    }
  }
  const std::array<Dependency, 1> one = {1};
  EXPECT_EQ(log.check(one, 7'999), Validity::invalidated);
  EXPECT_EQ(log.check(one, 8'000), Validity::valid);
}

TEST(LogStress, MarksFromManyThreadsBalance) {
  InvalidationLog log(4);
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (Dependency thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&log, thread] {
      for (int i = 0; i < 2'000; ++i) {
        Footprint first;
        first.add(1);
        Footprint second;
        second.add(1 + thread % 2);
        DirtyMark mark(log, first);
        mark.extend(second);
        DirtyMark moved(std::move(mark));
        moved.lower();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::array<Dependency, 4> all = {0, 1, 2, 3};
  EXPECT_EQ(log.check(all, 0), Validity::valid);
  EXPECT_EQ(log.records(), 0U);
}

}  // namespace
}  // namespace tapri::coherence
