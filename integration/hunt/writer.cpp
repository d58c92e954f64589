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
  Writer(Board& board, std::string address, const std::string& administrator, int number, int count)
      : board_(board),
        address_(std::move(address)),
        session_(address_),
        other_session_(address_),
        administrator_(administrator),
        number_(number),
        random_(static_cast<unsigned>(number + 1)) {
    for (int at = 0; at < kTables * kRows; ++at) {
      const int table = at / kRows;
      if ((kind_of(table) == Kind::refilled ? table : at) % count == number) {
        rows_.push_back({table, at % kRows});
      }
    }
  }

  void run() {
    while (board_.running()) {
      for (int burst = pick(4); burst >= 0 && board_.running(); --burst) {
        auto& row = choose();
        if (pick(100) == 0) {
          disturbed(row);
        } else {
          write(row);
        }
        rest(pick(400));
      }
      rest(1000 + pick(12000));
    }
  }

 private:
  using Way = void (Writer::*)(Row&);

  int pick(std::size_t below) { return std::uniform_int_distribution<int>(0, static_cast<int>(below) - 1)(random_); }
  static void rest(int microseconds) { std::this_thread::sleep_for(std::chrono::microseconds(microseconds)); }

  // A row of a hot table or of one of the special kinds, mostly.
  Row& choose() {
    for (;;) {
      auto& row = rows_[static_cast<std::size_t>(pick(static_cast<int>(rows_.size())))];
      if (row.table < kHot || pick(row.table < kPlain ? 200 : 6) == 0) {
        return row;
      }
    }
  }

  void write(Row& row) {
    // Those that make Tapri forget the whole database or read its schema again are few, so that there is something to
    // forget.
    static constexpr std::array<Way, 15> kOften = {
        &Writer::update,      &Writer::update_parameters, &Writer::update_prepared, &Writer::upsert,
        &Writer::with_clause, &Writer::several,           &Writer::merge,           &Writer::copy,
        &Writer::transaction, &Writer::savepoint,         &Writer::rolled_back,     &Writer::fails,
        &Writer::pipelined,   &Writer::two_phase_ends,    &Writer::goes_on};
    static constexpr std::array<Way, 6> kSeldom = {&Writer::function, &Writer::block,     &Writer::execute,
                                                   &Writer::call,     &Writer::two_phase, &Writer::refill};
    const auto way = pick(600) == 0 ? kSeldom.at(static_cast<std::size_t>(pick(kSeldom.size())))
                                    : kOften.at(static_cast<std::size_t>(pick(kOften.size())));
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
  // What is written so that the row changes: the table itself, its partition, or what it refers to.
  std::string target(const Row& row) {
    const auto kind = kind_of(row.table);
    const bool other = kind == Kind::cascading || (kind == Kind::partitioned && pick(2) == 0);
    return other ? other_name(row.table, row.row) : table_name(row.table);
  }
  std::string set(const Row& row, std::int64_t version) {
    return "UPDATE " + target(row) + " SET version = " + std::to_string(version) +
           " WHERE id = " + std::to_string(row.row);
  }
  std::string next(Row& row) { return set(row, ++row.version); }

  void update(Row& row) {
    session_.run(next(row));
    acknowledged(row);
  }
  void update_parameters(Row& row) {
    session_.parameters("UPDATE " + target(row) + " SET version = $1 WHERE id = $2",
                        {std::to_string(++row.version), std::to_string(row.row)});
    acknowledged(row);
  }
  void update_prepared(Row& row) {
    session_.prepared("UPDATE " + target(row) + " SET version = $1 WHERE id = $2 RETURNING id",
                      {std::to_string(++row.version), std::to_string(row.row)});
    acknowledged(row);
  }
  void upsert(Row& row) {
    session_.run("INSERT INTO " + target(row) + " VALUES (" + std::to_string(row.row) + ", " +
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
    session_.run("MERGE INTO " + target(row) + " t USING (SELECT " + std::to_string(row.row) + " AS id, " +
                 std::to_string(++row.version) +
                 "::bigint AS v) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET version = s.v");
    acknowledged(row);
  }
  void copy(Row& row) {
    if (kind_of(row.table) == Kind::cascading) {
      return update(row);  // what others refer to is not deleted
    }
    session_.run("BEGIN");
    session_.run("DELETE FROM " + target(row) + " WHERE id = " + std::to_string(row.row));
    session_.copy("COPY " + target(row) + " (id, version) FROM STDIN",
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
  // What is committed can be seen before it is acknowledged.
  void goes_on(Row& row) {
    session_.run("BEGIN; " + next(row) + "; COMMIT; SELECT pg_sleep(0.003)");
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
  void two_phase(Row& row) {
    const auto name = prepare(next(row));
    (pick(2) == 0 ? session_ : other_session_).run("COMMIT PREPARED " + name);
    acknowledged(row);
  }
  void two_phase_ends(Row& row) {
    const auto name = prepare(set(row, kNever + row.version));
    (pick(2) == 0 ? session_ : other_session_).run("ROLLBACK PREPARED " + name);
  }
  std::string prepare(const std::string& write) {
    const auto name = "'hunt " + std::to_string(number_) + " " + std::to_string(++transactions_) + "'";
    session_.run("BEGIN");
    session_.run(write);
    session_.run("PREPARE TRANSACTION " + name);
    return name;
  }
  // Two writes and a read of the first; one Sync, so one transaction.
  void pipelined(Row& row) {
    auto& other = choose();
    std::vector<std::string> texts = {next(row), point(row)};
    if (&other != &row) {
      texts.push_back(next(other));
    }
    const auto inside = session_.pipeline(texts).at(1);
    if (inside.empty() || inside[0].second != row.version) {
      board_.error("a pipeline does not see its own write");
    }
    acknowledged(row);
    acknowledged(other);
  }
  // Nobody else writes this table.
  void refill(Row& row) {
    if (kind_of(row.table) != Kind::refilled) {
      return update(row);
    }
    std::string values;
    for (auto& one : rows_) {
      if (one.table == row.table) {
        values += (values.empty() ? "(" : ", (") + std::to_string(one.row) + ", " + std::to_string(++one.version) + ")";
      }
    }
    session_.run("BEGIN");
    session_.run("TRUNCATE " + table_name(row.table));
    session_.run("INSERT INTO " + table_name(row.table) + " VALUES " + values);
    session_.run("COMMIT");
    for (auto& one : rows_) {
      if (one.table == row.table) {
        acknowledged(one);
      }
    }
  }
  void function(Row& row) {
    session_.run("SELECT hunt_set('" + target(row) + "', " + std::to_string(row.row) + ", " +
                 std::to_string(++row.version) + ")");
    acknowledged(row);
  }
  void block(Row& row) {
    session_.run("DO $$ BEGIN " + next(row) + "; END $$");
    acknowledged(row);
  }
  void call(Row& row) {
    session_.run("CALL hunt_call('" + target(row) + "', " + std::to_string(row.row) + ", " +
                 std::to_string(++row.version) + ")");
    acknowledged(row);
  }
  void execute(Row& row) {
    session_.run("PREPARE p (bigint, int) AS UPDATE " + target(row) + " SET version = $1 WHERE id = $2");
    session_.run("EXECUTE p (" + std::to_string(++row.version) + ", " + std::to_string(row.row) + ")");
    acknowledged(row);
    session_.run("DEALLOCATE p");
  }

  // A write that something ends from outside, at any moment of it. Whoever carries it out may do so long after the next
  // write of this row: so it changes nothing that is newer.
  void disturbed(Row& row) {
    auto write = next(row);
    write += " AND version < " + std::to_string(row.version);
    auto text = write;
    const std::string pause = pick(2) == 0 ? "SELECT pg_sleep(0.002)" : "SELECT pg_sleep(0.2)";
    switch (pick(4)) {
      case 0:  // while it commits
        session_.run("BEGIN");
        session_.run(write);
        text = "COMMIT";
        break;
      case 1:  // in a transaction that has yet to commit
        text = "BEGIN; " + write + "; " + pause + "; COMMIT";
        break;
      case 2:  // likewise, without saying so
        text = write + "; " + pause;
        break;
      default:
        break;
    }
    const auto fault = static_cast<Fault>(pick(3));
    const auto after = std::chrono::microseconds(pick(2) == 0 ? pick(300) : pick(4000));
    const auto outcome = session_.disturb(text, fault, after, administrator_);
    count(fault, outcome);
    if (outcome == Outcome::acknowledged) {
      acknowledged(row);
    }
    if (fault == Fault::cancel) {
      session_.run("ROLLBACK");  // of the transaction that it has failed, if there is one
    } else {
      session_ = Session(address_);
    }
    // The old version or the new one: then nobody sees the old one again.
    const auto floor = board_.floor(row.table);
    const auto found = session_.run(point(row));
    board_.check(row.table, found, floor, "the writer that was disturbed");
    if (found.size() != 1 || found[0].second > row.version) {
      board_.error("a disturbed write left something that nobody wrote");
    } else if (outcome == Outcome::unknown && found[0].second == row.version) {
      board_.done.fetch_add(1, std::memory_order_relaxed);
    }
  }
  void count(Fault fault, Outcome outcome) {
    auto& faults = fault == Fault::reset    ? board_.resets
                   : fault == Fault::cancel ? board_.cancels
                                            : board_.terminations;
    faults.fetch_add(1, std::memory_order_relaxed);
    board_.unknown.fetch_add(outcome == Outcome::unknown ? 1 : 0, std::memory_order_relaxed);
  }

  Board& board_;
  std::string address_;
  Session session_;
  Session other_session_;
  Session administrator_;
  int number_;
  int transactions_ = 0;
  std::mt19937 random_;
  std::vector<Row> rows_;
};

}  // namespace

void write_until_stopped(Board& board, const std::string& address, const std::string& administrator, int number,
                         int count) {
  try {
    Writer(board, address, administrator, number, count).run();
  } catch (const std::exception& error) {
    board.error(std::string("writer: ") + error.what());
  }
}

}  // namespace hunt
