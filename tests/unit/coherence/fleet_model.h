// A fleet as plain values: instances over the real classes of coherence/, one log that can lose what it was told, and a
// database of registers that only grow. What happens next is drawn from a seed: operations of clients, messages that
// arrive or are lost, instances that die, a log that is trimmed, emptied, or replaced by a copy without its tail.
//
// A register's values only grow, so that it is linearizable if no read returns less than what was acknowledged, or
// returned to anybody, before it began. One register is written around all instances. Nobody is told; a flush says of
// it that no read may return less than what it had when the flush began, once that is acknowledged.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "coherence/fleet_follower.h"
#include "log_steps.h"

namespace tapri::coherence::fleet_model {

inline constexpr std::size_t kRegisters = 4;
inline constexpr std::size_t kAround = 3;  // the one that is written around
inline constexpr std::size_t kInstances = 3;
inline constexpr Duration kLease = std::chrono::milliseconds(240);
inline constexpr Duration kGrace = std::chrono::milliseconds(60);
inline constexpr Duration kMaxStaleness = std::chrono::milliseconds(30);
inline constexpr Duration kDeadline = std::chrono::milliseconds(60);  // of an answer of the log
inline constexpr Duration kLongestCommit = std::chrono::milliseconds(60);

enum class Broken : std::uint8_t {
  nothing,
  dirty_lowered_early,  // before the log has given a commit its position
  base_not_raised,
  intents_ignored,
  not_announced,          // applied here alone
  synced_when_answered,   // instead of when the request was sent
  incomplete_is_synced,   // a read that did not come to the end
  sync_before_request,    // a hit after a sync that began earlier
  tail_not_compared,      // what was trimmed before it was read does not show
  unannounced_forgotten,  // what could not be announced is not told later
  flush_not_told,         // but applied here
  flush_not_held_against_what_is_found,
  flush_settled_early,  // acknowledged before the log has it
};

struct Outcome {
  std::uint64_t hits = 0;     // of entries that were read here
  std::uint64_t adopted = 0;  // of entries that another instance has read
  std::uint64_t misses = 0;
  std::uint64_t writes = 0;   // acknowledged
  std::uint64_t unknown = 0;  // writes and flushes whose client got an error
  std::uint64_t flushes = 0;  // acknowledged
  std::uint64_t faults = 0;
  std::uint64_t gaps = 0;
  std::uint64_t stale = 0;  // strict: older than what was acknowledged or returned before; bounded: and for too long
  std::uint64_t own_stale = 0;  // older than what was acknowledged through the same instance
};

struct Entry {
  int value = 0;
  Position as_of = 0;
};
using Cache = std::map<std::size_t, Entry>;

// A Redis with one stream.
struct SharedLog {
  struct Stored {
    Position position = 0;
    std::string record;
  };
  std::deque<Stored> entries;
  Position tail = 0;
  Epoch epoch;
  int server = 1;
  int made_on = 0;  // the server that the epoch was made on

  // As the script does at each connection; `id` is that of the epoch, if it makes one.
  Epoch connect(Epoch known, Writer id);
  std::optional<Position> append(std::uint64_t of_epoch, std::string record);  // nullopt: fenced, or there is no log
  void trim(std::size_t keep) {
    while (entries.size() > keep) entries.pop_front();
  }
};

class World;

// What is on its way to the log and back, in order.
struct Request {
  std::optional<FleetWriter::Append> append;
  std::uint64_t epoch = 0;
  // Else a read.
  TimePoint sent{};
  Position from = 0;
  std::vector<std::size_t> waiting;  // operations
};
struct Answer {
  std::uint64_t number = 0;
  bool is_append = false;
  std::optional<Position> position;
  LogRead read;
  std::vector<SharedLog::Stored> entries;
  std::vector<std::size_t> waiting;
};
struct Channel {
  std::deque<Request> requests;
  std::deque<Answer> answers;
};

struct Operation {
  enum class Stage : std::uint8_t {
    begun,
    syncing,
    look_up,
    fetch,
    store,
    intended,
    forwarded,
    committed,
    announced,
    over
  };
  Stage stage = Stage::begun;
  bool writes = false;
  std::size_t reg = 0;
  int floor = 0;      // what was acknowledged or returned when it began
  int own_floor = 0;  // acknowledged through this instance
  int value = 0;
  std::optional<FillLease> lease;
  DirtyMark mark;
  Announcer::Ticket ticket = 0;
  TimePoint forwarded{};
};

class Instance final : public Announcer {
 public:
  Instance(World& world, Writer id, FleetMode mode, Broken broken);
  Ticket intend(Token& token, const Footprint& footprint, std::uint8_t flags) override;
  Ticket announce(Token token, Footprint footprint, std::uint8_t flags) override;
  void cancel(Token token) override { writer.cancel(token); }
  [[nodiscard]] Ticket completed() const override { return std::max(writer.completed(), settled_here_); }
  [[nodiscard]] bool failed(Ticket ticket) override;
  void when_completed(Ticket, std::function<void()>) override {}

  void connect();
  void disconnect(bool requests_arrive);
  void send_appends();
  void send_read(Channel& channel, std::vector<std::size_t> waiting);
  // Whether there was one.
  bool deliver_request(Channel& channel);
  bool deliver_answer(Channel& channel);
  void step(std::size_t operation);
  void begin(bool writes, std::size_t reg);

  World& world;
  const FleetMode mode;
  const Broken broken;
  FleetConfig config;
  InvalidationLog log{64};
  Freshness freshness;
  FleetWriter writer;
  FleetFollower follower;
  Cache cache;
  bool up = false;
  Channel appends;
  Channel follows;
  bool following = false;
  std::array<int, kRegisters> acknowledged{};

 private:
  void step_read(Operation& operation, std::size_t number);
  void step_write(Operation& operation);
  void step_flush(Operation& operation);
  void acknowledge(const Operation& operation);
  void look_up(Operation& operation);
  [[nodiscard]] bool valid(std::size_t reg, const Entry& entry) const;
  [[nodiscard]] bool adoptable(std::size_t reg, const Entry& entry) const;
  void return_value(Operation& operation, int value, bool hit);
  void read(const Answer& answer);

  Ticket tickets_ = 0;
  Ticket settled_here_ = 0;
  Token tokens_ = 0;
  std::set<Ticket> failed_;
  std::size_t operations_begun_ = 0;

 public:
  std::map<std::size_t, Operation> operations;  // last: their marks announce when they go
};

class World {
 public:
  World(std::uint64_t seed, FleetMode mode, Broken broken);
  Outcome run(std::size_t steps);

  [[nodiscard]] std::size_t draw(std::size_t below) { return below == 0 ? 0 : random_() % below; }
  // What a read at this moment may not be older than, in mode bounded.
  [[nodiscard]] int acknowledged_before(std::size_t reg, TimePoint moment) const;

  Outcome outcome;
  ManualClock clock;
  SharedLog shared;
  Cache second_tier;
  std::array<int, kRegisters> database{};
  std::array<int, kRegisters> acknowledged{};
  std::array<int, kRegisters> returned{};
  std::array<std::vector<std::pair<TimePoint, int>>, kRegisters> history;  // acknowledged
  std::deque<Request> late;  // of connections that are gone; comes to the log some time
  struct Ghost {
    std::size_t reg;
    TimePoint until;
  };
  std::vector<Ghost> ghosts;  // commits of instances that are gone

 private:
  void step();
  void join(Instance& instance);
  void pass_time(Duration by);
  void arrive_late();
  void fault();
  void kill(std::size_t which);

  std::mt19937_64 random_;
  FleetMode mode_;
  Broken broken_;
  Writer next_writer_ = 1;
  std::array<std::unique_ptr<Instance>, kInstances> instances_;
};

}  // namespace tapri::coherence::fleet_model
