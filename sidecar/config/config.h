// The configuration: one struct a room, with defaults and units. How it is read: config/load.h; its keys, flags and
// environment variables: config/options.h, docs/configuration.md.
//
// Thread-safety: plain data.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "config/redis_url.h"
#include "config/tiers.h"
#include "config/upstream.h"
#include "io/loop.h"
#include "io/tls.h"
#include "telemetry/log.h"

namespace tapri::config {

enum class CachePolicy : std::uint8_t { s3_fifo, lru, w_tinylfu, lfu, cost_aware };
// What a write makes of the answers kept from its table.
enum class CoherenceKeys : std::uint8_t {
  row,    // those go that may hold one of its rows
  table,  // all go
};
// What a client that asks for TLS gets.
enum class ClientTlsMode : std::uint8_t {
  disable,      // "no": it goes on in clear text or leaves
  allow,        // TLS if it asks, clear text if it doesn't
  require,      // TLS or nothing
  passthrough,  // relayed to the upstream untouched: end to end, and so never cached
};

struct AdminConfig {
  std::string listen = "127.0.0.1:6480";  // "off": no admin API
  std::string token;                      // secret; required unless the address is a loopback one or a Unix socket
};

struct CacheConfig {
  bool enabled = true;
  std::uint64_t memory = 256ULL * 1024 * 1024;  // bytes, bookkeeping included
  CachePolicy policy = CachePolicy::cost_aware;
  std::uint64_t max_result = 16ULL * 1024 * 1024;  // bytes; a rule may only ask for less
};

// What a hit promises where several Tapris share one Redis (docs/coherence.md).
enum class FleetMode : std::uint8_t {
  bounded,  // it is at most max_staleness old
  strict,   // it is as the database would have answered
};
// What becomes of a write that is committed, or is about to be, when the others cannot be told.
enum class OnPublishFailure : std::uint8_t {
  by_mode,      // serve in mode bounded, fail_writes in mode strict, whose promise would not hold
  serve,        // it is acknowledged; others may be stale until the log has it
  fail_writes,  // its connection ends with an error
};

struct CoherenceConfig {
  CoherenceKeys keys = CoherenceKeys::row;
  std::uint64_t slots = 1ULL << 20;  // size of the last-write table; a power of two
  // The rest: with Redis only.
  FleetMode mode = FleetMode::bounded;
  Duration max_staleness = std::chrono::seconds(1);
  OnPublishFailure on_publish_failure = OnPublishFailure::by_mode;
  Duration writer_lease = std::chrono::seconds(5);
  std::uint64_t log_records = 1'000'000;
};

struct RedisConfig {
  std::string url;       // secret inside; config/redis_url.h; empty: no Redis
  std::string password;  // secret; where the URL has none
  std::string name_space = "default";
  Duration timeout = std::chrono::milliseconds(250);
  std::string sentinel_user;
  std::string sentinel_password;  // secret
  io::TlsClientConfig tls;        // files; whether TLS is spoken is the URL's to say
};

// Results in Redis, for all instances.
struct RemoteCacheConfig {
  bool enabled = true;  // where there is a Redis
  std::uint64_t max_result = 1024ULL * 1024;
  Duration max_ttl = std::chrono::hours(1);
  std::uint64_t compress_above = 1024;
  Duration timeout = std::chrono::milliseconds(50);     // of a look, and of each command for a lock
  Duration lock_above = std::chrono::milliseconds(50);  // what the database took when it was last asked; 0: no locks
  Duration lock_ttl = std::chrono::seconds(5);          // and is to take at most
  std::string keys_file;                                // to seal with; empty: not sealed
  std::vector<std::string> tiers;                       // secrets inside; config/tiers.h; empty: redis.url alone
};

struct LimitsConfig {
  std::uint64_t max_connections = 10'000;             // clients; past it 53300
  std::uint64_t max_statement = 1024ULL * 1024;       // bytes; longer ones are passed through, not analysed
  std::uint64_t max_message = 1024ULL * 1024 * 1024;  // bytes of one protocol message; past it 54000
  std::uint64_t session_buffer = 64ULL * 1024;        // bytes a session holds in each direction
  std::uint64_t max_key = 16ULL * 1024;               // bytes of a cache key, parameters included
};

struct FlightConfig {
  Duration max_wait = std::chrono::seconds(5);  // for another session's answer; then it asks by itself
  std::uint64_t max_waiters = 10'000;           // over all statements
};

struct ClientTlsConfig {
  ClientTlsMode mode = ClientTlsMode::disable;
  io::TlsServerConfig files;
};

struct UpstreamTlsConfig {
  io::TlsClientConfig defaults;  // where an upstream's URL does not say
};

struct AuthConfig {
  std::string users_file;  // config/users_file.h; empty: clients authenticate with the database, end to end
};

struct ControlConfig {
  bool enabled = true;
  Duration interval = std::chrono::seconds(5);  // between looks at the schema for changes made around Tapri
};

struct ProbeConfig {
  bool enabled = true;
};

struct SessionConfig {
  bool lazy_begin = true;
  bool lazy_prepare = true;
};

struct DrainConfig {
  Duration timeout = std::chrono::seconds(30);  // for running statements; then connections are closed
};

struct LogConfig {
  telemetry::Level level = telemetry::Level::info;
  telemetry::LogFormat format = telemetry::LogFormat::text;
};

// An address to accept clients on, and the upstream that they are for.
struct Listen {
  io::Address address;
  std::size_t upstream = 0;  // index into Config::upstreams
};

struct Config {
  // As given; load() makes `upstreams` and `listens` of them.
  std::vector<std::string> upstream_urls;
  std::string upstream_password;  // secret; where a URL has none
  std::vector<std::string> listen_addresses;

  std::string rules;          // file or folder; empty: the built-in defaults
  std::uint64_t workers = 0;  // threads; 0: one for each two cores
  Duration busy_poll = Duration::zero();
  AdminConfig admin;
  CacheConfig cache;
  CoherenceConfig coherence;
  RedisConfig redis;
  RemoteCacheConfig l2;
  LimitsConfig limits;
  FlightConfig flight;
  ClientTlsConfig client_tls;
  UpstreamTlsConfig upstream_tls;
  AuthConfig auth;
  ControlConfig control;
  ProbeConfig probe;
  SessionConfig session;
  DrainConfig drain;
  LogConfig log;

  // Made by load().
  std::vector<Upstream> upstreams;
  std::vector<Listen> listens;
  std::optional<RedisUrl> redis_server;
  std::vector<Tier> tiers;  // none without a Redis
};

// A key and what is wrong with its value.
struct Problem {
  std::string key;  // "cache.memory"
  std::string message;
};

// Fills `upstreams` and `listens`, and checks everything that concerns more than one value or its range. Without
// listen_addresses the upstreams of PostgreSQL listen on 127.0.0.1:6432 and up, those of MySQL on 127.0.0.1:6033 and
// up.
[[nodiscard]] std::vector<Problem> resolve(Config& config);

// True for 127.0.0.0/8, ::1, localhost and Unix sockets.
[[nodiscard]] bool is_loopback(const io::Address& address);

}  // namespace tapri::config
