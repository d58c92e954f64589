#include <algorithm>
#include <array>
#include <string_view>

#include "sql/pg/facts.h"
#include "sql/pg/words.h"

namespace tapri::sql::pg {
namespace {

// ParseDateTime() refuses input with more field characters than this (MAXDATELEN in utils/datetime.h). Blanks and
// punctuation between fields do not count.
constexpr std::size_t kMaxDateCharacters = 128;
constexpr std::array<std::string_view, 4> kVolatileWords = {"now", "today", "tomorrow", "yesterday"};

bool is_volatile_word(std::string_view word) {
  return std::any_of(kVolatileWords.begin(), kVolatileWords.end(),
                     [word](std::string_view known) { return same_word(word, known); });
}

// Arrays, ranges and rows hold many values, each of which may be a date. Their binary forms begin with a number or with
// flags, which is no way to begin a date.
bool holds_many(std::string_view value) {
  if (!value.empty() && static_cast<unsigned char>(value.front()) < '\t') return true;
  const std::size_t first = value.find_first_not_of(" \t\n\r\f\v");
  return first != std::string_view::npos && (value[first] == '{' || value[first] == '[' || value[first] == '(');
}

}  // namespace

// Words are told apart as the date parser does it: a field is a run of letters. What is not an ASCII letter ends a word
// here, which errs on the side of volatile.
bool is_volatile_literal(std::string_view value) {
  const bool unlimited = holds_many(value);
  std::size_t characters = 0;
  std::size_t at = 0;
  while (at < value.size() && (unlimited || characters <= 2 * kMaxDateCharacters)) {
    if (!is_letter(value[at])) {
      if (is_digit(value[at++])) ++characters;
      continue;
    }
    const std::size_t start = at;
    while (at < value.size() && is_letter(value[at])) ++at;
    if (is_volatile_word(value.substr(start, at - start))) return true;
    characters += at - start;
  }
  return false;
}

}  // namespace tapri::sql::pg
