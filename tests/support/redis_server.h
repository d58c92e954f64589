// A real Redis for tests: a free port on 127.0.0.1 and a Unix socket in a temporary folder, gone when the object goes
// (and when the test program dies).
//
// Errors throw std::runtime_error with the server's own words. Thread-safety: none, but that any thread may connect.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace tapri::test {

struct RedisOptions {
  std::vector<std::string> settings = {};  // lines for redis.conf
  std::string password = {};               // of the default user; empty: none
  bool sentinel = false;                   // it watches over others
};

class RedisServer {
 public:
  explicit RedisServer(RedisOptions options = {});
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string socket() const { return folder_ + "/redis.sock"; }
  // Where scratch files may go.
  [[nodiscard]] const std::string& folder() const { return folder_; }
  // By a new connection, as the default user: the reply's text, an array's elements one a line, nil as nothing.
  std::string run(const std::vector<std::string>& command) const;

  // On the same port; the data is as the settings say (without: nothing is kept).
  void start();
  // Stops in order / at once; connections are cut.
  void stop();
  void kill();
  // Stands still: connections stay, and nothing is answered until it goes on.
  void pause() const;
  void resume() const;

 private:
  [[nodiscard]] bool answers() const;

  RedisOptions options_;
  std::string folder_;
  int port_ = 0;
  pid_t process_ = 0;
};

}  // namespace tapri::test
