// Says of a history of reads and transactions what no database may do at READ COMMITTED, and what a linearizable one
// may not do. Tables and SQL are the business of who carries the operations out: here an object is a number.
//
// An object is a row (a register) or a list. Its states are numbered: a write that commits makes version n + 1 of
// version n, because the statement says so (version = version + 1; a list is as long as its version) and the row's lock
// orders the writers. Every write has a value that no other has: a row that is read says with version and value which
// write it saw. Whoever carries out operations tells the checker before each is sent and after each has ended; between
// the two anything may happen, and the order of the calls is the order of the clock. So each read can be judged when it
// ends, with memory for the newest versions of an object and the newest transactions alone.
//
//   stale, backwards   older than what was acknowledged, or seen by a read that had ended, before this read was sent;
//                      backwards: this very session had seen newer
//   aborted (G1a)      the write was rolled back, or its commit had not been asked for
//   intermediate (G1b) the transaction wrote the object once more
//   fractured          one statement saw a part of a transaction, and less of the rest than belongs to it; or a
//   snapshot
//                      shows what was committed after it was taken
//   own                a transaction does not see its own write
//   lost               two writes made the same version, or a list's order changed
//   impossible         nobody wrote that, not there, or not in that group
//   dirty write (G0)   transactions in a circle of overwriting
//   circular (G1c)     transactions in a circle of overwriting and reading
//
// With a bound, for a fleet of Tapris: a statement may show what was acknowledged before its invocation less the bound,
// and has to show what was acknowledged through its own instance before its invocation. What was seen counts from when
// it was seen once its write is acknowledged. So older reads after newer ones are no anomaly within the bound;
// everything else is.
//
// A write of unknown outcome (its session died) may have happened at any later time: it is taken for committed once it
// is seen. What cannot be judged is let pass, and counted where it should be rare.
//
// Thread-safety: none; Journal locks.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace history {

using Object = std::int64_t;   // table and key, as the schema numbers them
using Version = std::int64_t;  // 0: as at the start
using Value = std::int64_t;    // transaction and number of the write in it; 0: as at the start
using Transaction = std::int64_t;
using Moment = std::chrono::steady_clock::time_point;  // by one clock for all sessions

inline constexpr Transaction kNone = 0;  // autocommit reads

enum class Anomaly : std::uint8_t {
  stale,
  backwards,
  aborted,
  intermediate,
  fractured,
  own,
  lost,
  impossible,
  dirty_write,
  circular,
  count
};
const char* name(Anomaly anomaly);

inline constexpr int kSameGroup = -1;

// What a version leaves of a row: none, or one that is in a group (the column that reads go by), or in the one that it
// was in, which is known once the statement has ended or the version is seen.
struct State {
  bool present = true;
  int group = 0;
};

// A row as it was read; a list is one with its length as version and its last element as value.
struct Row {
  Object object = 0;
  Version version = 0;
  Value value = 0;
  int group = 0;
};

// What a statement looks at: those of these objects that are there, and in the group if there is one.
struct Scope {
  std::vector<Object> objects;
  std::optional<int> group;
};

struct Floor {
  Version version = 0;
  bool by_read = false;
  int session = -1;
};

// A place in the order of the commits that were asked for.
using Place = std::int64_t;
inline constexpr Place kNever = std::numeric_limits<Place>::max();

// How old what is read may be.
struct Bound {
  std::chrono::steady_clock::duration most{};
  int instances = 1;  // session n goes through number n % instances; those below 0 go past all of them
  std::function<Moment()> now;
};

// By a statement that is never answered from a cache, nothing that was acknowledged may be missed, whatever the bound.
enum class Held : std::uint8_t { to_bound, to_everything };

struct Reading {
  int session = 0;
  Transaction transaction = kNone;
  Scope scope;
  std::vector<Floor> floors;  // of the scope's objects, before the statement was sent
  Place until = kNever;       // where a snapshot had been taken: nothing later is in it
};

class Checker {
 public:
  // Called for each anomaly, with the object that shows it.
  using Found = std::function<void(Anomaly, Object, const std::string&)>;
  explicit Checker(Found found, std::optional<Bound> bound = {});

  // An object's first state. Objects that nobody has started are there, in group 0.
  void start(Object object, State state);
  void forget(Object object) { keys_.erase(object); }
  [[nodiscard]] bool knows(Object object) const { return keys_.count(object) > 0; }

  Transaction begin(int session);
  // Before a statement is sent: it may leave this state in these objects. The value to write.
  Value write(Transaction transaction, const std::vector<Object>& objects, State state);
  Value write(Transaction transaction, const std::vector<std::pair<Object, State>>& objects);
  // After it has ended: the version that it made of an object and what that leaves, or that it did not touch that one.
  void written(Transaction transaction, Value value, Object object, Version version, State state);
  void not_written(Transaction transaction, Value value, Object object);
  // Savepoints: what was written since is undone.
  [[nodiscard]] std::size_t mark(Transaction transaction) const;
  void undo(Transaction transaction, std::size_t mark);
  // Before COMMIT, or an autocommit write, is sent; then one of the others.
  void committing(Transaction transaction);
  void committed(Transaction transaction);
  void aborted(Transaction transaction);
  void unknown(Transaction transaction);
  // Of one of unknown outcome: it has ended. happened: whether it is known to have committed, and made this version of
  // an object; else the object has this version by now, and it makes none later.
  void settled(Transaction transaction, Object object, Version now, std::optional<bool> happened);

  [[nodiscard]] Reading reading(int session, Transaction transaction, Scope scope, Held held = Held::to_bound) const;
  void read(const Reading& reading, const std::vector<Row>& rows);
  // A list, all of it; the scope is that object.
  void read_list(const Reading& reading, const std::vector<Value>& elements);
  // The sum of the versions of the scope's objects, all of which are there.
  void read_sum(const Reading& reading, Version sum);

  [[nodiscard]] Version floor(Object object) const;
  // Of all objects, for a snapshot that is about to be taken.
  [[nodiscard]] std::unordered_map<Object, Floor> floors() const;
  // After it has been taken.
  [[nodiscard]] Place place() const { return place_; }
  // Rows whose writer is forgotten.
  [[nodiscard]] std::int64_t unjudged() const { return unjudged_; }

 private:
  static constexpr Version kVersions = 256;                // of an object that are remembered
  static constexpr std::size_t kTransactions = 1U << 16U;  // that are remembered
  static constexpr Version kLater = std::numeric_limits<Version>::max();

  enum class Status : std::uint8_t { open, committing, committed, aborted, unknown };
  struct Write {
    Object object = 0;
    Value value = 0;
    Version version = 0;  // 0: not known
    State state;
    bool undone = false;
    bool last = true;  // of this transaction on this object
  };
  struct Edge {
    Transaction to = 0;
    bool overwrites = false;  // or reads
  };
  struct Record {
    Transaction id = 0;
    int session = 0;
    Status status = Status::open;
    bool seen = false;  // by others
    Moment seen_at;     // where there is a bound
    bool linked = false;
    Place asked = 0;  // for its commit
    std::vector<Write> writes;
    std::vector<Value> reads;  // what it read of others
    std::vector<Edge> next;    // transactions that overwrote or read what this one wrote
  };
  struct Installed {
    Version version = -1;
    Value value = 0;
    State state;
    bool hidden = false;  // a transaction's own intermediate version
    bool firm = false;    // acknowledged or seen; else its commit is under way
  };
  struct Pending {  // a write whose version is not known
    Value value = 0;
    State state;
    Version limit = kLater;
  };
  struct Acknowledged {
    Moment at;  // or when it was seen, if that was before
    Floor floor;
  };
  struct Key {
    Version newest = 0;
    Floor floor;
    // Where there is a bound: what was acknowledged through each instance, what was within the bound, and the newest
    // beyond it.
    std::unordered_map<int, Floor> through;
    std::deque<Acknowledged> recent;
    Floor settled;
    std::vector<Pending> pending;
    std::array<Installed, kVersions> versions;
  };
  struct Candidates {  // versions that a missing row may be explained by
    int count = 0;
    Version first = 0;
    bool unknown = false;
  };

  Key& key(Object object);
  [[nodiscard]] const Key* find(Object object) const;
  Installed& slot(Key& key, Version version) { return key.versions.at(static_cast<std::size_t>(version % kVersions)); }
  Record* record(Transaction transaction);
  Record* writer(Value value) { return record(value / kWritesEach); }
  static Write* write_of(Record& record, Value value, Object object);
  static const Write* own_write(const Record* record, Object object);
  static void renumber(Record& record);
  void install(Record& record, const Write& write, bool firm);
  void uninstall(const Record& record);
  void drop_pending(Object object, Value value);
  static void raise(Key& key, Version version, bool by_read, int session);
  void raise_all(Record& record, bool by_read, int session);
  void see(Record& record, int session);
  void acknowledge(const Record& record);
  [[nodiscard]] Floor floor_of(const Key& key, int session) const;

  bool judge(const Reading& reading, const Row& row, const Floor& floor, bool inner);
  bool identify(const Reading& reading, const Row& row, bool inner);
  bool admit(const Reading& reading, const Row& row, Record& record, Write& write, bool inner);
  void judge_own(const Reading& reading, const Row* row, const Write& write);
  void judge_missing(const Reading& reading, std::size_t at, std::vector<Row>& seen, std::vector<Row>& sure);
  // Whether a reader may have missed it at a version before that one.
  bool was_missing(Object object, Version before, const std::optional<int>& group);
  // Whether it was written after the snapshot had been taken.
  bool too_new(Value value, Place until);
  Candidates candidates(Object object, Version from, const std::optional<int>& group, Place until);
  // What each object of the scope must have at least, as some of the rows say whose transactions wrote it too.
  std::vector<Version> least_together(const Reading& reading, const std::vector<Row>& seen);

  void link(Record& record);
  bool reaches(Transaction from, Transaction to, bool overwriting_only, std::vector<Transaction>& path);

  void found(Anomaly anomaly, const Reading& reading, const Row& row, const std::string& why);
  std::string told(Transaction transaction);

  static constexpr Value kWritesEach = 64;

  Found found_;
  std::optional<Bound> bound_;
  std::unordered_map<Object, Key> keys_;
  std::vector<Record> records_;
  Transaction newest_ = 0;
  Place place_ = 0;
  std::int64_t unjudged_ = 0;
};

}  // namespace history
