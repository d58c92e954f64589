#include "config/redis_url.h"

#include <charconv>
#include <utility>

#include "config/url.h"

namespace tapri::config {
namespace {

constexpr std::uint16_t kRedisPort = 6379;
constexpr std::uint16_t kSentinelPort = 26379;

Result<void> take_database(std::string_view text, RedisUrl& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out.database);
  if (error == std::errc() && end == text.data() + text.size() && out.database < 1'000'000) return {};
  return fail("the database is no number, as in /0");
}

Result<void> take_hosts(std::string_view hosts, std::uint16_t default_port, RedisUrl& out) {
  while (true) {
    const std::size_t comma = hosts.find(',');
    auto found = parse_host_port(hosts.substr(0, comma));
    if (!found) return tl::unexpected(found.error());
    io::Address address;
    address.host = found->host.empty() ? "127.0.0.1" : std::move(found->host);
    address.port = found->port == 0 ? default_port : found->port;
    out.addresses.push_back(std::move(address));
    if (comma == std::string_view::npos) return {};
    hosts.remove_prefix(comma + 1);
  }
}

Result<void> take_socket(std::string_view path, std::string_view query, RedisUrl& out) {
  auto decoded = decode_percent(path, "path");
  if (!decoded) return tl::unexpected(decoded.error());
  if (decoded->size() < 2) return fail("a socket's path is missing, as in redis+unix:///run/redis/redis.sock");
  io::Address address;
  address.unix_path = std::move(*decoded);
  out.addresses.push_back(std::move(address));
  if (query.empty()) return {};
  constexpr std::string_view kDatabase = "db=";
  if (!query.starts_with(kDatabase)) return fail("behind ? only db=... is known");
  return take_database(query.substr(kDatabase.size()), out);
}

// What stands behind the hosts: "name/0" of Sentinel's, else "0".
Result<void> take_path(std::string_view path, bool sentinel, RedisUrl& out) {
  if (sentinel) {
    const std::size_t slash = path.find('/');
    auto name = decode_percent(path.substr(0, slash), "name of the primary");
    if (!name) return tl::unexpected(name.error());
    if (name->empty()) return fail("the primary's name is missing, as in redis+sentinel://host/mymaster");
    out.sentinel_name = std::move(*name);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  if (path.empty()) return {};
  return take_database(path, out);
}

}  // namespace

Result<RedisUrl> parse_redis_url(std::string_view url) {
  const std::size_t scheme_end = url.find(kSchemeEnd);
  const std::string_view scheme = url.substr(0, scheme_end);
  const bool tls = scheme.starts_with("rediss");
  const std::string_view how = scheme.starts_with("redis") ? scheme.substr(tls ? 6 : 5) : "?";
  const bool sentinel = how == "+sentinel";
  const bool cluster = how == "+cluster";
  const bool socket = how == "+unix" && !tls;
  if (scheme_end == std::string_view::npos || !(how.empty() || sentinel || cluster || socket)) {
    return fail(
        "expected redis://host:port/0, rediss://..., redis+sentinel://host:port/name, redis+cluster://host:port or "
        "redis+unix:///path");
  }
  RedisUrl out;
  out.cluster = cluster;
  out.tls = tls;
  std::string_view rest = url.substr(scheme_end + kSchemeEnd.size());
  const std::size_t question = rest.find('?');
  const std::string_view query = question == std::string_view::npos ? std::string_view() : rest.substr(question + 1);
  rest = rest.substr(0, question);
  if (!socket && !query.empty()) return fail("nothing may stand behind ?");
  const std::size_t slash = rest.find('/');
  std::string_view authority = rest.substr(0, slash);
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    auto info = parse_user_info(authority.substr(0, at));
    if (!info) return tl::unexpected(info.error());
    out.user = std::move(info->user);
    if (info->password) out.password = std::move(*info->password);
    authority.remove_prefix(at + 1);
  }
  const std::string_view path = slash == std::string_view::npos ? std::string_view() : rest.substr(slash);
  if (socket) {
    if (auto taken = take_socket(path, query, out); !taken) return tl::unexpected(taken.error());
    return out;
  }
  if (auto taken = take_hosts(authority, sentinel ? kSentinelPort : kRedisPort, out); !taken) {
    return tl::unexpected(taken.error());
  }
  if (auto taken = take_path(path.empty() ? path : path.substr(1), sentinel, out); !taken) {
    return tl::unexpected(taken.error());
  }
  if (cluster && out.database != 0) return fail("a Cluster has no other database than 0");
  return out;
}

}  // namespace tapri::config
