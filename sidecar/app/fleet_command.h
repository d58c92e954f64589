// `tapri fleet`: what an instance that runs knows of its fleet, asked of its admin API.
#pragma once

#include <string>

#include "app/terminal.h"
#include "config/config.h"

namespace tapri::app {

struct FleetOptions {
  config::Config config;  // admin.listen and admin.token: whom to ask, and how to be let in
  bool json = false;      // as the API says it
};

// Exit code: 0 shown; 1 nobody answers there, or it has no fleet; 2 there is nobody to ask. Why goes to terminal.err.
[[nodiscard]] int fleet_command(const FleetOptions& options, const Terminal& terminal = process_terminal());

// The document of /api/v1/fleet for people.
[[nodiscard]] std::string fleet_text(const std::string& document);

}  // namespace tapri::app
