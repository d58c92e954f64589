// The writing side of a thread: statements and transactions, what disturbs them, and what the journal hears of both.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "outcomes.h"
#include "worker.h"

namespace history {

// A session with its number in the history, and how it is set.
struct Link {
  Link(std::string at, int as) : address(std::move(at)), number(as) { open(); }
  void open();
  // A session that might have temporary tables, for all that is known of it, is not answered from the cache.
  void begin_anew();
  std::string address;
  int number;
  bool lenient = false;     // without strict mode
  bool repeatable = false;  // REPEATABLE READ; else READ COMMITTED
  std::unique_ptr<Session> session;

 private:
  void set();
};

// What a transaction at REPEATABLE READ sees, from its first consistent read on.
struct Snapshot {
  std::unordered_map<Object, Floor> floors;  // from before it was taken
  Place until = kNever;
  std::map<Object, std::optional<Row>> seen;
};

// A transaction under way, or one statement that is one.
struct Work {
  explicit Work(Link& by) : link(by) {}
  struct Write {
    Object object;
    Value value;
    State state;
  };
  [[nodiscard]] bool wrote(Object object) const;
  // Before and after whatever may be its first consistent read.
  void before_read(const Checker& checker);
  void after_read(const Checker& checker);
  Link& link;
  Transaction id = kNone;
  bool repeatable = false;
  bool without_autocommit = false;
  bool own_level = false;  // its isolation level was set for it alone
  bool joined = false;     // by the engine: it takes part in the transaction from the first look at its tables on
  std::optional<Snapshot> snapshot;
  std::vector<Write> writes;      // those not undone
  std::vector<int> claims;        // taken
  std::map<Object, Living> rows;  // of the claims, as the transaction sees them
};

class Writer {
 public:
  Writer(Shared& shared, Random& random)
      : shared_(shared), random_(random), administrator_(std::make_unique<Session>(shared.administrator)) {}

  // One statement.
  void single(Link& link);
  // A transaction in one string, which goes on after its commit: what was written can be seen before it is
  // acknowledged.
  void string(Link& link);
  // A transaction, step by step: false when it can only be abandoned.
  bool begin(Work& work, bool writes);
  bool change(Work& work);
  bool savepoint(Work& work);
  // Another session wants what the transaction has locked, and does not wait: false if there is nothing of the kind.
  bool meet(const Work& work, Link& other);
  void end(Work& work);
  void abandon(Work& work);

  // What is no good may have been expected; if not, it is an error. A session that is over is opened again.
  void take_note(Link& link, const Answer& answer, const std::string& text, bool disturbed);
  std::optional<Disturbance> disturbance() { return history::disturbance(random_, shared_.journal); }
  Session& administrator() { return *administrator_; }

  // Where writes are just now.
  int busy_table();
  int key_for(int table);
  int list_of(int table);

 private:
  using Intended = std::vector<std::pair<Object, State>>;
  std::optional<Disturbance> seldom(int of) { return pick(random_, of) == 0 ? disturbance() : std::nullopt; }
  Form form() { return static_cast<Form>(pick(random_, static_cast<int>(Form::count))); }
  int claimed_table(bool transactions);
  std::optional<Change> choose(Work& work, int table);
  bool claim(Work& work, Object object);
  Value intend(Work& work, const Intended& objects, bool commits);
  Value intend(Work& work, Change& change, bool commits);
  void tell_written(Work& work, const Change& change, Value value);
  static void check_count(const Answer& answer, const Change& change);
  void alone(Link& link, int table);
  bool claimed_change(Work& work, int table);
  // Rows that anyone may write at any time: what a statement made of them is asked for, or told by it.
  void contended_alone(Link& link);
  bool contended_change(Work& work);
  unsigned lock_without_waiting(Work& work);
  // New rows, whose keys the server chooses; and what this thread does to those that it has made.
  bool add_numbered(Work& work);
  void change_numbered(Link& link);

  Statement ending(Work& work);
  static Outcome outcome_of(const Answer& answer, bool transactions);
  static bool killed_unsaid(const std::optional<Disturbance>& fault, const Answer& answer, const Change& change);
  void finish(Work& work, Outcome outcome, const Answer& answer, Operation operation, const std::string& kind);
  void judge_snapshot(Work& work);
  void next_list(Object list, Version length);
  void release(Work& work);
  Answer insist(Link& link, const std::string& text);
  void settle(Work& work, const Answer& answer, unsigned long process);
  void wait_for_end_of(unsigned long process);
  // Of one object past Tapri: whether this was the write that it shows, and the version to tell the checker.
  std::pair<std::optional<bool>, Version> look_past(const Work& work, const Work::Write& write);

  Shared& shared_;
  Random& random_;
  std::unique_ptr<Session> administrator_;
  std::vector<std::pair<std::int64_t, Version>> mine_;  // numbered rows that this thread has made
};

}  // namespace history
