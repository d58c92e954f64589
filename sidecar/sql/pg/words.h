// ASCII classes and caseless comparison, as PostgreSQL folds keywords: never by locale.
#pragma once

#include <algorithm>
#include <string_view>

namespace tapri::sql::pg {

[[nodiscard]] constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
[[nodiscard]] constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// `known` is in lower case.
[[nodiscard]] inline bool same_word(std::string_view word, std::string_view known) {
  return word.size() == known.size() &&
         std::equal(word.begin(), word.end(), known.begin(), [](char a, char b) { return lower(a) == b; });
}

}  // namespace tapri::sql::pg
