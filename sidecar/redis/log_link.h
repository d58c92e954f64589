// Carries the log of a fleet between Redis and the state machines of coherence/: what FleetWriter wants appended, and
// what FleetFollower is to read. On one loop, by two connections: one appends, and reads where somebody waits for it;
// the other waits for what is new.
//
// The log cannot be appended to while there is no connection, while the epoch is being asked for, and from when an
// append has failed or had no answer in time until the epoch was asked for again.
//
// Thread-safety: none; the loop's thread only.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "coherence/fleet_follower.h"
#include "io/loop.h"
#include "redis/client.h"
#include "redis/log_commands.h"
#include "telemetry/log.h"

namespace tapri::redis {

struct LogConfig {
  std::string name_space = "default";
  coherence::FleetConfig fleet;                     // fleet.writer is drawn anew for each run
  Duration deadline = std::chrono::seconds(1);      // of an answer of Redis
  Duration sync_wait = std::chrono::seconds(1);     // how long sync() keeps anybody waiting
  Duration poll = std::chrono::milliseconds(100);   // how long a read waits for what is new
  Duration retry = std::chrono::milliseconds(100);  // after something went wrong
  std::uint64_t most_records = 1'000'000;           // about so many are kept in Redis
  std::size_t most_in_flight = 512;                 // appends; the client has to take them, and some reads
};

class LogLink {
 public:
  // `settled` is called when tickets may have been settled. What is behind the references outlives this.
  LogLink(io::Loop& loop, const Clock& clock, const LogConfig& config, coherence::InvalidationLog& log,
          coherence::Freshness& freshness, std::unique_ptr<Client> appender, std::unique_ptr<Client> follower,
          std::function<void(const coherence::SchemaHint&)> hint, std::function<void()> settled);
  ~LogLink();
  LogLink(const LogLink&) = delete;
  LogLink& operator=(const LogLink&) = delete;

  [[nodiscard]] coherence::FleetWriter& writer() { return writer_; }
  [[nodiscard]] const coherence::FleetFollower& follower() const { return follower_; }
  // The writer was asked for something.
  void pump();
  // A read of the log that begins now, to its end; every one of `waiting` is told whether it is applied and the log
  // good for hits. Where the epoch is not known that is told at once: a primary that has taken over may have lost what
  // was acknowledged. Who has waited for sync_wait is told that it is not, and so is at once whoever asks from then on
  // until that read has ended; it is applied all the same.
  void sync(std::vector<std::function<void(bool)>> waiting);
  // Connections end, and all that waits is told that it has failed.
  void close();
  // Of the last second or so.
  [[nodiscard]] bool following() const { return following_; }

 private:
  // One read: XINFO and XREAD, in this order.
  struct Read {
    coherence::LogRead read;
    bool has_tail = false;
    std::vector<std::function<void(bool)>> waiting;
    TimePoint until{};  // they wait
  };
  void connection_changed(bool connected);
  void ask_epoch();
  void ask_epoch_on(std::string_view replication);
  void send(const coherence::FleetWriter::Append& append);
  void appended(std::uint64_t number, const Result<Reply>& reply);
  void drop();
  void sync_until(std::vector<std::function<void(bool)>> waiting, TimePoint until);
  void watch_syncs();
  void end_late_syncs();
  void follow();
  void follow_again(bool good);
  void read(Client& client, Duration block, const std::shared_ptr<Read>& read, std::function<void(bool)> done);
  // Whether it was good.
  bool apply(Read& read, const Result<Reply>& reply);
  void tick();

  const Clock& clock_;
  const LogConfig& config_;
  const LogKeys keys_;
  coherence::Freshness& freshness_;
  coherence::FleetWriter writer_;
  coherence::FleetFollower follower_;
  std::function<void()> settled_;
  telemetry::StateLog writing_state_{"redis"};
  telemetry::StateLog reading_state_{"redis"};
  std::unique_ptr<Client> appending_;
  std::unique_ptr<Client> waiting_;
  std::unique_ptr<io::Timer> timer_;
  std::unique_ptr<io::Timer> sync_timer_;
  bool sync_timer_set_ = false;
  std::deque<std::shared_ptr<Read>> syncs_;  // in the order of their ends
  bool sync_overdue_ = false;                // nobody waits for what does not come
  bool asking_ = false;                      // for the epoch
  std::size_t in_flight_ = 0;
  bool reading_ = false;    // by the second connection
  bool following_ = false;  // its last read was good
  bool closed_ = false;
};

}  // namespace tapri::redis
