// An upstream's URL, as libpq spells it (https://www.postgresql.org/docs/current/libpq-connect.html, 34.1.1.2).
//
//   postgres[ql]://[user[:password]@][host][:port][/database][?key=value&...]
//
// A host that begins with / (percent-encoded in the authority, plain in ?host=) is a Unix socket's folder. Keys: host,
// port, user, password, dbname, sslmode, sslrootcert, sslcert, sslkey, connect_timeout (seconds).
//
// Thread-safety: pure functions.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "io/loop.h"
#include "io/tls.h"

namespace tapri::config {

struct Upstream {
  io::Address address;   // where there is no host: libpq's default socket folder
  std::string host;      // for TLS: the name to verify; empty for Unix sockets
  std::string user;      // for the control connection; empty: as libpq does, the name of the operating system's user
  std::string password;  // secret; likewise
  std::string database;  // empty: as libpq does, the user's name
  io::TlsClientConfig tls;
  Duration connect_timeout = std::chrono::seconds(30);
};

// `defaults` are taken where the URL does not say.
[[nodiscard]] Result<Upstream> parse_upstream(std::string_view url, const Upstream& defaults = {});

// The URL with its password (and that of ?password=) replaced by ***. Meant for what parse_upstream() refuses too: what
// cannot be told apart is masked.
[[nodiscard]] std::string mask_url(std::string_view url);

}  // namespace tapri::config
