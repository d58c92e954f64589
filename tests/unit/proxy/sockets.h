// A client and a database for tests of the whole server, over real sockets on the loopback address. Both block; what
// takes longer than any test should ends with an error.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace tapri::proxy::test {

// Owns a connected socket.
class Socket {
 public:
  explicit Socket(int descriptor);
  // Connects; bad() where nobody listens.
  [[nodiscard]] static Socket to(std::uint16_t port);
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&&) = delete;
  ~Socket();

  [[nodiscard]] bool bad() const { return descriptor_ < 0; }
  void send(std::string_view bytes) const;
  // One message; less, or nothing, at the end.
  [[nodiscard]] std::string read_message() const;
  // All messages up to one of that type, or to the end.
  [[nodiscard]] std::string read_to(char type) const;
  [[nodiscard]] std::string read_to_end() const { return read_to('\0'); }
  // At most that many bytes; none at the end.
  [[nodiscard]] std::string read_some(std::size_t size) const;
  void shut_down() const;

 private:
  int descriptor_;
};

// Lets everybody in, as process 1, 2, ... with one and the same key, answers session probes, and answers every query
// with one row once that is allowed. Keeps the cancel requests that it gets.
class Database {
 public:
  Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  [[nodiscard]] std::uint16_t port() const { return port_; }
  void hold_answers(bool hold);
  [[nodiscard]] std::size_t queries();
  [[nodiscard]] std::vector<std::string> cancels();

 private:
  void accept_all();
  void serve(int descriptor);
  [[nodiscard]] std::uint32_t next_process();
  void answer(const Socket& socket, std::string_view message, std::string& probe);

  int listener_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  bool hold_ = false;
  bool ends_ = false;
  std::size_t queries_ = 0;
  std::uint32_t processes_ = 0;
  std::vector<std::string> cancels_;
  std::vector<int> open_;
  std::vector<std::thread> sessions_;
  std::thread accepts_;
};

}  // namespace tapri::proxy::test
