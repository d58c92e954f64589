// The command line: subcommands and flags, made from the table of settings (config/options.h).
#pragma once

namespace tapri::app {

// Runs the program. Exit codes: 0 good, 1 runtime failure, 2 bad usage or bad configuration.
[[nodiscard]] int command_line(int argc, const char* const* argv);

}  // namespace tapri::app
