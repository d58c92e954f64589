#include "config/options.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <set>
#include <sstream>

namespace tapri::config {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string error_of(std::string_view path, const std::string& text) {
  Config config;
  const std::vector<std::string> values = {text};
  const auto assigned = find_option(path)->assign(config, values);
  return assigned ? "assigned" : assigned.error().message;
}

TEST(OptionsTest, NamesAreDistinctInEverySource) {
  std::set<std::string> names;
  std::size_t expected = 0;
  for (const Option& option : options()) {
    names.insert(std::string(option.path));
    names.insert(option.flag());
    names.insert(option.environment());
    expected += 3;
    if (option.alias.empty()) continue;
    names.insert(std::string(option.alias));
    ++expected;
  }
  EXPECT_EQ(names.size(), expected);
}

TEST(OptionsTest, SpellsFlagAndEnvironmentAfterThePath) {
  const Option* option = find_option("cache.max_result");
  ASSERT_NE(option, nullptr);
  EXPECT_EQ(option->flag(), "--cache-max-result");
  EXPECT_EQ(option->environment(), "TAPRI_CACHE_MAX_RESULT");
  EXPECT_EQ(find_option("admin.listen")->alias, "--admin");
  EXPECT_EQ(find_option("cache"), nullptr);
}

TEST(OptionsTest, EveryOptionTakesItsOwnDefault) {
  for (const Option& option : options()) {
    Config config;
    const std::vector<std::string> texts = option.values(config);
    EXPECT_TRUE(option.assign(config, texts)) << option.path;
    EXPECT_EQ(option.values(config), texts) << option.path;
  }
}

TEST(OptionsTest, EveryOptionIsBoundToItsOwnPlace) {
  // Changing one option changes no other.
  for (const Option& changed : options()) {
    Config config;
    std::vector<std::string> texts = {"7"};
    if (changed.kind == Kind::duration) texts = {"7s"};
    if (changed.kind == Kind::boolean) texts = {changed.default_text() == "true" ? "false" : "true"};
    if (changed.kind == Kind::choice) texts = {std::string(changed.choices.back())};
    if (texts.front() == changed.default_text()) texts = {std::string(changed.choices.front())};
    ASSERT_TRUE(changed.assign(config, texts)) << changed.path;
    for (const Option& other : options()) {
      const bool same = other.values(config) == other.values(Config{});
      EXPECT_EQ(same, other.path != changed.path) << changed.path << " and " << other.path;
    }
  }
}

TEST(OptionsTest, SaysWhatWasExpected) {
  EXPECT_EQ(error_of("cache.memory", "12q"),
            "'12q' is not understood; expected a size such as 512KiB, 256MiB or a number of bytes");
  EXPECT_EQ(error_of("cache.memory", "-1"),
            "'-1' is not understood; expected a size such as 512KiB, 256MiB or a number of bytes");
  EXPECT_EQ(error_of("workers", "18446744073709551616"),
            "'18446744073709551616' is not understood; expected a whole number, 0 or more");
  EXPECT_EQ(error_of("workers", "4KiB"), "'4KiB' is not understood; expected a whole number, 0 or more");
  EXPECT_EQ(error_of("drain.timeout", "30"),
            "'30' is not understood; expected a duration such as 250ms, 30s, 5m or 1h");
  EXPECT_EQ(error_of("cache.enabled", "maybe"), "'maybe' is not understood; expected true or false");
  EXPECT_EQ(error_of("cache.policy", "arc"),
            "'arc' is not understood; expected one of s3_fifo lru w_tinylfu lfu cost_aware");
  EXPECT_EQ(error_of("cache.memory", "4096"), "assigned");
}

TEST(UnitsTest, PrintsTheLargestUnitThatDivides) {
  EXPECT_EQ(size_text(0), "0");
  EXPECT_EQ(size_text(1023), "1023");
  EXPECT_EQ(size_text(1024), "1KiB");
  EXPECT_EQ(size_text(1536ULL * 1024), "1536KiB");
  EXPECT_EQ(size_text(3ULL << 30), "3GiB");
  EXPECT_EQ(duration_text(Duration::zero()), "0ms");
  EXPECT_EQ(duration_text(milliseconds(1500)), "1500ms");
  EXPECT_EQ(duration_text(seconds(90)), "90s");
  EXPECT_EQ(duration_text(hours(48)), "2d");
}

TEST(ReferenceTest, TheManualHoldsTheTable) {
  std::ifstream in(TAPRI_SOURCE_DIR "/docs/configuration.md");
  std::stringstream manual;
  manual << in.rdbuf();
  // Each row must be in the manual as it is, and the manual may hold no other row of the kind.
  std::istringstream table(reference_table());
  std::set<std::string> rows;
  for (std::string row; std::getline(table, row);) {
    EXPECT_NE(manual.str().find(row + "\n"), std::string::npos) << "docs/configuration.md lacks\n" << row;
    rows.insert(row);
  }
  for (std::string line; std::getline(manual, line);) {
    if (line.starts_with("| `") && line.find("`TAPRI_") != std::string::npos) {
      EXPECT_TRUE(rows.contains(line)) << "docs/configuration.md has, but the program does not:\n" << line;
    }
  }
}

}  // namespace
}  // namespace tapri::config
