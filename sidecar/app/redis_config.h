// What the configuration says of Redis, as its client takes it.
#pragma once

#include "base/result.h"
#include "config/config.h"
#include "redis/config.h"

namespace tapri::app {

// A client of that server; of a configuration that has a Redis. Reads the files that it names.
[[nodiscard]] Result<redis::Config> redis_config(const config::Config& config, const config::RedisUrl& server);

}  // namespace tapri::app
