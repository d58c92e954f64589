#include "config/url.h"

#include <charconv>

namespace tapri::config {
namespace {

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

}  // namespace

Result<std::string> decode_percent(std::string_view text, std::string_view what) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const auto high = i + 1 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
    if (!high || !low) {
      return fail("the " + std::string(what) +
                  " has a % that is not followed by two hex digits; write % itself as %25");
    }
    const auto byte = static_cast<char>(*high * 16 + *low);
    if (byte == '\0') return fail("the " + std::string(what) + " holds %00, which no name can");
    out += byte;
    i += 2;
  }
  return out;
}

Result<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) {
    return fail("the port is no number from 1 to 65535");
  }
  return port;
}

Result<UserInfo> parse_user_info(std::string_view text) {
  UserInfo info;
  const std::size_t colon = text.find(':');
  auto user = decode_percent(text.substr(0, colon), "user");
  if (!user) return tl::unexpected(user.error());
  info.user = std::move(*user);
  if (colon == std::string_view::npos) return info;
  auto password = decode_percent(text.substr(colon + 1), "password");
  if (!password) return tl::unexpected(password.error());
  info.password = std::move(*password);
  return info;
}

Result<HostPort> parse_host_port(std::string_view text) {
  std::string_view host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return fail("the host begins with [ but has no ]");
    host = text.substr(1, close - 1);
    port = text.substr(close + 1);
    if (!port.empty() && port.front() != ':') return fail("after ] only :port may follow");
  } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon);
  }
  auto name = decode_percent(host, "host");
  if (!name) return tl::unexpected(name.error());
  HostPort found{std::move(*name)};
  if (port.size() <= 1) return found;
  auto number = parse_port(port.substr(1));
  if (!number) return tl::unexpected(number.error());
  found.port = *number;
  return found;
}

}  // namespace tapri::config
