// `tapri explain`: what would become of a statement, without running it.
#pragma once

#include <string>
#include <vector>

#include "app/terminal.h"
#include "config/config.h"

namespace tapri::app {

struct ExplainOptions {
  std::string sql;  // "-": standard input
  bool json = false;
  // Rules, limits and, where the database is to be asked, the upstream: the one whose URL names `database`, else the
  // first. Without an upstream every relation is taken for a plain table.
  config::Config config;
  std::string user;
  std::string database;  // empty: the upstream's
  std::string application;
  std::vector<std::string> search_path;  // empty: the database is asked for its default; offline: public
};

// Blocks while the database is asked. Exit code: 0 explained, 1 the database cannot be read, 2 nothing to explain or
// broken rules; trouble goes to terminal.err.
[[nodiscard]] int explain_command(const ExplainOptions& options, const Terminal& terminal = process_terminal());

}  // namespace tapri::app
