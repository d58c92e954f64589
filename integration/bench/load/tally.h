// What a run gave.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "histogram.h"

namespace bench {

struct Tally {
  explicit Tally(std::size_t units) : latencies(units) {}

  std::uint64_t statements = 0;
  std::uint64_t reads = 0;   // statements that must answer with rows
  std::uint64_t errors = 0;  // refused by the server
  std::uint64_t wrong = 0;   // other rows than there must be
  std::uint64_t stale = 0;   // rows from before a write, or an earlier read, that was known
  std::string first_problem;
  double seconds = 0;                         // from the first statement to the last answer
  double cpu_seconds = 0;                     // of this program
  std::vector<measure::Histogram> latencies;  // of the units by their numbers

  // One JSON line. `names`: of the units.
  [[nodiscard]] std::string json(const std::vector<std::string>& names, std::uint64_t next_key) const;
};

}  // namespace bench
