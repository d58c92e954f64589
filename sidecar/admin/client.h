// Asks the admin API of an instance that runs, once, over a connection of its own (HTTP/1.1, RFC 9112).
//
// Thread-safety: pure; the calling thread waits.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "io/loop.h"

namespace tapri::admin {

struct ClientRequest {
  io::Address address;
  std::string path;   // "/api/v1/fleet"
  std::string token;  // empty: none is sent
  Duration timeout = std::chrono::seconds(10);
  std::size_t most = 16UL * 1024 * 1024;  // bytes of an answer
};

struct ClientAnswer {
  int status = 0;
  std::string body;
};

// A GET. Error: nobody answers there in time, or in other words than those of HTTP.
[[nodiscard]] Result<ClientAnswer> ask(const ClientRequest& request);

// What came until the server has closed the connection, head and body.
[[nodiscard]] Result<ClientAnswer> parse_answer(std::string_view bytes);

}  // namespace tapri::admin
