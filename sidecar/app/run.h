// `tapri run`: from the configuration to the end of the last connection.
#pragma once

#include "config/config.h"

namespace tapri::app {

// SIGTERM and SIGINT drain, a second one ends at once; SIGHUP reads rules again. Returns the exit code.
[[nodiscard]] int run(config::Config config);

}  // namespace tapri::app
