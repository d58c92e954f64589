#include <array>
#include <chrono>
#include <random>
#include <thread>
#include <vector>

#include "workers.h"

namespace hunt {
namespace {

struct Row {
  int table = 0;
  int row = 0;
  std::int64_t version = 0;
};

class Writer {
 public:
  Writer(Board& board, const std::string& address, int number, int count)
      : board_(board), session_(address), random_(static_cast<unsigned>(number + 1)) {
    for (int at = number; at < kTables * kRows; at += count) {
      rows_.push_back({at / kRows, at % kRows});
    }
  }

  void run() {
    while (board_.running()) {
      for (int burst = pick(4); burst >= 0 && board_.running(); --burst) {
        write(choose());
        rest(pick(400));
      }
      rest(1000 + pick(12000));
    }
  }

 private:
  using Way = void (Writer::*)(Row&);

  int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }
  static void rest(int microseconds) { std::this_thread::sleep_for(std::chrono::microseconds(microseconds)); }

  // A row of a hot table, mostly.
  Row& choose() {
    for (;;) {
      auto& row = rows_[static_cast<std::size_t>(pick(static_cast<int>(rows_.size())))];
      if (row.table < kHot || pick(200) == 0) {
        return row;
      }
    }
  }

  void write(Row& row) {
    // Those that make Tapri forget the whole database are few, so that there is something to forget.
    static constexpr std::array<Way, 12> kOften = {
        &Writer::update,      &Writer::update_parameters, &Writer::update_prepared, &Writer::upsert,
        &Writer::with_clause, &Writer::several,           &Writer::merge,           &Writer::copy,
        &Writer::transaction, &Writer::savepoint,         &Writer::rolled_back,     &Writer::fails};
    static constexpr std::array<Way, 3> kSeldom = {&Writer::function, &Writer::block, &Writer::execute};
    const auto way =
        pick(400) == 0 ? kSeldom.at(static_cast<std::size_t>(pick(3))) : kOften.at(static_cast<std::size_t>(pick(12)));
    (this->*way)(row);
    board_.writes.fetch_add(1, std::memory_order_relaxed);
    // Own writes are seen at once.
    const auto floor = board_.floor(row.table);
    if (pick(4) == 0) {
      board_.check(row.table, session_.run(point(row)), floor, "its writer");
    }
  }

  void acknowledged(Row& row) { board_.raise(row.table, row.row, row.version); }

  static std::string point(const Row& row) {
    return "SELECT id, version FROM " + table_name(row.table) + " WHERE id = " + std::to_string(row.row);
  }
  static std::string set(const Row& row, std::int64_t version) {
    return "UPDATE " + table_name(row.table) + " SET version = " + std::to_string(version) +
           " WHERE id = " + std::to_string(row.row);
  }
  static std::string next(Row& row) { return set(row, ++row.version); }

  void update(Row& row) {
    session_.run(next(row));
    acknowledged(row);
  }
  void update_parameters(Row& row) {
    session_.parameters("UPDATE " + table_name(row.table) + " SET version = $1 WHERE id = $2",
                        {std::to_string(++row.version), std::to_string(row.row)});
    acknowledged(row);
  }
  void update_prepared(Row& row) {
    session_.prepared("UPDATE " + table_name(row.table) + " SET version = $1 WHERE id = $2 RETURNING id",
                      {std::to_string(++row.version), std::to_string(row.row)});
    acknowledged(row);
  }
  void upsert(Row& row) {
    session_.run("INSERT INTO " + table_name(row.table) + " VALUES (" + std::to_string(row.row) + ", " +
                 std::to_string(++row.version) + ") ON CONFLICT (id) DO UPDATE SET version = excluded.version");
    acknowledged(row);
  }
  void with_clause(Row& row) {
    session_.run("WITH w AS (" + next(row) + " RETURNING id) SELECT count(*) FROM w");
    acknowledged(row);
  }
  // Two rows in one string: one implicit transaction.
  void several(Row& row) {
    auto& other = choose();
    const auto text = &other == &row ? next(row) : next(row) + "; SELECT 1; " + next(other);
    session_.run(text);
    acknowledged(row);
    acknowledged(other);
  }
  void merge(Row& row) {
    session_.run("MERGE INTO " + table_name(row.table) + " t USING (SELECT " + std::to_string(row.row) + " AS id, " +
                 std::to_string(++row.version) +
                 "::bigint AS v) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET version = s.v");
    acknowledged(row);
  }
  void copy(Row& row) {
    session_.run("BEGIN");
    session_.run("DELETE FROM " + table_name(row.table) + " WHERE id = " + std::to_string(row.row));
    session_.copy("COPY " + table_name(row.table) + " (id, version) FROM STDIN",
                  std::to_string(row.row) + "\t" + std::to_string(++row.version) + "\n");
    session_.run("COMMIT");
    acknowledged(row);
  }
  void transaction(Row& row) {
    session_.run("BEGIN");
    session_.run(next(row));
    auto own = board_.floor(row.table);
    own.at(static_cast<std::size_t>(row.row)) = row.version;
    const auto inside = session_.run(point(row));
    if (inside.empty() || inside[0].second != row.version) {
      board_.error("a transaction does not see its own write");
    }
    session_.run("COMMIT");
    acknowledged(row);
  }
  void savepoint(Row& row) {
    session_.run("BEGIN");
    session_.run("SAVEPOINT s");
    session_.run(set(row, kNever + row.version));
    session_.run(point(row));
    session_.run("ROLLBACK TO SAVEPOINT s");
    session_.run(next(row));
    session_.run("COMMIT");
    acknowledged(row);
  }
  void rolled_back(Row& row) {
    session_.run("BEGIN");
    session_.run(set(row, kNever + row.version));
    session_.run(point(row));
    session_.prepared("SELECT id, version FROM " + table_name(row.table) + " WHERE id = $1", {std::to_string(row.row)});
    session_.run("ROLLBACK");
  }
  void fails(Row& row) { session_.refused(set(row, kNever + row.version) + "; SELECT 1/0"); }
  void function(Row& row) {
    session_.run("SELECT hunt_set('" + table_name(row.table) + "', " + std::to_string(row.row) + ", " +
                 std::to_string(++row.version) + ")");
    acknowledged(row);
  }
  void block(Row& row) {
    session_.run("DO $$ BEGIN " + next(row) + "; END $$");
    acknowledged(row);
  }
  void execute(Row& row) {
    session_.run("PREPARE p (bigint, int) AS UPDATE " + table_name(row.table) + " SET version = $1 WHERE id = $2");
    session_.run("EXECUTE p (" + std::to_string(++row.version) + ", " + std::to_string(row.row) + ")");
    acknowledged(row);
    session_.run("DEALLOCATE p");
  }

  Board& board_;
  Session session_;
  std::mt19937 random_;
  std::vector<Row> rows_;
};

}  // namespace

void write_until_stopped(Board& board, const std::string& address, int number, int count) {
  try {
    Writer(board, address, number, count).run();
  } catch (const std::exception& error) {
    board.error(std::string("writer: ") + error.what());
  }
}

}  // namespace hunt
