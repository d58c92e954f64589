#include "policy/hint.h"

#include <algorithm>
#include <cstddef>

#include "policy/rules.h"

namespace tapri::policy {
namespace {

constexpr std::size_t kMostIgnored = 8;

void read_word(std::string_view word, Hint& hint) {
  static constexpr std::string_view kTtl = "ttl=";
  if (word == "bypass" || word == "ttl=0") {
    hint.bypass = true;
    return;
  }
  if (word.starts_with(kTtl)) {
    if (const auto ttl = parse_duration(word.substr(kTtl.size()))) {
      hint.bypass = hint.bypass || *ttl == Duration::zero();
      hint.ttl = *ttl;
      return;
    }
  }
  if (hint.ignored.size() < kMostIgnored) hint.ignored.push_back(word);
}

}  // namespace

Hint parse_hint(std::string_view text) {
  static constexpr std::string_view kSeparators = ", \t\r\n\f\v";
  Hint hint;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kSeparators), text.size()));
    if (text.empty()) return hint;
    const std::string_view word = text.substr(0, text.find_first_of(kSeparators));
    read_word(word, hint);
    text.remove_prefix(word.size());
  }
}

}  // namespace tapri::policy
