// The tiers behind the store, in which instances share results, nearest first.
//
//   NAME=redis://...   a Redis of its own, for results alone; its URL as config/redis_url.h has it
//   redis              that of redis.url, which has the log as well
//
// Behind either: ?max_ttl=5m&promote=false. With redis+unix they stand beside db=.
//
// Errors name the tier and the part, never a URL's text: it may hold a secret.
// Thread-safety: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "config/redis_url.h"

namespace tapri::config {

// Of the tier that redis.url is; also where it is the only one.
inline constexpr std::string_view kSharedTier = "redis";

struct Tier {
  std::string name;                // label of its metrics
  std::optional<RedisUrl> server;  // nullopt: redis.url
  Duration max_ttl{};              // longest time that a result is kept there
  bool promote = true;             // whether it takes what was found in a farther one
};

// `max_ttl`: of a tier that does not say. No text: redis.url alone.
[[nodiscard]] Result<std::vector<Tier>> parse_tiers(const std::vector<std::string>& texts, Duration max_ttl);

}  // namespace tapri::config
