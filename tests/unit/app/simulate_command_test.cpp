#include "app/simulate_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <json/json.h>

#include <sstream>
#include <string>

#include "app/simulation.h"
#include "unit/app/terminal_script.h"

namespace tapri::app {
namespace {

using test::FakeTerminal;
using test::Folder;
using testing::HasSubstr;
using testing::Not;

Json::Value document(const std::string& text) {
  Json::Value value;
  std::istringstream in(text);
  in >> value;
  return value;
}

Json::Value simulated(const std::string& trace, const std::vector<std::string>& policies, const std::string& memory) {
  FakeTerminal terminal(trace);
  EXPECT_EQ(simulate_command({"-", policies, {memory}, true}, terminal.terminal()), kGood) << terminal.err();
  EXPECT_EQ(terminal.err(), "");
  return document(terminal.out());
}

TEST(SimulateCommand, CountsHitsBytesAndSeconds) {
  const Json::Value out = simulated("a 100 2000000\nb 300 500000\na 100 3000000\na 100 1000000\n", {"lru"}, "1MiB");
  EXPECT_EQ(out["accesses"].asUInt(), 4U);
  EXPECT_EQ(out["keys"].asUInt(), 2U);
  EXPECT_DOUBLE_EQ(out["database_seconds"].asDouble(), 6.5);
  const Json::Value& result = out["results"][0];
  EXPECT_EQ(result["policy"].asString(), "lru");
  EXPECT_EQ(result["memory_bytes"].asUInt64(), 1U << 20U);
  EXPECT_EQ(result["hits"].asUInt(), 2U);
  EXPECT_DOUBLE_EQ(result["hit_ratio"].asDouble(), 0.5);
  EXPECT_NEAR(result["byte_hit_ratio"].asDouble(), 200.0 / 600.0, 1e-9);
  EXPECT_DOUBLE_EQ(result["database_seconds_saved"].asDouble(), 4.0);
  EXPECT_DOUBLE_EQ(result["share_of_ideal"].asDouble(), 1.0);
  EXPECT_EQ(out["ideal"]["hits"], result["hits"]);
}

// 40 results of 10 kB in turn do not fit into 256 KiB; 20 do.
std::string loop(int keys, int rounds) {
  std::string trace;
  for (int i = 0; i < keys * rounds; ++i) trace += "key" + std::to_string(i % keys) + " 10000 1000\n";
  return trace;
}

TEST(SimulateCommand, WhatDoesNotFitIsEvicted) {
  const Json::Value fits = simulated(loop(20, 10), {"lru"}, "256KiB")["results"][0];
  EXPECT_EQ(fits["hits"].asUInt(), 180U);
  EXPECT_EQ(fits["evicted"].asUInt(), 0U);
  const Json::Value not_all = simulated(loop(40, 10), {"lru"}, "256KiB")["results"][0];
  EXPECT_EQ(not_all["hits"].asUInt(), 0U) << "a loop is the worst for LRU";
  EXPECT_GT(not_all["evicted"].asUInt(), 300U);
  EXPECT_EQ(not_all["share_of_ideal"].asDouble(), 0.0);
}

TEST(SimulateCommand, RunsEveryPolicyInEveryMemory) {
  FakeTerminal terminal(loop(40, 10));
  ASSERT_EQ(simulate_command({"-", {}, {"256KiB", "1MiB"}, true}, terminal.terminal()), kGood);
  const Json::Value results = document(terminal.out())["results"];
  ASSERT_EQ(results.size(), 2 * cache::memory::kEvictions.size());
  for (Json::ArrayIndex i = 0; i < results.size(); ++i) {
    const auto at = i % cache::memory::kEvictions.size();
    EXPECT_EQ(results[i]["policy"].asString(), cache::memory::eviction_name(cache::memory::kEvictions[at]));
    EXPECT_EQ(results[i]["memory_bytes"].asUInt(), (i == at ? 256U : 1024U) * 1024U);
  }
}

TEST(SimulateCommand, TheCostAwarePolicyKeepsWhatSavesMost) {
  std::string trace;
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 40; ++i) trace += "key" + std::to_string(i) + " 10000 " + (i < 10 ? "90000" : "100") + "\n";
  }
  const Json::Value results = simulated(trace, {"lru", "cost_aware"}, "256KiB")["results"];
  EXPECT_EQ(results[0]["share_of_ideal"].asDouble(), 0.0);
  EXPECT_GT(results[1]["share_of_ideal"].asDouble(), 0.99);
}

TEST(SimulateCommand, AResultThatIsTooLargeIsNotKept) {
  FakeTerminal terminal("a 200000 1\na 200000 1\n");
  ASSERT_EQ(simulate_command({"-", {"lru"}, {"256KiB"}, false}, terminal.terminal()), kGood);
  EXPECT_THAT(terminal.out(), HasSubstr("2 results were too large to be kept"));
}

TEST(SimulateCommand, ReadsAFileAndSaysWhatCameOfIt) {
  const Folder folder;
  FakeTerminal terminal;
  const std::string path = folder.file("trace", "a 100 1000000\na 100 1000000\n");
  ASSERT_EQ(simulate_command({path, {"s3_fifo"}, {}, false}, terminal.terminal()), kGood);
  EXPECT_THAT(terminal.out(), HasSubstr("2 accesses to 1 keys, 2 s of the database"));
  EXPECT_THAT(terminal.out(), testing::ContainsRegex("256MiB +s3_fifo +50.00 % +50.00 % +1.000 +100.0 % +0"));
  EXPECT_EQ(terminal.err(), "");
}

TEST(SimulateCommand, ProgressIsShownToPeopleOnly) {
  const std::string trace = loop(10, 60'000);
  for (const bool watched : {false, true}) {
    FakeTerminal fake(trace);
    Terminal terminal = fake.terminal();
    terminal.progress = watched;
    ASSERT_EQ(simulate_command({"-", {"lru"}, {}, true}, terminal), kGood);
    EXPECT_EQ(fake.err().find("524288 accesses") != std::string::npos, watched);
    EXPECT_THAT(fake.out(), Not(HasSubstr("524288")));
  }
}

TEST(SimulateCommand, SaysWhatIsWrong) {
  const Folder folder;
  const std::string good = folder.file("good", "a\n");
  const std::vector<std::pair<SimulateOptions, std::string>> wrong = {
      {{folder.path("none"), {}, {}, false}, "none: No such file or directory"},
      {{folder.path(), {}, {}, false}, "cannot be read"},
      {{folder.file("bad", "a\nb one\n"), {}, {}, false}, "bad: line 2: expected: key [bytes [cost_us]]"},
      {{good, {"arc"}, {}, false}, "cache.policy: 'arc' is not understood; expected one of s3_fifo lru"},
      {{good, {}, {"much"}, false}, "cache.memory: 'much' is not understood"},
      {{good, {}, {"1KiB"}, false}, "the memory cache needs a budget of at least 64 KiB"}};
  for (const auto& [options, message] : wrong) {
    FakeTerminal terminal;
    EXPECT_EQ(simulate_command(options, terminal.terminal()), kBadInput);
    EXPECT_THAT(terminal.err(), HasSubstr(message));
    EXPECT_EQ(terminal.out(), "");
  }
}

// What is simulated is what the store does: the same trace through a real one.
TEST(Simulation, HitsAsTheStoreDoes) {
  for (const cache::memory::Eviction policy : cache::memory::kEvictions) {
    const cache::memory::MemoryStore::Config config{
        .budget_bytes = std::size_t{256} << 10U, .shards = 1, .policy = policy};
    const auto store = std::move(*cache::memory::MemoryStore::make(config));
    const coherence::InvalidationLog log(1);
    Simulation simulation(config);
    std::uint64_t hits = 0;
    std::uint64_t dice = 1;
    for (int i = 0; i < 20'000; ++i) {
      dice = dice * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
      const std::uint64_t number = ((dice >> 40U) % 600) * ((dice >> 50U) % 600) / 600;
      const std::string name = "key" + std::to_string(number);
      const cache::KeyView key{name, number * 0x9e3779b97f4a7c15U};
      const std::uint64_t bytes = 100 + number * 7 % 2'000;
      simulation.access({key.hash, name.size(), bytes, number * 37 % 5'000});
      if (store->get(key) != nullptr) {
        ++hits;
        continue;
      }
      cache::NewEntry entry;
      entry.payload.assign(bytes, 'x');
      entry.dependencies = {1, 2, 3, 4, 5};
      entry.upstream_us = static_cast<std::uint32_t>(number * 37 % 5'000);
      entry.stored_at = TimePoint(std::chrono::seconds(1));
      entry.expires_at = TimePoint::max();
      ASSERT_EQ(store->put(key, entry, log.lease()), cache::PutResult::stored);
    }
    // The store's table grows by doubling; here each node pays for its place.
    const auto simulated_hits = static_cast<double>(simulation.figures().hits);
    EXPECT_NEAR(simulated_hits, static_cast<double>(hits), 0.02 * static_cast<double>(hits))
        << cache::memory::eviction_name(policy);
    EXPECT_GT(hits, 5'000U);
    EXPECT_GT(simulation.figures().evicted, 1'000U);
  }
}

}  // namespace
}  // namespace tapri::app
