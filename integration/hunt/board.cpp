#include "board.h"

#include <iostream>

namespace hunt {
namespace {

constexpr std::int64_t kShown = 20;

}  // namespace

void Board::wrong(std::atomic<std::int64_t>& counter, const std::string& text) {
  const std::lock_guard lock(printing_);
  if (counter.fetch_add(1) < kShown) {
    std::cerr << text << std::endl;
  }
  if (stop_at_first_) {
    stop();
  }
}

void Board::check(int table, const Versions& found, const Floor& floor, const char* how) {
  for (const auto& [row, version] : found) {
    if (row < 0 || row >= kRows) {
      error(std::string(how) + " returned row " + std::to_string(row));
      continue;
    }
    const auto least = floor.at(index(row));
    const auto where = table_name(table) + " row " + std::to_string(row) + " by " + how;
    if (version >= kNever) {
      wrong(leaks, "rolled back, but seen: " + where + ": " + std::to_string(version));
    } else if (version < least) {
      wrong(stale, "stale: " + where + ": " + std::to_string(version) + ", known before: " + std::to_string(least));
    } else {
      raise(table, row, version);
    }
  }
  reads.fetch_add(1, std::memory_order_relaxed);
}

void Board::complete(int table, const Versions& found, const char* how) {
  if (found.size() != kRows) {
    wrong(stale, table_name(table) + " by " + how + " has " + std::to_string(found.size()) + " rows");
  }
}

void Board::error(const std::string& what) { wrong(errors, "error: " + what); }

}  // namespace hunt
