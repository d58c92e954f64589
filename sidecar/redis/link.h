// One connection to one server: connecting, TLS, login, then commands until it is lost.
//
// Thread-safety: the loop's thread only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "io/loop.h"
#include "io/stream.h"
#include "redis/config.h"
#include "redis/conversation.h"
#include "redis/login.h"

namespace tapri::redis {

// Who a link belongs to. Nothing is called from inside open(), send() or close(). Any of it may close the link.
class LinkOwner : public ConversationObserver {
 public:
  virtual void on_link_ready() = 0;
  // Once, after it was ready or instead: the handlers that were outstanding have been called.
  virtual void on_link_lost(const Error& error) = 0;
};

class Link final : public io::StreamListener, public std::enable_shared_from_this<Link> {
 public:
  // The loop and the clock outlive the link, the owner lives until it is lost or closed.
  static std::shared_ptr<Link> open(io::Loop& loop, const Clock& clock, const io::Address& address, LinkConfig config,
                                    LinkOwner& owner);
  Link(io::Loop& loop, const Clock& clock, io::Address address, LinkConfig config, LinkOwner& owner);

  [[nodiscard]] bool ready() const { return phase_ == Phase::ready; }
  [[nodiscard]] const io::Address& address() const { return address_; }
  // false: it is not ready, or too much is in flight; `done` is the caller's still.
  [[nodiscard]] bool send(std::span<const std::string_view> arguments, Duration deadline, ReplyHandler& done);
  // See Conversation::on_push.
  void on_push(std::function<void(Reply)> push) { talk_.on_push(std::move(push)); }
  [[nodiscard]] std::size_t in_flight() const { return talk_.in_flight(); }
  // The owner hears nothing more. Handlers that are outstanding are dropped.
  void drop();
  // Its owner is told, and handlers are called, as when it is lost: from the loop.
  void give_up(std::string why);
  // Nobody waits for what is in flight any longer: handlers are called, as at their deadline. Not from inside one.
  std::size_t end_waiting(const std::string& why);

  void on_read(int tag, std::error_code error, std::size_t size) override;
  void on_written(int tag, std::error_code error) override;
  void on_ready(int tag, std::error_code error) override;

 private:
  enum class Phase : unsigned char { connecting, logging_in, ready, over };
  void connect();
  void connected(Result<std::unique_ptr<io::Stream>> stream);
  void log_in();
  void logged(LoginStep::Kind step, const Result<Reply>& reply);
  void read();
  void flush_soon();
  void flush();
  void arm(TimePoint at);
  void on_timer();
  void on_time_of_ready(TimePoint now);
  void lose(const std::string& why);
  [[nodiscard]] std::string here() const { return "Redis at " + address_.text(); }

  io::Loop& loop_;
  const Clock& clock_;
  const io::Address address_;
  const LinkConfig config_;
  LinkOwner* owner_;  // null: closed
  Phase phase_ = Phase::connecting;
  Conversation talk_;
  std::unique_ptr<io::Stream> stream_;
  std::vector<char> input_;
  std::string writing_;
  bool write_outstanding_ = false;
  bool flush_posted_ = false;
  std::unique_ptr<io::Timer> timer_;
  std::optional<TimePoint> armed_;
};

}  // namespace tapri::redis
