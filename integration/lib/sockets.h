// A client's socket that is taken from under its library, for the programs of the suites hunt and history.
#pragma once

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace disturb {

// The library would say good-bye.
inline void reset(int socket) {
  const linger at_once{1, 0};
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  if (nothing < 0 || dup2(nothing, socket) < 0) {
    throw std::runtime_error("a socket cannot be reset");
  }
  close(nothing);
}

}  // namespace disturb
