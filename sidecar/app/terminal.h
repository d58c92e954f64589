// Where a command that runs once and ends reads and writes.
#pragma once

#include <iostream>

namespace tapri::app {

struct Terminal {
  std::istream& in = std::cin;
  std::ostream& out = std::cout;
  std::ostream& err = std::cerr;
  bool colours = false;   // ANSI escapes may be written to `out`
  bool progress = false;  // `err` is looked at while the command runs: lines may be written over
};

// The process's own; colours where standard output is a terminal, unless NO_COLOR is set (https://no-color.org).
[[nodiscard]] Terminal process_terminal();

// Exit codes of every command.
inline constexpr int kGood = 0;
inline constexpr int kFailed = 1;
inline constexpr int kBadInput = 2;

}  // namespace tapri::app
