// Whether a certificate is for a host, by libpq's rules and not by OpenSSL's, which are stricter where the host is an
// address or a wildcard stands before a name of one label.
//
// The rules are those of PostgreSQL 15 (interfaces/libpq/fe-secure-common.c and fe-secure-openssl.c): each alternative
// name that is a DNS name or an address may match, also a DNS name that spells an address. The common name counts only
// where there is no alternative name of the host's own kind. A wildcard is a whole label, the first, and stands for one
// label.
//
// Thread-safety: pure.
#pragma once

#include <openssl/x509.h>

#include <string>
#include <string_view>

namespace tapri::io::detail {

// Hosts are compared without regard to case; a name with a zero byte in it matches nothing.
[[nodiscard]] bool certificate_is_for(X509& certificate, const std::string& host);
[[nodiscard]] bool name_matches(std::string_view name, std::string_view host);
[[nodiscard]] bool is_ip_literal(const std::string& host);

}  // namespace tapri::io::detail
