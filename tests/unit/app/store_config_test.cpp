#include "app/store_config.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "config/options.h"

namespace tapri::app {
namespace {

TEST(StoreConfig, EveryPolicyOfTheSettingsIsTheOneOfThatName) {
  const auto option = std::ranges::find(config::options(), "cache.policy", &config::Option::path);
  ASSERT_EQ(option->choices.size(), cache::memory::kEvictions.size());
  for (const std::string_view choice : option->choices) {
    config::Config config;
    const std::string text(choice);
    ASSERT_TRUE(option->assign(config, std::span(&text, 1)));
    EXPECT_EQ(cache::memory::eviction_name(store_config(config.cache).policy), choice);
  }
}

TEST(StoreConfig, TheLargestResultFitsIntoHalfAShare) {
  config::CacheConfig settings;
  settings.memory = std::uint64_t{1} << 30U;
  settings.max_result = std::uint64_t{16} << 20U;
  EXPECT_EQ(store_config(settings).shards, 32U);
  settings.max_result = std::uint64_t{1} << 40U;
  EXPECT_EQ(store_config(settings).shards, 1U);
}

}  // namespace
}  // namespace tapri::app
