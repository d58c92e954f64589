#include <charconv>

#include "io/loop.h"

namespace tapri::io {
namespace {

Result<Address> parse_unix(std::string_view path, std::string_view whole) {
  if (path.empty() || path.front() != '/')
    return fail("\"" + std::string(whole) + "\": a Unix socket is given by its full path, as in unix:/run/tapri.sock");
  if (path.find('\0') != std::string_view::npos) return fail("a Unix socket's path must not hold a zero byte");
  Address address;
  address.unix_path = path;
  return address;
}

Result<std::uint16_t> parse_port(std::string_view text, std::string_view whole) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc() || end != text.data() + text.size())
    return fail("\"" + std::string(whole) + "\": the port must be a number from 0 to 65535");
  return port;
}

}  // namespace

std::string Address::text() const {
  if (!unix_path.empty()) return "unix:" + unix_path;
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<Address> parse_address(std::string_view text) {
  if (text.starts_with("unix:")) return parse_unix(text.substr(5), text);
  if (text.starts_with('/')) return parse_unix(text, text);

  const std::string whole(text);
  std::string_view host;
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return fail("\"" + whole + "\": the closing ] is missing");
    host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
  } else {
    host = text.substr(0, text.find(':'));
    rest = text.substr(host.size());
    if (rest.find(':', 1) != std::string_view::npos)
      return fail("\"" + whole + "\": an IPv6 address is written in brackets, as in [::1]:6432");
  }
  if (host.empty())
    return fail("\"" + whole + "\": the host is missing; write 127.0.0.1, or 0.0.0.0 for all interfaces");
  if (host.find_first_of(std::string_view(" \t\r\n/\0", 6)) != std::string_view::npos)
    return fail("\"" + whole + "\": not a host name");
  if (!rest.starts_with(':')) return fail("\"" + whole + "\": the port is missing, as in 127.0.0.1:6432");
  auto port = parse_port(rest.substr(1), text);
  if (!port) return tl::unexpected(port.error());
  Address address;
  address.host = host;
  address.port = *port;
  return address;
}

}  // namespace tapri::io
