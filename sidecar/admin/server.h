// The admin API's HTTP server on a loop: accepts, reads requests, writes what the router answers.
//
// Bounds: so many connections at once, so long idle or slow; one request of a connection is worked on at a time. At the
// bound the oldest connection that has not sent a request to be trusted makes room for the next, so that nobody can
// keep probes out by holding connections open; where there is none, the next is closed at once.
//
// Thread-safety: everything on the loop's thread, destruction included; the loop must outlive it and run afterwards
// (connections end themselves on it).
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "admin/http_parser.h"
#include "admin/router.h"
#include "base/clock.h"
#include "base/result.h"
#include "io/loop.h"

namespace tapri::admin {

class Server {
 public:
  struct Config {
    Router::Config router;
    HttpParser::Limits limits;
    std::size_t max_connections = 64;
    Duration idle_timeout = std::chrono::seconds(60);  // for a request to come in whole, and for a response to be taken
  };
  virtual ~Server() = default;
  // Where it listens; with port 0 asked for, the one that was picked.
  [[nodiscard]] virtual io::Address address() const = 0;
};

// `loop` and `backend` must outlive the server.
[[nodiscard]] Result<std::unique_ptr<Server>> start_server(io::Loop& loop, const io::Address& address, Backend& backend,
                                                           Server::Config config);

}  // namespace tapri::admin
