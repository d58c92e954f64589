// `tapri simulate`: what each eviction policy would make of a log of accesses, in so much memory.
#pragma once

#include <string>
#include <vector>

#include "app/terminal.h"

namespace tapri::app {

struct SimulateOptions {
  std::string trace;                  // a file (app/trace.h), "-": standard input
  std::vector<std::string> policies;  // as cache.policy; empty: all
  std::vector<std::string> memory;    // as cache.memory; empty: its default
  bool json = false;
};

// The log is read once and never held. Exit code: 0 simulated, 2 bad options, or a file that cannot be
// read or understood; trouble goes to terminal.err, as does progress where that is a terminal.
[[nodiscard]] int simulate_command(const SimulateOptions& options, const Terminal& terminal = process_terminal());

}  // namespace tapri::app
