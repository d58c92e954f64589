// A loop: one thread, its streams and its timers. Wraps Asio, whose headers stay inside io/*.cpp.
//
// Thread-safety: post() and stop() from any thread; everything else on the loop's own thread.
//
// A loop that is destroyed drops what is outstanding without calling back. Streams and timers may outlive it, but then
// do nothing any more.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "io/stream.h"

namespace tapri::io {

// Where to connect to or listen on: host and port, or a Unix socket's path.
struct Address {
  std::string host;
  std::uint16_t port = 0;
  std::string unix_path;  // not empty: a Unix socket
  [[nodiscard]] std::string text() const;
};
// "host:port", "[::1]:port", "unix:/path" or "/path".
[[nodiscard]] Result<Address> parse_address(std::string_view text);

// Cancels when destroyed.
class Timer {
 public:
  virtual ~Timer() = default;
  // Calls back once after `delay`, unless set again or cancelled before.
  virtual void set(Duration delay, std::function<void()> callback) = 0;
  virtual void cancel() = 0;
};

// Stops accepting when destroyed.
class Listener {
 public:
  virtual ~Listener() = default;
  // With port 0 asked for, the one the system picked.
  [[nodiscard]] virtual Address address() const = 0;
};

class Loop {
 public:
  virtual ~Loop() = default;
  // Runs until stop(); the calling thread is the loop's.
  virtual void run() = 0;
  virtual void stop() = 0;
  virtual void post(std::function<void()> task) = 0;
  [[nodiscard]] virtual std::unique_ptr<Timer> make_timer() = 0;
  // Resolves (on a thread of its own), connects (each address in turn, bounded by `timeout`), TCP_NODELAY and keepalive
  // set. Calls back on this loop.
  virtual void connect(const Address& address, Duration timeout,
                       std::function<void(Result<std::unique_ptr<Stream>>)> done) = 0;
  // Accepts on this loop's thread; `pick` says which loop a new stream shall belong to, `accepted` is called there.
  // A Unix socket's stale file is replaced. Out of descriptors: accepting pauses and goes on by itself.
  [[nodiscard]] virtual Result<std::unique_ptr<Listener>> listen(
      const Address& address, std::function<Loop&()> pick,
      std::function<void(Loop&, std::unique_ptr<Stream>)> accepted) = 0;
};
// `busy_poll`: for so long after anything has happened the loop goes on looking for more without sleeping. That saves
// what it takes to put a processor to sleep and to wake it, and takes the processor meanwhile. Zero: it sleeps at once.
[[nodiscard]] std::unique_ptr<Loop> make_loop(Duration busy_poll = Duration::zero());

}  // namespace tapri::io
