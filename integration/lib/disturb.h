// What befalls a libpq client's connection, for the programs of the suites hunt and history.
#pragma once

#include <libpq-fe.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>

#include "sockets.h"

namespace disturb {

inline void reset(PGconn* link) { reset(PQsocket(link)); }

inline void cancel(PGconn* link) {
  const std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> request(PQgetCancel(link), &PQfreeCancel);
  std::array<char, 256> message{};
  if (PQcancel(request.get(), message.data(), static_cast<int>(message.size())) != 1) {
    throw std::runtime_error(std::string("a cancel request failed: ") + message.data());
  }
}

}  // namespace disturb
