// What befalls a client's connection, for the programs of the suites hunt and history.
#pragma once

#include <fcntl.h>
#include <libpq-fe.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>

namespace disturb {

// libpq would say good-bye: the socket is taken from under it.
inline void reset(PGconn* link) {
  const linger at_once{1, 0};
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  setsockopt(PQsocket(link), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  if (nothing < 0 || dup2(nothing, PQsocket(link)) < 0) {
    throw std::runtime_error("a socket cannot be reset");
  }
  close(nothing);
}

inline void cancel(PGconn* link) {
  const std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> request(PQgetCancel(link), &PQfreeCancel);
  std::array<char, 256> message{};
  if (PQcancel(request.get(), message.data(), static_cast<int>(message.size())) != 1) {
    throw std::runtime_error(std::string("a cancel request failed: ") + message.data());
  }
}

}  // namespace disturb
