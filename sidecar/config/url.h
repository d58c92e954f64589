// The parts that URLs of databases and of Redis have alike (RFC 3986), decoded.
//
// Errors name the part, never its text: it may be a secret.
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tapri::config {

inline constexpr std::string_view kSchemeEnd = "://";

// Undoes percent-encoding. `what` names the part in the error.
[[nodiscard]] Result<std::string> decode_percent(std::string_view text, std::string_view what);
[[nodiscard]] Result<std::uint16_t> parse_port(std::string_view text);

// "user:password", what stands before the @.
struct UserInfo {
  std::string user;
  std::optional<std::string> password;
};
[[nodiscard]] Result<UserInfo> parse_user_info(std::string_view text);

// "host", "host:port", "[::1]:port"; port 0: none was given.
struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
[[nodiscard]] Result<HostPort> parse_host_port(std::string_view text);

}  // namespace tapri::config
