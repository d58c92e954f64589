// What the configuration says of Redis, as its client takes it.
#pragma once

#include "base/result.h"
#include "config/config.h"
#include "redis/config.h"

namespace tapri::app {

// Of a configuration that has a Redis; reads the files that it names.
[[nodiscard]] Result<redis::Config> redis_config(const config::Config& config);

}  // namespace tapri::app
