// Reads a file that a person named.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace tapri::app {

inline constexpr std::size_t kMaxTextFile = std::size_t{64} * 1024 * 1024;  // bytes; longer ones are refused

// The error names the path and what is wrong with it.
[[nodiscard]] Result<std::string> read_text_file(const std::string& path);

}  // namespace tapri::app
