// One client of the admin API. Internal to admin/.
//
// Thread-safety: the loop's thread only. It keeps itself alive while an operation of its stream is outstanding, and so
// until it has closed.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <system_error>

#include "admin/http_parser.h"
#include "admin/router.h"
#include "base/clock.h"
#include "io/loop.h"
#include "io/stream.h"

namespace tapri::admin {

// What the connections of one server share; it dies with the last of them.
struct ServerState {
  ServerState(Backend& backend, Router::Config config) : router(backend, std::move(config)) {}
  Router router;
  HttpParser::Limits limits;
  Duration idle_timeout{};
};

class Connection final : public io::StreamListener, public std::enable_shared_from_this<Connection> {
 public:
  Connection(io::Loop& loop, std::unique_ptr<io::Stream> stream, std::shared_ptr<ServerState> state);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start();
  // What is outstanding ends with an error, and the connection with it.
  void close();
  // A request has come that the router trusts.
  [[nodiscard]] bool trusted() const { return trusted_; }

  void on_read(int tag, std::error_code error, std::size_t size) override;
  void on_written(int tag, std::error_code error) override;
  void on_ready(int /*tag*/, std::error_code /*error*/) override {}

 private:
  // serving: requests are answered. ending: the last response is being written. discarding: what the client still sends
  // is read away, so that the kernel does not reset the connection before the response has arrived.
  enum class Phase : unsigned char { serving, ending, discarding };

  void read();
  void write(std::string bytes);
  // Answers the next request that has come in whole, or reads on.
  void serve();
  // Lets go of itself outside the stream's call.
  void finish();
  void arm_timer();

  io::Loop& loop_;
  std::unique_ptr<io::Stream> stream_;
  std::shared_ptr<ServerState> state_;
  std::unique_ptr<io::Timer> timer_;
  HttpParser parser_;
  std::array<char, 8192> input_{};
  std::string output_;
  Phase phase_ = Phase::serving;
  bool trusted_ = false;
  std::size_t discarded_ = 0;
};

}  // namespace tapri::admin
