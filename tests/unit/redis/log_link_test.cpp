// When the connections that keep the log say that it was read; all else is tried with a real Redis (real_log_test.cpp).
#include "redis/log_link.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "unit/redis/fake_client.h"

namespace tapri::redis {
namespace {

TEST(LogLinkTest, NothingIsInStepWithAServerThatWasNotAskedForItsEpoch) {
  const auto loop = io::make_loop();
  const ManualClock clock;
  const LogConfig config;
  coherence::InvalidationLog log{1'024};
  coherence::Freshness freshness;
  auto appender = std::make_unique<FakeClient>();
  const FakeClient& asked = *appender;
  LogLink link(*loop, clock, config, log, freshness, std::move(appender), std::make_unique<FakeClient>(), {}, [] {});
  std::optional<bool> good;
  link.sync({[&](bool in_step) { good = in_step; }});
  EXPECT_EQ(good, false);
  const auto reads =
      std::ranges::count_if(asked.commands, [](const Command& command) { return command[0] == "XREAD"; });
  EXPECT_EQ(reads, 0);
  link.close();
}

}  // namespace
}  // namespace tapri::redis
