#include "policy/glob.h"

#include <algorithm>
#include <cstddef>

#include "policy/rules.h"

namespace tapri::policy {

bool matches_glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  // Where to go on after a mismatch: the last star takes one more character. Earlier stars never need another try.
  std::size_t star = std::string_view::npos;
  std::size_t taken = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool matches_any(const std::vector<std::string>& patterns, std::string_view text) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) { return matches_glob(pattern, text); });
}

bool matches_table(std::string_view pattern, const sql::QualifiedName& table) {
  const std::size_t dot = pattern.find('.');
  if (dot == std::string_view::npos) return matches_glob(pattern, table.name);
  return matches_glob(pattern.substr(0, dot), table.schema) && matches_glob(pattern.substr(dot + 1), table.name);
}

}  // namespace tapri::policy
