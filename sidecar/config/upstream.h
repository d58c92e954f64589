// An upstream's URL, as libpq spells it (https://www.postgresql.org/docs/current/libpq-connect.html, 34.1.1.2), for
// MySQL and MariaDB too.
//
//   postgres[ql]://[user[:password]@][host][:port][/database][?key=value&...]
//   mysql|mariadb://...
//
// A host that begins with / (percent-encoded in the authority, plain in ?host=) is a Unix socket's folder; of MySQL the
// socket itself. Keys: host, port, user, password, dbname, sslmode, sslrootcert, sslcert, sslkey, connect_timeout
// (seconds); of MySQL also socket, ssl-mode, ssl-ca, ssl-cert and ssl-key as its own programs have them
// (https://dev.mysql.com/doc/refman/8.4/en/connecting-using-uri-or-key-value-pairs.html).
//
// Thread-safety: pure functions.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/protocol.h"
#include "base/result.h"
#include "io/loop.h"
#include "io/tls.h"

namespace tapri::config {

struct Upstream {
  Protocol protocol = Protocol::postgres;
  io::Address address;   // where there is no host: the default socket
  std::string host;      // for TLS: the name to verify; empty for Unix sockets
  std::string user;      // for the control connection; empty: as libpq does, the name of the operating system's user
  std::string password;  // secret; likewise
  std::string database;  // empty: as libpq does, the user's name
  io::TlsClientConfig tls;
  Duration connect_timeout = std::chrono::seconds(30);
};

// What the URL's scheme says; nullopt: it is none of ours.
[[nodiscard]] std::optional<Protocol> protocol_of(std::string_view url);
// `defaults` are taken where the URL does not say.
[[nodiscard]] Result<Upstream> parse_upstream(std::string_view url, const Upstream& defaults = {});

// The URL with its password (and that of ?password=) replaced by ***. Meant for what parse_upstream() refuses too: what
// cannot be told apart is masked.
[[nodiscard]] std::string mask_url(std::string_view url);

}  // namespace tapri::config
