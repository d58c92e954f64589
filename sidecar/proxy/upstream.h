// Where the database of a listener is.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/protocol.h"
#include "io/loop.h"
#include "io/tls.h"

namespace tapri::proxy {

struct UpstreamTarget {
  Protocol protocol = Protocol::postgres;
  io::Address address;
  std::string host;  // for TLS: SNI and verification
  io::SslMode mode = io::SslMode::prefer;
  std::shared_ptr<const io::TlsContext> tls;  // null where mode is disable
  Duration connect_timeout = std::chrono::seconds(10);
};

}  // namespace tapri::proxy
