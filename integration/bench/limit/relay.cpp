// Passes bytes on between its clients and a server on 127.0.0.1, and looks at none of them: as little as anything
// between the two can do. integration/bench/run holds others against it.
//
//   tapri_relay PORT [MICROSECONDS]     PORT: the server's. Prints the port it listens on.
//
// MICROSECONDS: for so long after anything has come it looks for more without sleeping. One thread; one read and one
// write for what came in one piece.
#include <array>
#include <chrono>
#include <string>
#include <unordered_map>

#include "sockets.h"

namespace {

class Relay {
 public:
  Relay(std::uint16_t server, std::chrono::microseconds busy)
      : server_(limit::loopback(server)), busy_(busy), epoll_(epoll_create1(0)), listener_(limit::listening()) {
    limit::watch(epoll_, listener_);
  }

  [[noreturn]] void run() {
    for (;;) {
      const int count = wait();
      for (int at = 0; at < count; ++at) {
        const int socket = events_.at(static_cast<std::size_t>(at)).data.fd;
        if (socket == listener_) {
          begin();
        } else if (const auto found = other_.find(socket); found != other_.end() && !pass(socket, found->second)) {
          end(socket, found->second);
        }
      }
    }
  }

 private:
  using Clock = std::chrono::steady_clock;

  int wait() {
    const auto end = Clock::now() + busy_;
    int count = 0;
    do {
      const bool sleeps = busy_.count() == 0;
      count = epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()), sleeps ? -1 : 0);
    } while (count == 0 && Clock::now() < end);
    return count > 0 ? count : epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()), -1);
  }

  void begin() {
    const int client = limit::accepted(listener_);
    const int server = socket(AF_INET, SOCK_STREAM, 0);
    limit::check(connect(server, reinterpret_cast<const sockaddr*>(&server_), sizeof server_) == 0, "connect");
    limit::send_at_once(server);
    for (const int one : {client, server}) {
      limit::watch(epoll_, one);
    }
    other_[client] = server;
    other_[server] = client;
  }

  // False: one of the two has gone.
  bool pass(int from, int to) {
    const auto count = recv(from, space_.data(), space_.size(), 0);
    return count > 0 && limit::write_all(to, {space_.data(), static_cast<std::size_t>(count)});
  }

  void end(int one, int another) {
    for (const int each : {one, another}) {
      other_.erase(each);
      close(each);
    }
  }

  sockaddr_in server_;
  std::chrono::microseconds busy_;
  int epoll_;
  int listener_;
  std::unordered_map<int, int> other_;  // of each socket the one that its bytes go to
  std::array<epoll_event, 256> events_{};
  std::array<char, 65536> space_{};
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 2 && count != 3) {
    std::cerr << "usage: tapri_relay PORT [MICROSECONDS]\n";
    return 2;
  }
  try {
    const auto busy = std::chrono::microseconds(count == 3 ? std::stol(arguments[2]) : 0);
    Relay(static_cast<std::uint16_t>(std::stoul(arguments[1])), busy).run();
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
