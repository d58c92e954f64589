// An SSL_CTX and what it is for.
//
// Thread-safety: immutable once made.
#pragma once

#include <openssl/ssl.h>

#include <memory>

#include "io/tls.h"

namespace tapri::io::detail {

struct FreeSslContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslContextPtr = std::unique_ptr<SSL_CTX, FreeSslContext>;

class OpenSslContext final : public TlsContext {
 public:
  OpenSslContext(SslContextPtr context, bool is_server, bool checks_name)
      : context_(std::move(context)), is_server_(is_server), checks_name_(checks_name) {}

  // SSL_new() counts a reference on it, which is no change that could be seen.
  [[nodiscard]] SSL_CTX* get() const { return context_.get(); }
  [[nodiscard]] bool is_server() const { return is_server_; }
  // Client: the certificate must be for the host that is connected to (verify-full).
  [[nodiscard]] bool checks_name() const { return checks_name_; }

 private:
  SslContextPtr context_;
  bool is_server_;
  bool checks_name_;
};

}  // namespace tapri::io::detail
