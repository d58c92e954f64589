// TLS settings of one leg, made into an OpenSSL context once and shared by its streams.
//
// Thread-safety: immutable once made; any thread.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace tapri::io {

// The client leg: Tapri is the server. TLS 1.2 and up.
struct TlsServerConfig {
  std::string certificate_file;  // PEM chain
  std::string key_file;          // PEM
  std::string client_ca_file;    // not empty: clients must show a certificate signed by it
};

// The upstream leg, with libpq's meanings of sslmode (verify_ca, verify_full check the chain; verify_full the name
// too).
enum class SslMode : unsigned char { disable, allow, prefer, require, verify_ca, verify_full };
[[nodiscard]] Result<SslMode> parse_ssl_mode(std::string_view text);
struct TlsClientConfig {
  SslMode mode = SslMode::prefer;
  std::string ca_file;           // empty: the system's, for verify_*
  std::string certificate_file;  // shown to the server, if it asks
  std::string key_file;
};

// Where the system keeps the authorities that an empty ca_file means, as one file for those who want one: OpenSSL's own
// place (SSL_CERT_FILE comes first), else Debian's.
[[nodiscard]] std::string system_authorities_file();

class TlsContext {
 public:
  virtual ~TlsContext() = default;
};
// ALPN "postgresql" is offered and accepted.
[[nodiscard]] Result<std::shared_ptr<const TlsContext>> make_tls_server(const TlsServerConfig& config);
[[nodiscard]] Result<std::shared_ptr<const TlsContext>> make_tls_client(const TlsClientConfig& config);

}  // namespace tapri::io
