#include "io/detail/tls_context.h"

#include <openssl/err.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "io/detail/tls_error.h"

namespace tapri::io {
namespace {

using detail::OpenSslContext;
using detail::SslContextPtr;

// ALPN's wire form: one length byte, then the protocol id that IANA lists for PostgreSQL.
constexpr std::array<unsigned char, 11> kAlpn = {10, 'p', 'o', 's', 't', 'g', 'r', 'e', 's', 'q', 'l'};

// A client that speaks ALPN but not ours is refused, as by PostgreSQL: that defeats cross-protocol attacks.
int select_alpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                unsigned int offered_size, void*) {
  unsigned char* selected = nullptr;
  const int result = SSL_select_next_proto(&selected, out_size, kAlpn.data(), kAlpn.size(), offered, offered_size);
  *out = selected;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// An encrypted key cannot be opened: a service has no one to ask.
int no_passphrase(char*, int, int, void*) { return 0; }

Result<SslContextPtr> make_context(const SSL_METHOD* method) {
  ERR_clear_error();
  SslContextPtr context(SSL_CTX_new(method));
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1)
    return fail("cannot set up TLS: " + detail::take_tls_error_text());
  // Tickets and session caches help no PostgreSQL client and cost bytes and memory; PostgreSQL switches them off too.
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_default_passwd_cb(context.get(), no_passphrase);
  return context;
}

Result<void> load_certificate(SSL_CTX* context, const std::string& certificate_file, const std::string& key_file) {
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1)
    return fail("cannot load the TLS certificate " + certificate_file + ": " + detail::take_tls_error_text());
  const std::string& key = key_file.empty() ? certificate_file : key_file;
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1)
    return fail("cannot load the TLS key " + key + ": " + detail::take_tls_error_text());
  if (SSL_CTX_check_private_key(context) != 1)
    return fail("the TLS key " + key + " does not belong to " + certificate_file);
  return {};
}

Result<void> load_authorities(SSL_CTX* context, const std::string& ca_file) {
  if (SSL_CTX_load_verify_file(context, ca_file.c_str()) != 1)
    return fail("cannot load the TLS authorities " + ca_file + ": " + detail::take_tls_error_text());
  return {};
}

// sslmode's meanings are libpq's: with authorities given, every mode checks the chain.
Result<void> set_verification(SSL_CTX* context, const TlsClientConfig& config) {
  const bool must_verify = config.mode == SslMode::verify_ca || config.mode == SslMode::verify_full;
  if (!config.ca_file.empty()) {
    if (auto loaded = load_authorities(context, config.ca_file); !loaded) return loaded;
  } else if (must_verify && SSL_CTX_set_default_verify_paths(context) != 1) {
    return fail("cannot load the system's TLS authorities: " + detail::take_tls_error_text());
  }
  const bool verifies = must_verify || !config.ca_file.empty();
  SSL_CTX_set_verify(context, verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  return {};
}

}  // namespace

Result<SslMode> parse_ssl_mode(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, SslMode>, 6> kModes = {{
      {"disable", SslMode::disable},
      {"allow", SslMode::allow},
      {"prefer", SslMode::prefer},
      {"require", SslMode::require},
      {"verify-ca", SslMode::verify_ca},
      {"verify-full", SslMode::verify_full},
  }};
  const auto* found = std::find_if(kModes.begin(), kModes.end(), [&](const auto& mode) { return mode.first == text; });
  if (found == kModes.end())
    return fail("\"" + std::string(text) +
                "\" is no sslmode: use disable, allow, prefer, require, verify-ca or verify-full");
  return found->second;
}

std::string system_authorities_file() {
  const char* const named = ::secure_getenv(X509_get_default_cert_file_env());
  if (named != nullptr && *named != '\0') return named;
  const char* const usual = X509_get_default_cert_file();
  return ::access(usual, R_OK) == 0 ? usual : "/etc/ssl/certs/ca-certificates.crt";
}

Result<std::shared_ptr<const TlsContext>> make_tls_server(const TlsServerConfig& config) {
  auto context = make_context(TLS_server_method());
  if (!context) return tl::unexpected(context.error());
  SSL_CTX* raw = context->get();
  if (auto loaded = load_certificate(raw, config.certificate_file, config.key_file); !loaded)
    return tl::unexpected(loaded.error());
  if (!config.client_ca_file.empty()) {
    if (auto loaded = load_authorities(raw, config.client_ca_file); !loaded) return tl::unexpected(loaded.error());
    // Names the authorities to the client, so that it can pick the right certificate.
    SSL_CTX_set_client_CA_list(raw, SSL_load_client_CA_file(config.client_ca_file.c_str()));
    SSL_CTX_set_verify(raw, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  SSL_CTX_set_options(raw, SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_alpn_select_cb(raw, select_alpn, nullptr);
  return std::make_shared<const OpenSslContext>(std::move(*context), true, false);
}

Result<std::shared_ptr<const TlsContext>> make_tls_client(const TlsClientConfig& config) {
  auto context = make_context(TLS_client_method());
  if (!context) return tl::unexpected(context.error());
  SSL_CTX* raw = context->get();
  if (!config.certificate_file.empty()) {
    if (auto loaded = load_certificate(raw, config.certificate_file, config.key_file); !loaded)
      return tl::unexpected(loaded.error());
  }
  if (auto set = set_verification(raw, config); !set) return tl::unexpected(set.error());
  // Zero is success here, unlike everywhere else in OpenSSL.
  if (SSL_CTX_set_alpn_protos(raw, kAlpn.data(), kAlpn.size()) != 0)
    return fail("cannot set up TLS: " + detail::take_tls_error_text());
  return std::make_shared<const OpenSslContext>(std::move(*context), false, config.mode == SslMode::verify_full);
}

}  // namespace tapri::io
