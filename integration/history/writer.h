// The writing side of a thread: statements and transactions, what disturbs them, and what the journal hears of both.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "outcomes.h"
#include "worker.h"

namespace history {

// A session with its number in the history.
struct Link {
  Link(const std::string& address, int at) : session(std::make_unique<Session>(address)), number(at) {}
  std::unique_ptr<Session> session;
  int number;
};

// A transaction under way, or one statement that is one.
struct Work {
  explicit Work(Link& by) : link(by) {}
  struct Write {
    Object object;
    Value value;
    bool removes;
  };
  Link& link;
  Transaction id = kNone;
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
  bool begin(Work& work);
  bool change(Work& work);
  bool savepoint(Work& work);
  void end(Work& work);
  void abandon(Work& work);
  Answer roll_back(Link& link);

  // What is no good may have been expected; if not, it is an error. A session that is over is opened again.
  void take_note(Link& link, const Answer& answer, const std::string& text, bool disturbed);
  std::optional<Disturbance> disturbance() { return history::disturbance(random_, shared_.journal); }
  Session& administrator() { return *administrator_; }

  // Where writes are just now.
  int busy_table();
  int key_for(int table);
  int list_of(int table);

 private:
  std::optional<Disturbance> seldom() { return pick(random_, 50) == 0 ? disturbance() : std::nullopt; }
  std::optional<Change> choose(Work& work);
  bool claim(Work& work, Object object);
  Value intend(Work& work, Change& change, bool commits);
  void tell_written(Checker& checker, Work& work, const Change& change, Value value, const Rows& rows);
  void tell_living(Checker& checker, Work& work, const Change& change, Value value, const Rows& rows);
  void next_list(Object list, Version length);
  // How it ended; the claims are given back.
  void finish(Work& work, const Answer& answer, bool committed, Operation operation, const std::string& kind);
  void release(Work& work);
  void settle(Work& work, const Answer& answer, int process);
  void wait_for_end_of(int process);
  // Of one object past Tapri: whether this was the write that it shows, and the version to tell the checker.
  std::pair<std::optional<bool>, Version> look_past(const Work& work, const Work::Write& write);

  Shared& shared_;
  Random& random_;
  std::unique_ptr<Session> administrator_;
};

}  // namespace history
