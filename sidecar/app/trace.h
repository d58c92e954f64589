// A log of accesses, as `tapri simulate` reads it (docs/eviction.md): one a line, in the order in which they came,
//
//   key [bytes [cost_us]]
//
// with blanks or tabs between; empty lines and those that begin with # say nothing. The key is any text without blanks.
//
// Thread-safety: none.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tapri::app {

struct Access {
  std::string_view key;          // until the next one is read
  std::uint64_t bytes = 1024;    // of the result, where the line does not say
  std::uint64_t cost_us = 1000;  // microseconds that the database takes for it, likewise
};

class TraceReader {
 public:
  explicit TraceReader(std::istream& in) : in_(in) {}
  // Nullopt: the end. The error says in which line and what is wrong with it.
  [[nodiscard]] Result<std::optional<Access>> next();
  // Read so far, in bytes.
  [[nodiscard]] std::uint64_t position() const { return position_; }

 private:
  std::istream& in_;
  std::string line_;
  std::uint64_t lines_ = 0;
  std::uint64_t position_ = 0;
};

}  // namespace tapri::app
