// Globs: * stands for any run of bytes, ? for exactly one byte; anything else for itself. No escapes, no classes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tapri::policy {

// Bytes are compared exactly. The time is at most pattern times text, whatever the pattern.
[[nodiscard]] bool matches_glob(std::string_view pattern, std::string_view text);
[[nodiscard]] bool matches_any(const std::vector<std::string>& patterns, std::string_view text);

}  // namespace tapri::policy
