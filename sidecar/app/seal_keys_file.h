// Reads the file of keys that entries outside of the process are sealed with (cache/remote/seal_keys.h).
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "cache/remote/seal_keys.h"

namespace tapri::app {

// Refused is a file that everybody may read, or that others than its owner may change; its group may read it, as of a
// secret that is mounted for one. The error names the path and what is wrong with it, and nothing of the keys.
[[nodiscard]] Result<std::shared_ptr<const cache::remote::SealKeys>> read_seal_keys(const std::string& path);

}  // namespace tapri::app
