// OpenSSL's errors as std::error_code, in words for a log line.
//
// Thread-safety: any thread.
#pragma once

#include <string>
#include <system_error>

namespace tapri::io::detail {

// Takes the oldest error of this thread's OpenSSL queue and empties it. Never success.
[[nodiscard]] std::error_code take_tls_error();
// The transport ended without TLS's own end (close_notify): what came may have been cut off.
[[nodiscard]] std::error_code tls_truncated();
// `verify_result` is an X509_V_ERR_* value.
[[nodiscard]] std::error_code certificate_error(long verify_result);
// The TLS handshake of a connection that began without SSLRequest must agree on ALPN.
[[nodiscard]] std::error_code tls_without_alpn();
// The text of the same, for Result's Error at start-up.
[[nodiscard]] std::string take_tls_error_text();

}  // namespace tapri::io::detail
