// The URL of a Redis.
//
//   redis[s]://[[user]:password@]host[:6379][,host2[:port2]...][/database]
//   redis[s]+sentinel://[[user]:password@]host[:26379][,...]/name-of-the-primary[/database]
//   redis[s]+cluster://[[user]:password@]host[:6379][,host2...]
//   redis+unix://[[user]:password@]/path[?db=database]
//
// As IANA has it (https://www.iana.org/assignments/uri-schemes/prov/redis), and in the manner of redis-py the others.
// With rediss TLS is spoken, and the certificate is checked. Of several hosts without Sentinel the first that answers
// as a primary is taken.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "io/loop.h"

namespace tapri::config {

struct RedisUrl {
  std::vector<io::Address> addresses;  // of Redis, or of its Sentinels
  std::string sentinel_name;           // of the primary, as Sentinel knows it; empty: no Sentinel
  std::string user;
  std::string password;  // secret
  unsigned database = 0;
  bool cluster = false;  // addresses are of some of its servers
  bool tls = false;
};

[[nodiscard]] Result<RedisUrl> parse_redis_url(std::string_view url);

}  // namespace tapri::config
