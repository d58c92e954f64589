// What the process keeps of memory beside the budget, after a day of results that come and go: allocators cannot give
// back what lies between two live blocks, so sizes that change over the day are what a cache is worn out by.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "cache/memory/allocation.h"
#include "cache/memory/memory_store.h"
#include "coherence/log.h"

namespace tapri::cache::memory {
namespace {

constexpr std::size_t kBudget = std::size_t{96} << 20U;
constexpr int kHours = 24;
constexpr std::size_t kWorkers = 2;
// Bytes that are put into the cache in an hour, all workers together: the budget twice over.
constexpr std::size_t kBytesAnHour = 2 * kBudget;

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t size = 0;
  std::size_t resident = 0;
  file >> size >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

// One worker's hour: results of sizes around the hour's own, from single rows at night to reports by day, one in fifty
// of them large; some are asked for again, some expire, some end by a write.
void work(MemoryStore& store, coherence::InvalidationLog& log, std::size_t worker, int hour) {
  std::mt19937_64 random(static_cast<std::uint64_t>(hour) * kWorkers + worker);
  const double middle = 150.0 * (1.0 + 12.0 * std::pow(std::sin(3.14159 * hour / kHours), 2));
  std::lognormal_distribution<double> usual(std::log(middle), 0.8);
  std::uniform_int_distribution<std::uint64_t> keys(0, 2'000'000);
  for (std::size_t done = 0; done < kBytesAnHour / kWorkers;) {
    const std::string bytes = "churn " + std::to_string(keys(random));
    const KeyView key = make_key(bytes);
    if (const EntryRef entry = store.get(key)) {
      if (random() % 8 == 0) store.drop(key, entry, random() % 2 == 0);
      continue;
    }
    const double size = random() % 50 == 0 ? usual(random) * 40 : usual(random);
    const coherence::FillLease lease = log.lease();
    NewEntry entry;
    entry.payload.assign(static_cast<std::size_t>(std::clamp(size, 40.0, 400'000.0)), 'x');
    entry.dependencies = {1, 2, 3, 4};
    entry.as_of = lease.as_of();
    entry.expires_at = TimePoint::max();
    done += entry.payload.size();
    (void)store.put(key, std::move(entry), lease);
  }
}

// Prints what it found; the exit code is 0 where it never was more than 1.2 times the budget.
[[maybe_unused]] int live_a_day() {
  limit_fragmentation();
  const std::size_t before = resident_bytes();
  const std::unique_ptr<MemoryStore> store = *MemoryStore::make({.budget_bytes = kBudget});
  coherence::InvalidationLog log{1024};
  double most = 0;
  for (int hour = 0; hour < kHours; ++hour) {
    std::vector<std::thread> workers;
    for (std::size_t worker = 0; worker < kWorkers; ++worker) {
      workers.emplace_back([&, worker] { work(*store, log, worker, hour); });
    }
    for (std::thread& worker : workers) worker.join();
    most = std::max(most, static_cast<double>(resident_bytes() - before) / static_cast<double>(kBudget));
  }
  const StoreStats stats = store->stats();
  std::fprintf(stderr, "resident: at most %.3f of the budget; accounted: %.3f; %llu entries\n", most,
               static_cast<double>(stats.bytes) / static_cast<double>(kBudget),
               static_cast<unsigned long long>(stats.entries));
  return most <= 1.2 ? 0 : 1;
}

// In a process of its own, for nothing else to be measured with it. Sanitizers have allocators of their own, which keep
// what is freed for a while.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(Churn, OfADayLeavesTheProcessWithinAFifthOfTheBudget) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(std::exit(live_a_day()), testing::ExitedWithCode(0), "resident");
}
#endif

}  // namespace
}  // namespace tapri::cache::memory
