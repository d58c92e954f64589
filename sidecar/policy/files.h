// The files behind a path to rules, as load.cpp and watcher.cpp see them alike.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace tapri::policy {

// The path itself where it is a file. Of a folder its *.json in the order of their names (bytes), without hidden ones
// (a ConfigMap's ..data) and *.schema.json.
[[nodiscard]] Result<std::vector<std::string>> rule_files(const std::string& path);

// At most kMaxFileSize bytes; longer ones are refused.
[[nodiscard]] Result<std::string> read_file(const std::string& path);

}  // namespace tapri::policy
