// What writers have published and readers have seen: the truth that every read is held against.
//
// Row (table, id) is written by one writer only, with increasing versions. A read that begins after a version was
// acknowledged, or after another read that saw it has ended, must see at least that version. A write whose outcome
// nobody knows raises nothing until somebody has seen it. Versions from kNever up are written only by transactions that
// roll back or statements that fail: nobody may see them.
//
// Thread-safety: all of it may be used by all threads.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "session.h"
#include "tables.h"

namespace hunt {

inline constexpr std::int64_t kNever = 1'000'000'000'000;

// The least version of each row of a table that a read which begins now may return.
using Floor = std::array<std::int64_t, kRows>;

class Board {
 public:
  explicit Board(bool stop_at_first) : stop_at_first_(stop_at_first) {}

  [[nodiscard]] Floor floor(int table) const {
    Floor out{};
    for (int row = 0; row < kRows; ++row) {
      out.at(index(row)) = least_.at(index(table)).at(index(row)).load(std::memory_order_acquire);
    }
    return out;
  }

  // A write was acknowledged, or a read that returned this version has ended.
  void raise(int table, int row, std::int64_t version) {
    auto& slot = least_.at(index(table)).at(index(row));
    auto old = slot.load(std::memory_order_relaxed);
    while (old < version && !slot.compare_exchange_weak(old, version, std::memory_order_acq_rel)) {
    }
  }

  // Holds what a read returned against the floor taken before it was sent.
  void check(int table, const Versions& found, const Floor& floor, const char* how);
  // A whole table must have all its rows.
  void complete(int table, const Versions& found, const char* how);
  void error(const std::string& what);

  void stop() { running_.store(false); }
  [[nodiscard]] bool running() const { return running_.load(std::memory_order_relaxed); }

  std::atomic<std::int64_t> reads{0}, writes{0}, stale{0}, leaks{0}, errors{0};
  // Writes that were disturbed, by how; of those whose outcome is unknown, how many were seen done at once.
  std::atomic<std::int64_t> resets{0}, cancels{0}, terminations{0}, unknown{0}, done{0};

 private:
  static std::size_t index(int at) { return static_cast<std::size_t>(at); }
  void wrong(std::atomic<std::int64_t>& counter, const std::string& text);

  std::array<std::array<std::atomic<std::int64_t>, kRows>, kTables> least_{};
  std::atomic<bool> running_{true};
  bool stop_at_first_;
  std::mutex printing_;
};

}  // namespace hunt
