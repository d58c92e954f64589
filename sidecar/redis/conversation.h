// What is said on one connection to Redis, without I/O: commands go in, bytes to send come out; bytes received go in,
// and each reply goes to the handler of the command that it answers, in the order of the commands.
//
// A command whose deadline passes is answered with an Error at once, and so is whatever is in flight when nothing is
// waited for any longer; the replies, which may come yet, are dropped when they do. Whatever is no reply of Redis', or
// none to anything that was asked, ends the conversation: receive() fails, and the connection is of no more use.
//
// Handlers may call anything here but receive(), expire() and the destructor. Thread-safety: none.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "redis/reply.h"
#include "redis/reply_reader.h"

namespace tapri::redis {

// Called exactly once: with the server's reply, which may be an error of its own (Kind::error), or with an Error where
// the command was not sent, was cut off, or is past its deadline. Of the last two nobody knows whether it was carried
// out.
using ReplyHandler = std::function<void(Result<Reply>)>;

// Commands that were handed over and are not answered yet, those past their deadline included.
struct InFlightLimits {
  std::size_t commands = 1024;
  std::size_t bytes = 32UL * 1024 * 1024;
};

// What becomes of commands, for whoever watches over the server's health.
class ConversationObserver {
 public:
  virtual ~ConversationObserver() = default;
  // `code`: see error_code(). Of commands that were answered in time.
  virtual void answered(Duration latency, std::string_view code) = 0;
  // `silence`: nothing at all has come since the command was sent.
  virtual void expired(bool silence) = 0;
};

class Conversation {
 public:
  // The observer may be null; it outlives this.
  Conversation(InFlightLimits in_flight, ReplyLimits reply, ConversationObserver* observer);

  // Appends the command to the output, its arguments copied. false: it is too much (or no command at all); nothing has
  // changed then, and `done` is the caller's still.
  [[nodiscard]] bool send(std::span<const std::string_view> arguments, TimePoint now, TimePoint deadline,
                          ReplyHandler& done);
  [[nodiscard]] bool has_output() const { return !output_.empty(); }
  // `into` is empty; its memory is used for what comes next.
  void take_output(std::string& into);

  // Calls the handlers of what is answered.
  [[nodiscard]] Result<void> receive(ByteView bytes, TimePoint now);
  // Replies to nothing that was asked, as a subscription gets them, go there. Views live as long as the call.
  void on_push(std::function<void(Reply)> push) { push_ = std::move(push); }

  // Ends the waiting of those whose deadline is not after `now`.
  void expire(TimePoint now);
  // Ends the waiting of all with the error; returns of how many. The observer hears nothing of it.
  std::size_t end_waiting(const Error& error);
  // The earliest deadline of a command that is waited for.
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;
  // The deadline of the oldest command that has no reply, whether or not it is still waited for.
  [[nodiscard]] std::optional<TimePoint> oldest_deadline() const;
  // Commands in flight, see InFlightLimits.
  [[nodiscard]] std::size_t in_flight() const { return pending_.size(); }

  // It is over: calls every handler that is left with the error; nothing is sent or received from now on.
  void abort(const Error& error);
  // It is over, and nobody is called any more, the observer included.
  void forget();

 private:
  struct Pending {
    ReplyHandler done;  // empty: nobody waits any more
    TimePoint sent{};
    TimePoint deadline{};
    std::size_t bytes = 0;
  };
  [[nodiscard]] Result<void> deliver(const Reply& reply, TimePoint now);
  [[nodiscard]] Result<void> deliver_all(TimePoint now);

  InFlightLimits limits_;
  ConversationObserver* observer_;
  ReplyReader reader_;
  std::deque<Pending> pending_;
  std::size_t bytes_ = 0;  // of pending_
  TimePoint heard_ = TimePoint::min();
  std::string output_;
  std::function<void(Reply)> push_;
  bool aborted_ = false;
  bool forgotten_ = false;
  std::vector<const char*> argument_data_;  // reused
  std::vector<std::size_t> argument_sizes_;
};

}  // namespace tapri::redis
