// What a hit and an invalidation cost beside 1,000, 100,000 and 1,000,000 entries, over the real store and the real
// log.
//
// Each operation is measured on all entries, at random, and on the same few ones again and again ("hot"): what the two
// differ by is the machine's memory, for the instructions are the same.
//
//   bench_coherence [flags of Google Benchmark]                                           nanoseconds
//   valgrind --tool=callgrind --instr-atstart=no bench_coherence --count-instructions     instructions: a dump each
//
// Names are OPERATION/SET/ENTRIES. tests/bench/run makes a table of them.
#include <benchmark/benchmark.h>
#include <valgrind/callgrind.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cache/memory/memory_store.h"
#include "coherence/log.h"

namespace tapri::bench {
namespace {

using coherence::Dependency;
using coherence::Footprint;

constexpr std::array<std::size_t, 3> kEntries = {1'000, 100'000, 1'000'000};
constexpr std::size_t kHot = 64;  // entries, and footprints, of the set that fits every cache
constexpr std::uint32_t kRowsOfTable = 1'000;
constexpr std::size_t kBudget = std::size_t{2} << 30U;  // nothing is evicted
constexpr std::string_view kDatabase = "127.0.0.1:5432/shop";
constexpr std::size_t kCountedRuns = 10'000;

template <typename Number>
std::string bytes_of(Number number) {
  std::string bytes(sizeof number, '\0');
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

// As session/ lays a key out: context, shape, protocol, then the literal.
class Key {
 public:
  explicit Key(std::uint64_t row) { std::memcpy(bytes_.data() + kFixed, &row, sizeof row); }
  [[nodiscard]] cache::KeyView view() const { return cache::make_key({bytes_.data(), bytes_.size()}); }

 private:
  static constexpr std::size_t kFixed = 17;
  std::array<char, kFixed + sizeof(std::uint64_t)> bytes_{};
};

std::uint32_t table_of(std::size_t row) { return static_cast<std::uint32_t>(16'384 + row / kRowsOfTable); }

coherence::KeyBase base_of(std::uint32_t table, const std::string& column) {
  return coherence::key_base(kDatabase, table, std::array{column});
}

// SELECT ... WHERE id = $1
std::vector<Dependency> dependencies_of(std::size_t row) {
  const coherence::KeyBase base = base_of(table_of(row), "id");
  return {coherence::all_of(kDatabase), coherence::unkeyed_of(base), coherence::inserted_of(base),
          coherence::key_of(base, bytes_of(row)), coherence::roles_of("127.0.0.1:5432")};
}

// A write to one row of a table with seven keys: it names the row's values of three of them.
Footprint footprint_of(std::size_t row) {
  const std::uint32_t table = table_of(row);
  Footprint footprint;
  footprint.add(coherence::any_of(kDatabase, table));
  for (const char* column : {"id", "code", "name"}) {
    footprint.add(coherence::key_of(base_of(table, column), bytes_of(row)));
  }
  for (const char* column : {"a", "b", "c", "d"}) footprint.add(coherence::unkeyed_of(base_of(table, column)));
  return footprint;
}

struct World {
  explicit World(std::size_t count) : store(std::move(*cache::memory::MemoryStore::make({.budget_bytes = kBudget}))) {
    for (std::size_t row = 0; row < count; ++row) {
      cache::NewEntry entry;
      entry.payload.assign(100, 'x');
      entry.dependencies = dependencies_of(row);
      entry.expires_at = TimePoint::max();
      good &= store->put(Key(row).view(), entry, log.lease()) == cache::PutResult::stored;
      entries.push_back(store->get(Key(row).view()).get());
    }
    for (std::size_t row = 0; row < count; ++row) footprints.push_back(footprint_of(row));
    good &= store->stats().entries == count && footprints.front().dependencies().size() == 8;
  }

  coherence::InvalidationLog log;
  std::unique_ptr<cache::memory::MemoryStore> store;
  std::vector<const cache::Entry*> entries;  // the store's
  std::vector<Footprint> footprints;         // of a write to each row
  bool good = true;                          // everything is in it
};

// Whose entry or footprint is next: any row's, or that of one of a few that lie far apart.
class Pick {
 public:
  Pick(std::size_t count, bool hot) : choices_(hot ? kHot : count), stride_(hot ? count / kHot : 1) {}
  std::size_t operator()() {
    state_ = state_ * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;  // Knuth's MMIX
    return ((state_ >> 32U) * choices_ >> 32U) * stride_;
  }

 private:
  std::uint64_t state_ = 1;
  std::uint64_t choices_;
  std::size_t stride_;
};

bool check(const World& world, const cache::Entry& entry) {
  return world.log.check(entry.dependencies(), entry.as_of) == coherence::Validity::valid;
}

// The operations. Each says whether it did what it should have done.
bool pick(World&, std::size_t row) {
  benchmark::DoNotOptimize(row);
  return true;
}
bool get(World& world, std::size_t row) { return world.store->get(Key(row).view()) != nullptr; }
bool check_in_hand(World& world, std::size_t row) { return check(world, *world.entries[row]); }
bool hit(World& world, std::size_t row) {
  const cache::EntryRef found = world.store->get(Key(row).view());
  return found != nullptr && check(world, *found);
}
bool append(World& world, std::size_t footprint) { return world.log.append(world.footprints[footprint]) != 0; }
// As a session does it: the mark takes the footprint over, which allocates.
bool mark(World& world, std::size_t footprint) {
  coherence::DirtyMark raised(world.log, {});
  raised.extend(world.footprints[footprint]);
  raised.commit();
  return raised.empty();
}

struct Operation {
  const char* name;
  bool (*once)(World&, std::size_t);
};
// Those that write come last: after them entries are invalid.
constexpr std::array<Operation, 6> kOperations = {
    {{"pick", pick}, {"get", get}, {"check", check_in_hand}, {"hit", hit}, {"append", append}, {"mark", mark}}};

// One at a time, the last asked for.
World& world_of(std::size_t entries) {
  static std::unique_ptr<World> world;
  if (world == nullptr || world->entries.size() != entries) {
    world.reset();
    world = std::make_unique<World>(entries);
  }
  return *world;
}

void measure(benchmark::State& state, const Operation& operation, std::size_t entries, bool hot) {
  World& world = world_of(entries);
  Pick next(entries, hot);
  bool good = world.good;
  for ([[maybe_unused]] const auto each : state) good &= operation.once(world, next());
  if (!good) state.SkipWithError("an entry was not found, not valid, or a write not appended");
}

// False: something was not as it should be.
bool count_instructions(const std::string& name, const Operation& operation, std::size_t entries, bool hot) {
  World& world = world_of(entries);
  Pick next(entries, hot);
  bool good = world.good;
  CALLGRIND_START_INSTRUMENTATION;
  for (std::size_t run = 0; run < kCountedRuns; ++run) good &= operation.once(world, next());
  CALLGRIND_STOP_INSTRUMENTATION;
  CALLGRIND_DUMP_STATS_AT(name.c_str());
  if (good) std::printf("%s %zu\n", name.c_str(), kCountedRuns);
  return good;
}

template <typename Each>
void for_each_measurement(Each each) {
  for (const std::size_t entries : kEntries) {
    for (const Operation& operation : kOperations) {
      for (const bool hot : {false, true}) {
        each(std::string(operation.name) + (hot ? "/hot/" : "/all/") + std::to_string(entries), operation, entries,
             hot);
      }
    }
  }
}

int main_of(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--count-instructions") {
    bool good = RUNNING_ON_VALGRIND != 0;
    for_each_measurement([&](const auto&... what) { good = good && count_instructions(what...); });
    return good ? 0 : 1;
  }
  for_each_measurement([](const std::string& name, const Operation& operation, std::size_t entries, bool hot) {
    benchmark::RegisterBenchmark(
        name.c_str(), [&operation, entries, hot](benchmark::State& state) { measure(state, operation, entries, hot); });
  });
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace tapri::bench

int main(int argc, char** argv) { return tapri::bench::main_of(argc, argv); }
