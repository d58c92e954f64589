// Reads the configuration from its sources. Priority, lowest first: defaults, file, environment, flags; a list in a
// higher source replaces the lower one's.
//
// Thread-safety: pure but for reading files.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "config/config.h"

namespace tapri::config {

// A flag as given: a key path ("cache.memory", or "admin.token_file"), and its value or values.
struct Flag {
  std::string path;
  std::vector<std::string> values;
};

struct Sources {
  std::string file;  // path; empty: none
  // Every variable; those that do not begin with TAPRI_ are skipped. Lists are separated by blanks.
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<Flag> flags;
};

struct Loaded {
  Config config;
  // Key -> where its value came from: "tapri.json:3:12", "TAPRI_CACHE_MEMORY", "--cache-memory". Defaults are not in
  // it.
  std::map<std::string, std::string, std::less<>> origins;
  // For the log: variables TAPRI_... that are no setting, and the like.
  std::vector<std::string> warnings;
};

// All problems found, one a line, each led by where it is.
[[nodiscard]] Result<Loaded> load(const Sources& sources);

// The process's own environment.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> process_environment();

// The effective configuration as a JSON document that load() reads again, secrets as "***" (those must be filled in).
[[nodiscard]] std::string print(const Config& config);

}  // namespace tapri::config
