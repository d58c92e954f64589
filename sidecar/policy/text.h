// Small helpers for messages to people.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace tapri::policy {

// In double quotes, control characters shown as \xNN, cut after 60 bytes.
[[nodiscard]] std::string quoted(std::string_view text);

// The candidate that `word` is most likely a slip of; empty where none is near.
[[nodiscard]] std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

// Without blanks at either end.
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace tapri::policy
