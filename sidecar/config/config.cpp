#include "config/config.h"

#include <set>
#include <utility>

#include "config/options.h"

namespace tapri::config {
namespace {

constexpr std::uint16_t kFirstPort = 6432;
constexpr std::uint16_t kFirstMysqlPort = 6033;

using Problems = std::vector<Problem>;

void add(Problems& problems, std::string_view key, std::string message) {
  problems.push_back({std::string(key), std::move(message)});
}

void resolve_upstreams(Config& config, Problems& problems) {
  Upstream defaults;
  defaults.tls = config.upstream_tls.defaults;
  defaults.password = config.upstream_password;
  for (const std::string& url : config.upstream_urls) {
    auto upstream = parse_upstream(url, defaults);
    if (upstream) {
      config.upstreams.push_back(std::move(*upstream));
    } else {
      add(problems, "upstream", mask_url(url) + ": " + upstream.error().message);
    }
  }
}

void default_listens(Config& config) {
  std::uint16_t port = kFirstPort;
  std::uint16_t mysql_port = kFirstMysqlPort;
  for (std::size_t i = 0; i < config.upstream_urls.size(); ++i) {
    Listen listen;
    listen.address.host = "127.0.0.1";
    listen.address.port = protocol_of(config.upstream_urls[i]) == Protocol::mysql ? mysql_port++ : port++;
    listen.upstream = i;
    config.listens.push_back(std::move(listen));
  }
}

void resolve_listens(Config& config, Problems& problems) {
  const std::size_t upstreams = config.upstream_urls.size();
  const std::size_t given = config.listen_addresses.size();
  if (given == 0) return default_listens(config);
  if (upstreams > 1 && given != upstreams) {
    add(problems, "listen",
        "with several upstreams there must be one address for each, in the same order: " + std::to_string(upstreams) +
            " upstreams, " + std::to_string(given) + " addresses");
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < given; ++i) {
    auto address = io::parse_address(config.listen_addresses[i]);
    if (!address) {
      add(problems, "listen", "'" + config.listen_addresses[i] + "': " + address.error().message);
      continue;
    }
    const bool picked_by_system = address->unix_path.empty() && address->port == 0;
    if (!seen.insert(address->text()).second && !picked_by_system) {
      add(problems, "listen", address->text() + " is given twice");
    }
    config.listens.push_back({*address, upstreams > 1 ? i : 0});
  }
}

void check_admin(const AdminConfig& admin, Problems& problems) {
  for (const char c : admin.token) {
    if (c <= ' ' || c > '~') {
      add(problems, "admin.token", "it must be visible ASCII characters without blanks");
      break;
    }
  }
  if (admin.listen == "off") return;
  const auto address = io::parse_address(admin.listen);
  if (!address) return add(problems, "admin.listen", "'" + admin.listen + "': " + address.error().message);
  if (admin.token.empty() && !is_loopback(*address)) {
    add(problems, "admin.listen",
        address->text() + " can be reached from other machines: set admin.token, or listen on 127.0.0.1");
  }
}

void check_client_tls(const ClientTlsConfig& tls, Problems& problems) {
  const bool ends_tls = tls.mode == ClientTlsMode::allow || tls.mode == ClientTlsMode::require;
  const bool has_pair = !tls.files.certificate_file.empty() && !tls.files.key_file.empty();
  if (ends_tls && !has_pair) {
    add(problems, "client_tls.mode", "'allow' and 'require' need client_tls.certificate and client_tls.key");
  }
  const auto needs_mode = [&](std::string_view key, const std::string& file) {
    if (!ends_tls && !file.empty()) add(problems, key, "it is used only where client_tls.mode is 'allow' or 'require'");
  };
  needs_mode("client_tls.certificate", tls.files.certificate_file);
  needs_mode("client_tls.key", tls.files.key_file);
  needs_mode("client_tls.ca", tls.files.client_ca_file);
}

template <typename T, typename Print>
void check_range(Problems& problems, std::string_view key, T value, T least, T most, Print print) {
  if (value >= least && value <= most) return;
  add(problems, key, print(value) + " is out of range; expected " + print(least) + " to " + print(most));
}

void check_ranges(const Config& config, Problems& problems) {
  constexpr std::uint64_t kKiB = 1024;
  constexpr std::uint64_t kMiB = kKiB * 1024;
  constexpr std::uint64_t kGiB = kMiB * 1024;
  constexpr auto kLeastTime = Duration(std::chrono::milliseconds(1));
  constexpr auto kHour = Duration(std::chrono::hours(1));
  const auto count = [](std::uint64_t value) { return std::to_string(value); };
  const auto sizes = [&](std::string_view key, std::uint64_t value, std::uint64_t least, std::uint64_t most) {
    check_range(problems, key, value, least, most, size_text);
  };
  const auto counts = [&](std::string_view key, std::uint64_t value, std::uint64_t least, std::uint64_t most) {
    check_range(problems, key, value, least, most, count);
  };
  const auto times = [&](std::string_view key, Duration value, Duration least, Duration most) {
    check_range(problems, key, value, least, most, duration_text);
  };
  counts("workers", config.workers, 0, 1024);
  times("busy_poll", config.busy_poll, Duration::zero(), std::chrono::seconds(1));
  sizes("cache.memory", config.cache.memory, kMiB, 1024 * kGiB);
  sizes("cache.max_result", config.cache.max_result, 1, 1024 * kGiB);
  counts("coherence.slots", config.coherence.slots, 1024, 1ULL << 28);
  counts("limits.max_connections", config.limits.max_connections, 1, 1'000'000);
  sizes("limits.max_statement", config.limits.max_statement, 1, 64 * kMiB);
  sizes("limits.max_message", config.limits.max_message, 64 * kKiB, 2 * kGiB - 1);  // the protocol's own bound
  sizes("limits.session_buffer", config.limits.session_buffer, 4 * kKiB, 64 * kMiB);
  sizes("limits.max_key", config.limits.max_key, 64, kMiB);
  times("flight.max_wait", config.flight.max_wait, kLeastTime, kHour);
  counts("flight.max_waiters", config.flight.max_waiters, 0, 1'000'000);
  times("coherence.max_staleness", config.coherence.max_staleness, std::chrono::milliseconds(10), kHour);
  times("coherence.writer_lease", config.coherence.writer_lease, std::chrono::milliseconds(100), kHour);
  counts("coherence.log_records", config.coherence.log_records, 1000, 1'000'000'000);
  times("redis.timeout", config.redis.timeout, kLeastTime, std::chrono::minutes(1));
  sizes("l2.max_result", config.l2.max_result, 1, 64 * kMiB);
  times("l2.max_ttl", config.l2.max_ttl, kLeastTime, 24 * 30 * kHour);
  sizes("l2.compress_above", config.l2.compress_above, 1, kGiB);
  times("l2.timeout", config.l2.timeout, kLeastTime, std::chrono::minutes(1));
  times("l2.lock_above", config.l2.lock_above, Duration::zero(), kHour);
  times("l2.lock_ttl", config.l2.lock_ttl, kLeastTime, kHour);
  times("control.interval", config.control.interval, kLeastTime, 24 * kHour);
  times("drain.timeout", config.drain.timeout, Duration::zero(), 24 * kHour);
}

void resolve_redis(Config& config, Problems& problems) {
  config.redis_server.reset();
  const RedisConfig& redis = config.redis;
  if (redis.tls.certificate_file.empty() != redis.tls.key_file.empty()) {
    add(problems, redis.tls.certificate_file.empty() ? "redis.tls_key" : "redis.tls_certificate",
        "redis.tls_certificate and redis.tls_key belong together");
  }
  constexpr std::string_view kNameLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  if (redis.name_space.empty() || redis.name_space.size() > 64 ||
      redis.name_space.find_first_not_of(kNameLetters) != std::string::npos) {
    add(problems, "redis.namespace", "expected 1 to 64 letters, digits and _ . -");
  }
  config.tiers.clear();
  auto tiers = parse_tiers(config.l2.tiers, config.l2.max_ttl);
  if (!tiers) add(problems, "l2.tiers", tiers.error().message);
  if (redis.url.empty()) {
    if (!config.l2.tiers.empty()) add(problems, "l2.tiers", "it needs redis.url, where the log of writes is");
    return;
  }
  if (tiers) config.tiers = std::move(*tiers);
  auto server = parse_redis_url(redis.url);
  if (!server) return add(problems, "redis.url", server.error().message);
  if (server->password.empty()) server->password = redis.password;
  config.redis_server = std::move(*server);
}

void check_rest(const Config& config, Problems& problems) {
  const std::uint64_t slots = config.coherence.slots;
  if ((slots & (slots - 1)) != 0) add(problems, "coherence.slots", std::to_string(slots) + " is no power of two");
  const io::TlsClientConfig& tls = config.upstream_tls.defaults;
  if (tls.certificate_file.empty() != tls.key_file.empty()) {
    add(problems, tls.certificate_file.empty() ? "upstream_tls.key" : "upstream_tls.certificate",
        "upstream_tls.certificate and upstream_tls.key belong together");
  }
}

}  // namespace

bool is_loopback(const io::Address& address) {
  // "127.example.org" is a name, and may be anyone's.
  const bool numeric = address.host.find_first_not_of("0123456789.") == std::string::npos;
  return !address.unix_path.empty() || address.host == "localhost" || address.host == "::1" ||
         (numeric && address.host.starts_with("127."));
}

std::vector<Problem> resolve(Config& config) {
  Problems problems;
  config.upstreams.clear();
  config.listens.clear();
  resolve_upstreams(config, problems);
  resolve_listens(config, problems);
  check_admin(config.admin, problems);
  check_client_tls(config.client_tls, problems);
  check_ranges(config, problems);
  check_rest(config, problems);
  resolve_redis(config, problems);
  return problems;
}

}  // namespace tapri::config
