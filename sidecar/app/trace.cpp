#include "app/trace.h"

#include <charconv>

namespace tapri::app {
namespace {

constexpr std::string_view kBlanks = " \t\r";

// Cuts the next word off; empty at the end.
std::string_view next_word(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
  const std::string_view word = rest.substr(0, rest.find_first_of(kBlanks));
  rest.remove_prefix(word.size());
  return word;
}

bool read_number(std::string_view word, std::uint64_t& out) {
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), out);
  return error == std::errc() && end == word.data() + word.size();
}

}  // namespace

Result<std::optional<Access>> TraceReader::next() {
  while (std::getline(in_, line_)) {
    ++lines_;
    position_ += line_.size() + 1;
    std::string_view rest = line_;
    Access access;
    access.key = next_word(rest);
    if (access.key.empty() || access.key.front() == '#') continue;
    const std::string_view bytes = next_word(rest);
    const std::string_view cost = next_word(rest);
    const bool good = (bytes.empty() || read_number(bytes, access.bytes)) &&
                      (cost.empty() || read_number(cost, access.cost_us)) && next_word(rest).empty();
    if (!good) return fail("line " + std::to_string(lines_) + ": expected: key [bytes [cost_us]], in whole numbers");
    return access;
  }
  if (in_.bad()) return fail("it cannot be read to its end");
  return std::nullopt;
}

}  // namespace tapri::app
