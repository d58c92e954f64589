// What one instance tells its fleet: keeps the order in which records go into the log, what is known to be in it, and
// what could not be told. Pure: whoever carries the records (redis/log_transport.h) takes them with next() and brings
// the answers.
//
// A token is *open* from its intent until its end is known to be in the log. `alive` records name the open ones, so
// that what a lost connection has left behind at the others ends there: a token that is not named was told to be over,
// and that record is in the log before. They say of no token that is younger than they are: a lost connection's last
// records may come to the log after the first of the next one.
//
// Thread-safety: none; belongs to the transport's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "coherence/log.h"
#include "coherence/record.h"

namespace tapri::coherence {

// Numbers alone do not tell epochs apart: one that was lost with the tail of the log, its number with it, may come
// again.
struct Epoch {
  std::uint64_t number = 0;
  Writer id = 0;  // of its first record; 0: not known
};
// One number that tells the epoch of one log from those of others, by most of its id; epoch_of() it is its number. 0:
// it is not known.
[[nodiscard]] constexpr std::uint64_t tag_of(const Epoch& epoch) {
  return epoch.id == 0 ? 0 : position_of(epoch.number, epoch.id & ((std::uint64_t{1} << kSequenceBits) - 1));
}

// Of one instance. Times are measured by its own clock.
struct FleetConfig {
  Writer writer = 0;  // random, of this run
  // A writer with open tokens says that it lives every third of it; followers wait for this and the grace.
  Duration lease = std::chrono::seconds(3);
  Duration grace = std::chrono::seconds(2);
  std::size_t most_unannounced = 4'096;  // dependencies; beyond it everything counts as written
  std::size_t most_pending = 65'536;     // records that have no answer yet; beyond it all of them count as failed
};

class FleetWriter {
 public:
  using Ticket = Announcer::Ticket;
  struct Append {
    std::uint64_t number = 0;  // increasing
    ByteString record;
  };
  // Both live as long as this.
  FleetWriter(const FleetConfig& config, InvalidationLog& log) : config_(config), log_(log) {}

  // What Announcer is asked for, in the order of the tickets. A token that is new is larger than all before.
  void intend(Ticket ticket, Token token, const Footprint& footprint, std::uint8_t flags);
  void announce(Ticket ticket, Token token, Footprint footprint, std::uint8_t flags);
  void cancel(Token token);
  // See InvalidationLog::flush. One that cannot be told is not told later.
  void flush(Ticket ticket, Footprint what);
  // Of another instance that is silent for too long; what becomes of the record comes back by the log.
  void lapse(const Record& lapsed);

  // The log can be appended to in this epoch; again after fenced.
  void connected(Epoch epoch, TimePoint now);
  // Whatever has no answer counts as failed, and so does what is asked for until connected.
  void disconnected();
  // What is to be appended next. Answers have to come for all, in any order.
  [[nodiscard]] std::optional<Append> next();
  void appended(std::uint64_t number, Position position);
  // Not appended, or nobody knows.
  void failed(std::uint64_t number);
  // Not appended, for the epoch is over: it waits for the next one.
  void fenced(std::uint64_t number);
  // Now and then, at least every sixth of a lease.
  void tick(TimePoint now);

  [[nodiscard]] bool ready() const { return link_ == Link::ready; }
  [[nodiscard]] bool is_fenced() const { return link_ == Link::fenced; }
  [[nodiscard]] Epoch epoch() const { return epoch_; }
  [[nodiscard]] Ticket completed() const { return completed_; }
  // The tickets settled since the last call of it that failed, in their order.
  [[nodiscard]] std::vector<Ticket> take_failed() { return std::exchange(failed_, {}); }
  [[nodiscard]] std::size_t open() const { return open_.size(); }

 private:
  enum class Link : std::uint8_t { down, fenced, ready };
  enum class Place : std::uint8_t { waits, sent, settled };
  struct Pending {
    std::uint64_t number = 0;
    Ticket ticket = 0;
    Record record;
    bool marked = false;   // the footprint's dirty marks are ours
    bool backlog = false;  // is what could not be announced before
    Place place = Place::waits;
  };
  struct Open {
    Footprint footprint;
    std::uint8_t flags = 0;
    bool told = false;   // others may know of it
    bool ended = false;  // and its end is on its way
  };
  // Commits that could not be told.
  struct Backlog {
    Footprint footprint;
    std::uint8_t flags = 0;
    std::vector<Token> tokens;  // whose end it is
    bool tokens_lost = false;   // and of more
    bool any = false;
    void add(const Footprint& more, std::uint8_t more_flags, std::size_t most);
  };

  void push(RecordKind kind, Ticket ticket, Token token, Footprint footprint, std::uint8_t flags, bool marked = false);
  void push_intents();
  void push_alive(TimePoint now);
  void push_backlog();
  void refuse(Ticket ticket);
  void keep_for_later(const Record& record);
  [[nodiscard]] Pending* find(std::uint64_t number);
  void settle(Pending& pending, Position position);
  void give_up(Pending& pending);
  void give_up_all();
  void pop_settled();
  void end(Token token) { open_.erase(token); }

  const FleetConfig& config_;
  InvalidationLog& log_;
  Link link_ = Link::down;
  Epoch epoch_;
  bool told_in_epoch_ = false;  // a commit
  std::deque<Pending> pending_;
  std::uint64_t numbers_ = 0;
  std::size_t sent_ = 0;  // how many at the front of pending_ are not waiting
  std::map<Token, Open> open_;
  Token youngest_ = 0;  // ever told
  Backlog unannounced_;
  Backlog unannounced_sent_;  // is on its way
  bool retell_ = false;       // intents were lost
  bool alive_due_ = false;    // something was told since the last
  TimePoint last_alive_ = TimePoint::min();
  Ticket completed_ = 0;
  std::vector<Ticket> failed_;
};

}  // namespace tapri::coherence
