// The invalidation log of a fleet over Redis Streams, as the rest of an instance sees it: a thread with a loop of its
// own that announces what is committed here and applies what is written elsewhere (log_link.h).
//
// Thread-safety: everything, from any thread, but construction, start() and stop(). What is called back comes on the
// transport's thread, but where said; it may only hand over.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "coherence/announcer.h"
#include "redis/log_link.h"

namespace tapri::redis {

// Of the last moment that anything happened.
struct LogStatus {
  bool appending = false;  // an epoch is known, and there is a connection
  bool following = false;  // the last read was good
  std::uint64_t epoch = 0;
  coherence::Position position = 0;
  coherence::Position base = 0;
  std::size_t open_here = 0;       // writes under way
  std::size_t open_elsewhere = 0;  // of others, as far as they are told
  std::uint64_t gaps = 0;          // times that records were missed
  bool unannounced = false;        // the others do not know of everything that was committed here
};

class LogTransport final : public coherence::Announcer {
 public:
  // Makes a client on the transport's loop: first the one that appends, then the one that waits for what is new, whose
  // commands are slow by their nature.
  using MakeClient = std::function<std::unique_ptr<Client>(io::Loop&)>;
  // What is behind the references outlives this, and so does whoever the log's marks belong to. `hint`: see
  // coherence/fleet_follower.h.
  LogTransport(LogConfig config, const Clock& clock, coherence::InvalidationLog& log, coherence::Freshness& freshness,
               const MakeClient& make_appender, const MakeClient& make_follower,
               std::function<void(const coherence::SchemaHint&)> hint);
  ~LogTransport() override;

  void start();
  // What has no answer yet has failed; so does at once whatever is asked for from here on.
  void stop();

  [[nodiscard]] Ticket intend(coherence::Token& token, const coherence::Footprint& footprint,
                              std::uint8_t flags) override;
  [[nodiscard]] Ticket announce(coherence::Token token, coherence::Footprint footprint, std::uint8_t flags) override;
  void cancel(coherence::Token token) override;
  [[nodiscard]] Ticket completed() const override { return completed_.load(std::memory_order_acquire); }
  [[nodiscard]] bool failed(Ticket ticket) override;
  void when_completed(Ticket ticket, std::function<void()> wake) override;
  // What was read before ends on all instances: see InvalidationLog::flush. The ticket fails where they may not hear of
  // it.
  [[nodiscard]] Ticket flush(coherence::Footprint what);

  // Reads the log to its end, beginning after this call, and applies it: then whatever was in the log before is known
  // here. false: it cannot be read, or what it says is not enough for hits. One read serves all who have asked by then.
  void sync(std::function<void(bool)> done);

  [[nodiscard]] LogStatus status();
  // coherence::tag_of() the newest epoch that is known. Lives as long as this.
  [[nodiscard]] const std::atomic<std::uint64_t>& epoch_tag() const { return epoch_tag_; }

  // For what else the instance has to say to Redis; to be used before start(), or on its own thread.
  [[nodiscard]] io::Loop& loop() { return *loop_; }

 private:
  struct Asked {
    coherence::RecordKind kind = coherence::RecordKind::intent;
    Ticket ticket = 0;
    coherence::Token token = 0;
    coherence::Footprint footprint;
    std::uint8_t flags = 0;
  };
  // What other threads have left for the loop's.
  struct Inbox {
    std::vector<Asked> asked;
    std::vector<std::function<void(bool)>> syncs;
    Ticket tickets = 0;
    coherence::Token tokens = 0;
    bool posted = false;
    bool stopped = false;
  };
  struct Settled {
    std::multimap<Ticket, std::function<void()>> waiting;
    std::deque<Ticket> failed;  // the last of them, in their order
    Ticket forgotten = 0;       // up to here nobody knows any more
  };
  Ticket ask(Asked asked, coherence::Token* new_token);
  void post(Inbox& inbox);
  void take_inbox();
  void hand_over(Asked& asked);
  void settle();

  const LogConfig config_;
  std::unique_ptr<io::Loop> loop_;
  Guarded<Inbox> inbox_;
  Guarded<Settled> settled_;
  std::atomic<Ticket> completed_{0};
  std::atomic<std::uint64_t> epoch_tag_{0};
  Guarded<LogStatus> status_;
  coherence::InvalidationLog& log_;
  LogLink link_;
  std::thread thread_;
};

}  // namespace tapri::redis
