#include "io/detail/tls_error.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace tapri::io::detail {
namespace {

// Values are OpenSSL's packed error codes. A code of the system's library carries an errno and keeps its own category.
class TlsCategory final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "tls"; }
  [[nodiscard]] std::string message(int value) const override {
    if (value == 0) return "TLS: failed";
    const char* reason = ERR_reason_error_string(static_cast<unsigned long>(value));
    if (reason == nullptr) return "TLS: error " + std::to_string(value);
    return std::string("TLS: ") + reason;
  }
};

class CertificateCategory final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "certificate"; }
  [[nodiscard]] std::string message(int value) const override {
    return std::string("TLS: certificate not accepted: ") + X509_verify_cert_error_string(value);
  }
};

class PolicyCategory final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "tls policy"; }
  [[nodiscard]] std::string message(int) const override { return "TLS: direct connection without ALPN"; }
};

const TlsCategory kTls;
const CertificateCategory kCertificate;
const PolicyCategory kPolicy;

}  // namespace

std::error_code take_tls_error() {
  const unsigned long first = ERR_get_error();
  ERR_clear_error();
  if (first != 0 && ERR_SYSTEM_ERROR(first)) return {ERR_GET_REASON(first), std::system_category()};
  if (first == 0) return {static_cast<int>(ERR_PACK(ERR_LIB_SSL, 0, ERR_R_INTERNAL_ERROR)), kTls};
  return {static_cast<int>(first), kTls};
}

std::error_code tls_truncated() {
  return {static_cast<int>(ERR_PACK(ERR_LIB_SSL, 0, SSL_R_UNEXPECTED_EOF_WHILE_READING)), kTls};
}

std::error_code certificate_error(long verify_result) { return {static_cast<int>(verify_result), kCertificate}; }

std::error_code tls_without_alpn() { return {1, kPolicy}; }

std::string take_tls_error_text() { return take_tls_error().message(); }

}  // namespace tapri::io::detail
