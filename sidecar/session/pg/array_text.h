// An array in text format, as array_in of the server reads it: https://www.postgresql.org/docs/15/arrays.html#ARRAYS-IO
#pragma once

#include <cstddef>
#include <string>

#include "base/bytes.h"

namespace tapri::session::pg {

namespace detail {

// The quoted element at the front of `rest`, which begins with its quote. False: it has no end.
inline bool take_quoted(ByteView& rest, std::string& element) {
  rest.remove_prefix(1);
  while (!rest.empty() && rest.front() != '"') {
    if (rest.front() == '\\') rest.remove_prefix(1);
    if (rest.empty()) return false;
    element += rest.front();
    rest.remove_prefix(1);
  }
  if (rest.empty()) return false;
  rest.remove_prefix(1);
  return true;
}

inline bool is_null_word(ByteView word) {
  return word.size() == 4 && (word[0] | 0x20) == 'n' && (word[1] | 0x20) == 'u' && (word[2] | 0x20) == 'l' &&
         (word[3] | 0x20) == 'l';
}

}  // namespace detail

// Calls visit(bool is_null, ByteView element) for each element of an array of one dimension, until it says false. False
// where it did, where there are more than 100, or where the text is anything but `{...}` without blanks between.
template <typename Visit>
bool for_each_element(ByteView text, Visit&& visit) {
  constexpr std::size_t kMaxElements = 100;
  if (text.size() < 2 || text.front() != '{' || text.back() != '}') return false;
  ByteView rest = text.substr(1, text.size() - 2);
  if (rest.empty()) return true;
  for (std::size_t count = 0; count < kMaxElements; ++count) {
    std::string element;
    bool is_null = false;
    if (!rest.empty() && rest.front() == '"') {
      if (!detail::take_quoted(rest, element)) return false;
    } else {
      const std::size_t end = rest.find(',');
      element = rest.substr(0, end);
      rest.remove_prefix(element.size());
      if (element.empty() || element.find_first_of("\"\\{} \t\n\r\v\f") != std::string::npos) return false;
      is_null = detail::is_null_word(element);
    }
    if (!visit(is_null, is_null ? ByteView() : ByteView(element))) return false;
    if (rest.empty()) return true;
    if (rest.front() != ',') return false;
    rest.remove_prefix(1);
  }
  return false;
}

}  // namespace tapri::session::pg
