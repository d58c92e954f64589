#include <array>
#include <memory>
#include <random>
#include <vector>

#include "workers.h"

namespace hunt {
namespace {

constexpr int kSessions = 4;

class Reader {
 public:
  Reader(Board& board, const std::string& address, int number)
      : board_(board), random_(static_cast<unsigned>(1000 + number)) {
    for (int at = 0; at < kSessions; ++at) {
      sessions_.push_back(std::make_unique<Session>(address));
    }
  }

  void run() {
    static constexpr std::array<Way, 10> kWays = {
        &Reader::simple, &Reader::simple,      &Reader::prepared, &Reader::prepared, &Reader::unnamed,
        &Reader::binary, &Reader::never_twice, &Reader::whole,    &Reader::joined,   &Reader::transaction};
    while (board_.running()) {
      session_ = sessions_[static_cast<std::size_t>(pick(kSessions))].get();
      // Half of the reads where the writes are; few rows, so that sessions read the same.
      const int table = pick(2) == 0 ? pick(kHot) : kHot + pick(kTables - kHot);
      const int row = pick(4) == 0 ? pick(kRows) : pick(2);
      (this->*kWays.at(static_cast<std::size_t>(pick(static_cast<int>(kWays.size())))))(table, row);
    }
  }

 private:
  using Way = void (Reader::*)(int, int);

  int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }

  // By one of the names that the row's table has.
  std::string by_key(int table, int row, const std::string& key) {
    const auto name = pick(3) == 0 ? other_name(table, row) : table_name(table);
    return "SELECT id, version FROM " + name + " WHERE id = " + key;
  }

  void simple(int table, int row) {
    const auto floor = board_.floor(table);
    found(table, session_->run(by_key(table, row, std::to_string(row))), floor, "simple");
  }
  void prepared(int table, int row) {
    const auto floor = board_.floor(table);
    found(table, session_->prepared(by_key(table, row, "$1"), {std::to_string(row)}), floor, "prepared");
  }
  void unnamed(int table, int row) {
    const auto floor = board_.floor(table);
    found(table, session_->parameters(by_key(table, row, "$1"), {std::to_string(row)}), floor, "unnamed");
  }
  void binary(int table, int row) {
    const auto floor = board_.floor(table);
    found(table, session_->prepared(by_key(table, row, "$1"), {std::to_string(row)}, true), floor, "prepared, binary");
  }
  // A text that nobody has sent before: the database answers, and may show a commit to us first.
  void never_twice(int table, int row) {
    const auto text =
        by_key(table, row, std::to_string(row)) + " AND version <> -" + std::to_string(2 + random_() % 1000000000U);
    const auto floor = board_.floor(table);
    found(table, session_->run(text), floor, "a new text");
  }
  void whole(int table, int) {
    const auto floor = board_.floor(table);
    const auto rows = session_->run("SELECT id, version FROM " + table_name(table) + " ORDER BY id");
    board_.complete(table, rows, "whole table");
    board_.check(table, rows, floor, "whole table");
  }
  void joined(int table, int row) {
    const int other = (table + 1) % kTables;
    const auto floor = board_.floor(table);
    const auto other_floor = board_.floor(other);
    const auto text = [&](const char* first) {
      return "SELECT " + std::string(first) + ".id, " + first + ".version FROM " + table_name(table) + " a JOIN " +
             table_name(other) + " b USING (id) WHERE a.id = " + std::to_string(row);
    };
    found(table, session_->run(text("a")), floor, "join");
    found(other, session_->run(text("b")), other_floor, "join");
  }
  void transaction(int table, int row) {
    session_->run("BEGIN");
    for (int time = 0; time < 2; ++time) {
      const auto floor = board_.floor(table);
      found(table, session_->run(by_key(table, row, std::to_string(row))), floor, "transaction");
    }
    session_->run(pick(2) == 0 ? "COMMIT" : "ROLLBACK");
  }

  void found(int table, const Versions& rows, const Floor& floor, const char* how) {
    if (rows.empty()) {
      board_.error(std::string("a row is missing by ") + how);
    }
    board_.check(table, rows, floor, how);
  }

  Board& board_;
  std::mt19937 random_;
  std::vector<std::unique_ptr<Session>> sessions_;
  Session* session_ = nullptr;
};

}  // namespace

void read_until_stopped(Board& board, const std::string& address, int number) {
  try {
    Reader(board, address, number).run();
  } catch (const std::exception& error) {
    board.error(std::string("reader: ") + error.what());
  }
}

}  // namespace hunt
