#include "config/upstream.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "config/url.h"

namespace tapri::config {
namespace {

constexpr std::string_view kDefaultSocketFolder = "/var/run/postgresql";     // as Debian's libpq
constexpr std::string_view kDefaultMysqlSocket = "/run/mysqld/mysqld.sock";  // as Debian's MariaDB
constexpr std::uint16_t kDefaultPort = 5432;
constexpr std::uint16_t kDefaultMysqlPort = 3306;
constexpr std::string_view kKnownKeys =
    "host, port, user, password, dbname, sslmode, sslrootcert, sslcert, sslkey, connect_timeout";
constexpr std::string_view kKnownMysqlKeys = "; for MySQL also socket, ssl-mode, ssl-ca, ssl-cert, ssl-key";

Result<Duration> parse_timeout(std::string_view text) {
  unsigned seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds == 0 || seconds > 3600) {
    return fail("connect_timeout is no number of seconds from 1 to 3600");
  }
  return std::chrono::seconds(seconds);
}

// The parts of a URL, decoded. `host` may be a socket's folder.
struct Parts {
  std::string host;
  std::uint16_t port = 0;  // 0: the protocol's
  Upstream upstream;
  bool mode_given = false;
};

Result<void> take_user(std::string_view text, Parts& parts) {
  auto info = parse_user_info(text);
  if (!info) return tl::unexpected(info.error());
  parts.upstream.user = std::move(info->user);
  if (info->password) parts.upstream.password = std::move(*info->password);
  return {};
}

Result<void> take_host(std::string_view text, Parts& parts) {
  auto found = parse_host_port(text);
  if (!found) return tl::unexpected(found.error());
  parts.host = std::move(found->host);
  if (found->port != 0) parts.port = found->port;
  return {};
}

Result<void> assign_text(std::string& to, std::string value) {
  to = std::move(value);
  return {};
}

template <typename T>
Result<void> assign_parsed(T& to, Result<T> value) {
  if (!value) return tl::unexpected(value.error());
  to = *value;
  return {};
}

// MySQL's words for sslmode, in either case.
Result<io::SslMode> parse_mysql_mode(std::string text) {
  constexpr std::array<std::pair<std::string_view, io::SslMode>, 5> kModes = {{
      {"disabled", io::SslMode::disable},
      {"preferred", io::SslMode::prefer},
      {"required", io::SslMode::require},
      {"verify_ca", io::SslMode::verify_ca},
      {"verify_identity", io::SslMode::verify_full},
  }};
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const auto* found = std::find_if(kModes.begin(), kModes.end(), [&](const auto& mode) { return mode.first == text; });
  if (found == kModes.end()) {
    return fail("'" + text + "' is no ssl-mode: use DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY");
  }
  return found->second;
}

// The key of libpq's that means the same; else the key itself.
std::string_view libpq_key(std::string_view mysql_key) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kKeys = {
      {{"socket", "host"}, {"ssl-ca", "sslrootcert"}, {"ssl-cert", "sslcert"}, {"ssl-key", "sslkey"}}};
  const auto* found = std::find_if(kKeys.begin(), kKeys.end(), [&](const auto& key) { return key.first == mysql_key; });
  return found == kKeys.end() ? mysql_key : found->second;
}

Result<void> take_key(std::string_view key, const std::string& value, Parts& parts);

Result<void> take_mysql_key(std::string_view key, const std::string& value, Parts& parts) {
  if (key == "ssl-mode") {
    parts.mode_given = true;
    return assign_parsed(parts.upstream.tls.mode, parse_mysql_mode(value));
  }
  return take_key(libpq_key(key), value, parts);
}

Result<void> take_key(std::string_view key, const std::string& value, Parts& parts) {
  Upstream& upstream = parts.upstream;
  if (key == "host") return assign_text(parts.host, value);
  if (key == "port") return assign_parsed(parts.port, parse_port(value));
  if (key == "user") return assign_text(upstream.user, value);
  if (key == "password") return assign_text(upstream.password, value);
  if (key == "dbname") return assign_text(upstream.database, value);
  if (key == "sslmode") {
    parts.mode_given = true;
    return assign_parsed(upstream.tls.mode, io::parse_ssl_mode(value));
  }
  if (key == "sslrootcert") return assign_text(upstream.tls.ca_file, value);
  if (key == "sslcert") return assign_text(upstream.tls.certificate_file, value);
  if (key == "sslkey") return assign_text(upstream.tls.key_file, value);
  if (key == "connect_timeout") return assign_parsed(upstream.connect_timeout, parse_timeout(value));
  std::string known(kKnownKeys);
  if (upstream.protocol == Protocol::mysql) known += kKnownMysqlKeys;
  return fail("the key '" + std::string(key) + "' is not known; known are " + known);
}

Result<void> take_query(std::string_view query, Parts& parts) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) return fail("what follows ? is no key=value&key=value");
    auto key = decode_percent(pair.substr(0, equals), "name of a key");
    if (!key) return tl::unexpected(key.error());
    auto value = decode_percent(pair.substr(equals + 1), "value of '" + *key + "'");
    if (!value) return tl::unexpected(value.error());
    auto taken = parts.upstream.protocol == Protocol::mysql ? take_mysql_key(*key, *value, parts)
                                                            : take_key(*key, *value, parts);
    if (!taken) return taken;
  }
  return {};
}

// libpq 16's word for the system's authorities, which is what an empty name means here. As there: certificates that
// anybody can have say nothing unless the name is checked too.
Result<void> resolve_system_authorities(Parts& parts) {
  io::TlsClientConfig& tls = parts.upstream.tls;
  if (tls.ca_file != "system") return {};
  tls.ca_file.clear();
  if (parts.mode_given && tls.mode != io::SslMode::verify_full) {
    return fail("a weaker sslmode than verify-full may not be used with sslrootcert=system");
  }
  tls.mode = io::SslMode::verify_full;
  return {};
}

Result<Upstream> finish(Parts parts) {
  Upstream& upstream = parts.upstream;
  if (auto resolved = resolve_system_authorities(parts); !resolved) return tl::unexpected(resolved.error());
  if (parts.host.find(',') != std::string::npos) return fail("several hosts in one URL are not supported; name one");
  if (upstream.tls.certificate_file.empty() != upstream.tls.key_file.empty()) {
    return fail("sslcert and sslkey belong together");
  }
  const bool mysql = upstream.protocol == Protocol::mysql;
  if (parts.host.empty()) parts.host = mysql ? kDefaultMysqlSocket : kDefaultSocketFolder;
  if (parts.port == 0) parts.port = mysql ? kDefaultMysqlPort : kDefaultPort;
  upstream.address.port = parts.port;
  if (parts.host.front() == '/') {
    upstream.address.unix_path = mysql ? parts.host : parts.host + "/.s.PGSQL." + std::to_string(parts.port);
    upstream.tls.mode = io::SslMode::disable;  // as in libpq: there is no TLS on a Unix socket
  } else {
    upstream.address.host = parts.host;
    upstream.host = parts.host;
  }
  return std::move(upstream);
}

// Whether a key's name, as it is written in a URL, may mean the password. What stands before it is not known to be
// apart.
bool is_password(std::string_view name) {
  const auto decoded = decode_percent(name, "name of a key");
  return !decoded || decoded->ends_with("password");
}

}  // namespace

std::optional<Protocol> protocol_of(std::string_view url) {
  const std::string_view scheme = url.substr(0, url.find(kSchemeEnd));
  if (scheme == "postgres" || scheme == "postgresql") return Protocol::postgres;
  if (scheme == "mysql" || scheme == "mariadb") return Protocol::mysql;
  return std::nullopt;
}

Result<Upstream> parse_upstream(std::string_view url, const Upstream& defaults) {
  const std::size_t scheme_end = url.find(kSchemeEnd);
  if (scheme_end == std::string_view::npos) {
    return fail("it is no URL; expected postgres://user@host:port/database, or mysql://...");
  }
  const auto protocol = protocol_of(url);
  if (!protocol) return fail("expected postgres://, postgresql://, mysql:// or mariadb:// at its beginning");
  const std::string_view rest = url.substr(scheme_end + kSchemeEnd.size());
  Parts parts;
  parts.upstream = defaults;
  parts.upstream.protocol = *protocol;

  const std::size_t question = rest.find('?');
  const std::string_view query = question == std::string_view::npos ? std::string_view() : rest.substr(question + 1);
  const std::string_view location = rest.substr(0, question);
  const std::size_t slash = location.find('/');
  const std::string_view authority = location.substr(0, slash);
  if (slash != std::string_view::npos && slash + 1 < location.size()) {
    auto database = decode_percent(location.substr(slash + 1), "database");
    if (!database) return tl::unexpected(database.error());
    parts.upstream.database = *database;
  }
  const std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    if (auto taken = take_user(authority.substr(0, at), parts); !taken) return tl::unexpected(taken.error());
  }
  if (auto taken = take_host(authority.substr(at == std::string_view::npos ? 0 : at + 1), parts); !taken) {
    return tl::unexpected(taken.error());
  }
  if (auto taken = take_query(query, parts); !taken) return tl::unexpected(taken.error());
  return finish(std::move(parts));
}

std::string mask_url(std::string_view url) {
  constexpr std::string_view kMask = "***";
  std::string out(url);
  const std::size_t scheme = out.find("://");
  const std::size_t begin = scheme == std::string::npos ? 0 : scheme + 3;
  for (std::size_t at = out.find('=', begin); at != std::string::npos; at = out.find('=', at)) {
    const std::size_t before = out.find_last_of("?&", at);
    const std::size_t name = before == std::string::npos ? begin : std::max(before + 1, begin);
    const bool secret = is_password(std::string_view(out).substr(name, at - name));
    ++at;
    const std::size_t end = out.find('&', at);
    if (secret) out.replace(at, end == std::string::npos ? std::string::npos : end - at, kMask);
  }
  // To the last @: a password that should have been encoded may hold any character.
  const std::size_t colon = out.find(':', begin);
  const std::size_t at = out.rfind('@');
  if (colon == std::string::npos) return out;
  if (at != std::string::npos && at > colon) {
    out.replace(colon + 1, at - colon - 1, kMask);
  } else if (url.find('@', begin) > colon && url.find('@', colon) != std::string_view::npos) {
    out.replace(colon + 1, std::string::npos, kMask);  // it was masked as a part of what a key seemed to say
  }
  return out;
}

}  // namespace tapri::config
