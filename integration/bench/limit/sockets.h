// What the bare servers of the bench need of the system. Errors throw std::system_error.
#pragma once

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <iostream>
#include <string_view>
#include <system_error>

namespace limit {

inline void check(bool good, const char* what) {
  if (!good) {
    throw std::system_error(errno, std::generic_category(), what);
  }
}

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// On a free port, which it prints.
inline int listening() {
  const int made = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  check(bind(made, plain, size) == 0 && listen(made, 1024) == 0 && getsockname(made, plain, &size) == 0, "listen");
  std::cout << ntohs(address.sin_port) << std::endl;
  return made;
}

inline void send_at_once(int socket) {
  const int one = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

inline int accepted(int listener) {
  const int made = accept(listener, nullptr, nullptr);
  check(made >= 0, "accept");
  send_at_once(made);
  return made;
}

inline void watch(int epoll, int socket) {
  epoll_event event{EPOLLIN, {.fd = socket}};
  check(epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) == 0, "epoll_ctl");
}

inline bool write_all(int socket, std::string_view data) {
  while (!data.empty()) {
    const auto count = send(socket, data.data(), data.size(), MSG_NOSIGNAL);
    if (count < 0) {
      return false;
    }
    data.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace limit
