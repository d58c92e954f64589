// What is configured of a connection to Redis.
//
// Thread-safety: plain data.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "io/loop.h"
#include "io/tls.h"
#include "redis/backoff.h"
#include "redis/breaker.h"
#include "redis/conversation.h"
#include "redis/metrics.h"
#include "redis/reply.h"
#include "telemetry/log.h"

namespace tapri::redis {

// Who to log in as. Redis 6 and up have users (ACL); without a user name the password is the server's own.
struct Credentials {
  std::string user;
  std::string password;  // never logged
};

// One leg: how servers of one kind are reached and talked to.
struct LinkConfig {
  Credentials credentials;
  unsigned database = 0;
  std::string client_name = "tapri";          // shown by CLIENT LIST; empty: none
  std::shared_ptr<const io::TlsContext> tls;  // null: none
  std::string tls_name;                       // whose certificate is expected; empty: the host connected to
  bool must_be_primary = false;               // asked by ROLE: a replica, which refuses writes, is no server for us
  Duration connect_timeout = std::chrono::seconds(2);  // of the connection, TLS and login together
  // A connection on which a command has had no reply for so long after its deadline is given up.
  Duration stall = std::chrono::seconds(5);
  InFlightLimits in_flight;
  ReplyLimits reply;
};

// Servers that are asked where Redis is.
struct AskedServers {
  std::vector<io::Address> addresses;
  LinkConfig link;
  Backoff::Config reconnect;
};

// Sentinels, which know where the primary is. Credentials and TLS of `servers` are the Sentinels' own.
struct SentinelConfig {
  AskedServers servers;
  std::string primary;  // the name by which they know it
};

struct Config {
  std::vector<io::Address> addresses;  // tried in turn, from the first; not used where there are Sentinels
  // The primary's address is asked of these, and the primary whether it is one. What Sentinels tell are mostly
  // addresses without names: with TLS that checks names, link.tls_name is needed.
  std::optional<SentinelConfig> sentinel;
  // The addresses are servers of a Cluster, which know the others. Each command goes to the server that holds its key;
  // with a `cluster_key`, everything goes over one connection, to the primary that holds that key.
  bool cluster = false;
  std::string cluster_key;
  LinkConfig link;
  Backoff::Config reconnect;
  // A client whose commands wait at the server by their nature (XREAD BLOCK) has no bound of latency.
  Breaker::Config breaker;
  Duration probe_deadline = std::chrono::seconds(1);  // of the PING that asks whether an open breaker may close
  // Logs each change of whether Redis can be used; several clients may share one. Null: one of the client's own.
  std::shared_ptr<telemetry::StateLog> state;
  std::shared_ptr<ClientMetrics> metrics;  // of this client; null: nobody reads them
};

}  // namespace tapri::redis
