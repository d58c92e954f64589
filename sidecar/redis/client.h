// A client of Redis on one loop: it connects, logs in, reconnects by itself for as long as it lives, and pipelines what
// it is given. What is sent in one turn of the loop goes out in one write.
//
// While it is not connected nothing is queued: whoever needs Redis goes on without it at once. The same while its
// breaker is open (see breaker.h): the server is then only asked by PING, now and then, whether it is well again. What
// is in flight when it opens soon ends with an Error, as at its deadline: it may have been carried out, or be yet.
//
// Thread-safety: the loop's thread only; made before the loop runs, or there. Handlers are called there, never from
// inside send(). A client that is destroyed drops the handlers that are outstanding, as timers do; close() calls them.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "base/clock.h"
#include "io/loop.h"
#include "redis/config.h"
#include "redis/conversation.h"
#include "redis/reply.h"

namespace tapri::redis {

class Client {
 public:
  virtual ~Client() = default;

  // Arguments are copied before return. `done` is called exactly once, within about `deadline` (more than zero): see
  // ReplyHandler. Soon, with an Error, while not connected or with too much in flight.
  virtual void send(std::span<const std::string_view> arguments, Duration deadline, ReplyHandler done) = 0;
  // Logged in and usable: the breaker is closed.
  [[nodiscard]] virtual bool connected() const = 0;

  // Told of each change of connected(), in the order of the calls; what is sent from inside `true` is the first that
  // goes out on the new connection. Never called from inside watch() or send(). Watchers are kept until the client is
  // destroyed.
  using Watcher = std::function<void(bool connected)>;
  virtual void watch(Watcher watcher) = 0;

  // Ends the connection for good; what is outstanding is soon called with an Error.
  virtual void close() = 0;
};

// Connects once the loop runs. The loop and the clock outlive the client.
[[nodiscard]] std::unique_ptr<Client> make_client(io::Loop& loop, const Clock& clock, Config config);

}  // namespace tapri::redis
