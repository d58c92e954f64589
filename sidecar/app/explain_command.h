// `tapri explain`: what would become of a statement, without running it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/terminal.h"
#include "base/protocol.h"
#include "config/config.h"

namespace tapri::app {

struct ExplainOptions {
  std::string sql;  // "-": standard input
  bool json = false;
  // Rules, limits and, where the database is to be asked, the upstream: the one whose URL names `database`, else the
  // first. Without an upstream every relation is taken for a plain table.
  config::Config config;
  // Whose language the statement is in; nullopt: the upstream's, or PostgreSQL's. Only upstreams that speak it count.
  std::optional<Protocol> protocol;
  std::string user;
  std::string database;  // empty: the upstream's
  std::string application;
  // Of PostgreSQL. Empty: the database is asked for its default; offline: public.
  std::vector<std::string> search_path;
};

// Blocks while the database is asked. Exit code: 0 explained, 1 the database cannot be read, 2 nothing to explain or
// broken rules; trouble goes to terminal.err.
[[nodiscard]] int explain_command(const ExplainOptions& options, const Terminal& terminal = process_terminal());

}  // namespace tapri::app
