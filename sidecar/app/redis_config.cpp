#include "app/redis_config.h"

#include <utility>

namespace tapri::app {

Result<redis::Config> redis_config(const config::Config& config, const config::RedisUrl& server) {
  redis::Config out;
  out.link.credentials = {server.user, server.password};
  out.link.database = server.database;
  out.link.must_be_primary = true;
  if (server.tls) {
    io::TlsClientConfig files = config.redis.tls;
    files.mode = io::SslMode::verify_full;
    auto tls = io::make_tls_client(files);
    if (!tls) return tl::unexpected<Error>(tls.error());
    out.link.tls = std::move(*tls);
  }
  out.breaker.latency = config.redis.timeout / 2;
  if (server.sentinel_name.empty()) {
    out.addresses = server.addresses;
    out.cluster = server.cluster;
    return out;
  }
  redis::SentinelConfig sentinel;
  sentinel.primary = server.sentinel_name;
  sentinel.servers.addresses = server.addresses;
  sentinel.servers.link.credentials = {config.redis.sentinel_user, config.redis.sentinel_password};
  sentinel.servers.link.tls = out.link.tls;
  out.sentinel = std::move(sentinel);
  return out;
}

}  // namespace tapri::app
