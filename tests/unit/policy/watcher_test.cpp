#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "policy/watcher.h"
#include "temp_folder.h"

namespace tapri::policy {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Optional;
using namespace std::chrono_literals;
using Outcome = RuleSource::Outcome;

std::string rules_with_ttl(const std::string& ttl) {
  return R"({"version": 1, "defaults": {"ttl": ")" + ttl + R"("}})";
}

class Watching : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& ttl) { folder_.write(name, rules_with_ttl(ttl)); }
  static std::optional<Duration> ttl_of(const RuleSource& source) { return source.current()->defaults().ttl; }

  TempFolder folder_;
  ManualClock clock_;
};

TEST_F(Watching, NothingIsCachedBeforeTheRulesAreLoaded) {
  RuleSource source(folder_ / "rules.json", clock_);
  EXPECT_EQ(source.current()->decide({}).action, Action::bypass);
  EXPECT_EQ(source.generation(), 0U);
  const auto loaded = source.load();
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, HasSubstr("rules.json: No such file"));
  EXPECT_EQ(source.current()->decide({}).action, Action::bypass);
  EXPECT_EQ(source.status().loaded_at, std::nullopt);
  EXPECT_EQ(source.generation(), 0U);
  EXPECT_FALSE(source.ready());
  write("rules.json", "1s");
  ASSERT_TRUE(source.load());
  EXPECT_TRUE(source.ready());
}

TEST_F(Watching, WithoutAPathTheDefaultsHold) {
  RuleSource source("", clock_);
  EXPECT_TRUE(source.load());
  EXPECT_EQ(source.poll(), Outcome::unchanged);
  EXPECT_EQ(source.current()->decide({}).action, Action::cache);
  EXPECT_TRUE(source.ready());
}

TEST_F(Watching, AnUnchangedFileIsNotReadAgain) {
  write("rules.json", "1s");
  RuleSource source(folder_ / "rules.json", clock_);
  ASSERT_TRUE(source.load());
  const auto rules = source.current();
  EXPECT_EQ(source.poll(), Outcome::unchanged);
  EXPECT_EQ(source.current(), rules);
  EXPECT_EQ(source.generation(), 1U);
}

TEST_F(Watching, AFileWrittenInPlaceIsLoaded) {
  write("rules.json", "1s");
  RuleSource source(folder_ / "rules.json", clock_);
  ASSERT_TRUE(source.load());
  const TimePoint first = clock_.now();
  EXPECT_EQ(source.status().loaded_at, first);
  clock_.advance(5s);
  write("rules.json", "22s");
  EXPECT_EQ(source.poll(), Outcome::loaded);
  EXPECT_EQ(ttl_of(source), 22s);
  EXPECT_EQ(source.generation(), 2U);
  EXPECT_EQ(source.status().generation, 2U);
  EXPECT_EQ(source.status().loaded_at, first + 5s);
  EXPECT_EQ(source.poll(), Outcome::unchanged);
}

// Same size and same modification time: the inode tells.
TEST_F(Watching, AFileReplacedByRenameIsLoaded) {
  write("rules.json", "1s");
  const auto time = fs::last_write_time(folder_ / "rules.json");
  RuleSource source(folder_ / "rules.json", clock_);
  ASSERT_TRUE(source.load());
  write("new.txt", "2s");
  fs::last_write_time(folder_ / "new.txt", time);
  fs::rename(folder_ / "new.txt", folder_ / "rules.json");
  EXPECT_EQ(source.poll(), Outcome::loaded);
  EXPECT_EQ(ttl_of(source), 2s);
}

TEST_F(Watching, ABrokenFileLeavesTheLastGoodRulesInForce) {
  write("rules.json", "1s");
  RuleSource source(folder_ / "rules.json", clock_);
  ASSERT_TRUE(source.load());
  const auto good = source.current();
  folder_.write("rules.json", "{\"version\": 1,\n \"defaults\": 7}");
  EXPECT_EQ(source.poll(), Outcome::refused);
  EXPECT_EQ(source.current(), good);
  EXPECT_EQ(source.generation(), 1U);
  EXPECT_THAT(source.status().error, Optional(HasSubstr("rules.json:2:14: defaults: expected an object")));
  EXPECT_EQ(source.poll(), Outcome::unchanged);  // told once, not every second
  write("rules.json", "3s");
  EXPECT_EQ(source.poll(), Outcome::loaded);
  EXPECT_EQ(source.status().error, std::nullopt);
  EXPECT_EQ(ttl_of(source), 3s);
}

TEST_F(Watching, AFileThatVanishesAndComesBack) {
  write("rules.json", "1s");
  RuleSource source(folder_ / "rules.json", clock_);
  ASSERT_TRUE(source.load());
  fs::rename(folder_ / "rules.json", folder_ / "away");
  EXPECT_EQ(source.poll(), Outcome::refused);
  EXPECT_EQ(ttl_of(source), 1s);
  EXPECT_EQ(source.poll(), Outcome::unchanged);
  fs::rename(folder_ / "away", folder_ / "rules.json");
  EXPECT_EQ(source.poll(), Outcome::loaded);
}

TEST_F(Watching, AForcedLoadReadsAgain) {
  write("rules.json", "1s");
  RuleSource source(folder_ / "rules.json", clock_);
  ASSERT_TRUE(source.load());
  ASSERT_TRUE(source.load());
  EXPECT_EQ(source.generation(), 2U);
}

TEST_F(Watching, AReloadLeavesInForceWhatHasNotChanged) {
  write("rules.json", "1s");
  RuleSource source(folder_ / "rules.json", clock_);
  EXPECT_THAT(source.reload(), Optional(Outcome::loaded)) << "nothing is in force yet";
  const auto rules = source.current();
  EXPECT_THAT(source.reload(), Optional(Outcome::unchanged));
  EXPECT_EQ(source.current(), rules);
  EXPECT_EQ(source.generation(), 1U);
  write("rules.json", "22s");
  EXPECT_THAT(source.reload(), Optional(Outcome::loaded));
  EXPECT_EQ(ttl_of(source), 22s);
  folder_.write("rules.json", "{");
  EXPECT_FALSE(source.reload());
  EXPECT_FALSE(source.reload()) << "it is refused as often as it is asked for";
  EXPECT_EQ(ttl_of(source), 22s);
  RuleSource without("", clock_);
  EXPECT_THAT(without.reload(), Optional(Outcome::unchanged));
}

// The admin API's thread and the one that looks every second: neither may overwrite what the other has read since.
TEST_F(Watching, LoadsOnSeveralThreadsFollowEachOther) {
  write("rules.json", "1ms");
  RuleSource source(folder_ / "rules.json", clock_);
  ASSERT_TRUE(source.load());
  std::atomic<bool> done = false;
  std::vector<std::thread> loaders;
  for (int i = 0; i < 4; ++i) {
    loaders.emplace_back([&, i] {
      while (!done) (i % 2 == 0 ? (void)source.poll() : (void)source.load());
    });
  }
  for (int i = 2; i <= 100; ++i) {
    write("new.txt", std::to_string(i) + "ms");
    fs::rename(folder_ / "new.txt", folder_ / "rules.json");
    ASSERT_TRUE(source.load());
    ASSERT_EQ(ttl_of(source), Duration(i * 1ms));
  }
  done = true;
  for (auto& loader : loaders) loader.join();
  EXPECT_EQ(source.poll(), Outcome::unchanged);
  EXPECT_EQ(ttl_of(source), 100ms);
}

TEST_F(Watching, FilesThatComeAndGoInAFolder) {
  write("rules/a.json", "1s");
  RuleSource source(folder_ / "rules", clock_);
  ASSERT_TRUE(source.load());
  folder_.write("rules/b.json", R"({"version": 1, "rules": [{"name": "b"}]})");
  EXPECT_EQ(source.poll(), Outcome::loaded);
  EXPECT_EQ(source.current()->size(), 1U);
  folder_.write("rules/notes.txt", "no rule file");
  EXPECT_EQ(source.poll(), Outcome::unchanged);
  fs::remove(folder_ / "rules/b.json");
  EXPECT_EQ(source.poll(), Outcome::loaded);
  EXPECT_EQ(source.current()->size(), 0U);
  fs::remove(folder_ / "rules/a.json");
  EXPECT_EQ(source.poll(), Outcome::refused);
  EXPECT_EQ(ttl_of(source), 1s);
}

// As the kubelet updates a ConfigMap: files are links into ..data, a link to a folder that is renamed over.
class ConfigMap : public Watching {
 protected:
  void publish(const std::string& version, const std::string& ttl) {
    write("map/.." + version + "/rules.json", ttl);
    fs::create_directory_symlink(".." + version, folder_ / "map/..data_tmp");
    fs::rename(folder_ / "map/..data_tmp", folder_ / "map/..data");
    if (!fs::is_symlink(folder_ / "map/rules.json")) {
      fs::create_symlink("..data/rules.json", folder_ / "map/rules.json");
    }
  }
  void expect_every_update_seen(const std::string& path) {
    publish("1", "1s");
    RuleSource source(path, clock_);
    ASSERT_TRUE(source.load());
    for (const int seconds : {2, 3, 4}) {
      publish(std::to_string(seconds), std::to_string(seconds) + "s");
      fs::remove_all(folder_ / ("map/.." + std::to_string(seconds - 1)));
      EXPECT_EQ(source.poll(), Outcome::loaded);
      EXPECT_EQ(ttl_of(source), Duration(seconds * 1s));
      EXPECT_EQ(source.poll(), Outcome::unchanged);
    }
  }
};

TEST_F(ConfigMap, WatchedAsAFile) { expect_every_update_seen(folder_ / "map/rules.json"); }

TEST_F(ConfigMap, WatchedAsAFolder) { expect_every_update_seen(folder_ / "map"); }

TEST_F(ConfigMap, ALinkSwappedBetweenTwinsIsSeen) {
  write("a/rules.json", "1s");
  write("b/rules.json", "2s");
  fs::create_directory_symlink("a", folder_ / "current");
  RuleSource source(folder_ / "current", clock_);
  ASSERT_TRUE(source.load());
  fs::remove(folder_ / "current");
  fs::create_directory_symlink("b", folder_ / "current");
  EXPECT_EQ(source.poll(), Outcome::loaded);
  EXPECT_EQ(ttl_of(source), 2s);
}

// A folder of many files that is exchanged while it is read: rules of two versions are never in force together.
TEST_F(ConfigMap, AnExchangeWhileItIsReadMixesNothing) {
  constexpr int kFiles = 40;
  for (const std::string version : {"a", "b"}) {
    for (int i = 0; i < kFiles; ++i) {
      folder_.write("map/.." + version + "/" + std::to_string(i) + ".json",
                    R"({"version": 1, "rules": [{"name": ")" + version + std::to_string(i) + R"("}]})");
    }
  }
  fs::create_directory_symlink("..a", folder_ / "map/..data");
  for (int i = 0; i < kFiles; ++i) {
    const std::string name = std::to_string(i) + ".json";
    fs::create_symlink("..data/" + name, folder_ / ("map/" + name));
  }
  RuleSource source(folder_ / "map", clock_);
  ASSERT_TRUE(source.load());
  std::atomic<bool> done = false;
  std::thread kubelet([&] {
    for (int turn = 1; !done; ++turn) {
      fs::create_directory_symlink(turn % 2 == 0 ? "..a" : "..b", folder_ / "map/..data_tmp");
      fs::rename(folder_ / "map/..data_tmp", folder_ / "map/..data");
      const std::uint64_t generation = source.generation();                          // now: no load sees two exchanges
      while (!done && source.generation() == generation) std::this_thread::yield();  // one exchange a load
    }
  });
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(source.load());
    const auto rules = source.current();
    ASSERT_EQ(rules->size(), static_cast<std::size_t>(kFiles));
    const char version = rules->rule_name(1)[0];
    for (std::uint32_t rule = 2; rule <= kFiles; ++rule) ASSERT_EQ(rules->rule_name(rule)[0], version) << i;
  }
  done = true;
  kubelet.join();
}

// Readers on other threads always see one whole set, never one older than the generation that they saw.
TEST_F(Watching, RulesAreReadWhileTheyChange) {
  write("rules.json", "1ms");
  RuleSource source(folder_ / "rules.json", clock_);
  ASSERT_TRUE(source.load());
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0;
  std::thread reader([&] {
    while (!done) {
      const auto generation = static_cast<Duration::rep>(source.generation());
      const std::optional<Duration> ttl = source.current()->defaults().ttl;
      if (!ttl || *ttl < generation * 1ms) ++wrong;
    }
  });
  for (int i = 2; i <= 50; ++i) {
    write("rules.json", std::to_string(i) + "ms");
    ASSERT_TRUE(source.load());
  }
  done = true;
  reader.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace tapri::policy
