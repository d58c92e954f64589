// One source's settings before they are applied, and the helpers that sources share. Internal to config/.
//
// Thread-safety: pure but for reading files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/load.h"

namespace tapri::config {

struct Given {
  std::string path;  // "cache.memory", "admin.token_file"; may be no setting at all
  std::vector<std::string> values;
  std::string origin;  // "tapri.json:3:12", "TAPRI_CACHE_MEMORY", "--cache-memory"
  bool is_array = false;
};

// What goes wrong while a source is read, one line each.
struct Source {
  std::vector<Given> given;
  std::vector<std::string> problems;
  std::vector<std::string> warnings;
};

// `name` stands in front of line and column in origins and problems.
[[nodiscard]] Source read_json(std::string_view text, const std::string& name);
[[nodiscard]] Source read_json_file(const std::string& path);
[[nodiscard]] Source read_environment(const std::vector<std::pair<std::string, std::string>>& environment);
[[nodiscard]] Source read_flags(const std::vector<Flag>& flags);

// "unknown key 'cache.memry'; did you mean 'cache.memory'?"
[[nodiscard]] std::string unknown_key(std::string_view path);

// The whole file; the error says why not.
[[nodiscard]] Result<std::string> read_file(const std::string& path);

}  // namespace tapri::config
