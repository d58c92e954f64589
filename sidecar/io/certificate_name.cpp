#include "io/detail/certificate_name.h"

#include <arpa/inet.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <memory>

namespace tapri::io::detail {
namespace {

// Neither the locale's letters nor any beyond ASCII.
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_ignoring_case(std::string_view one, std::string_view other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

std::string_view bytes_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

// The host's address as a certificate holds one: 4 or 16 bytes; empty: it is none.
std::string address_bytes(const std::string& host) {
  std::array<char, sizeof(in6_addr)> bytes{};
  // inet_aton, as libpq: "127.1" is an address too.
  if (in_addr address{}; inet_aton(host.c_str(), &address) != 0) {
    return {reinterpret_cast<const char*>(&address), sizeof address};
  }
  return inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1 ? std::string(bytes.data(), bytes.size()) : std::string();
}

bool common_name_matches(X509& certificate, const std::string& host) {
  const X509_NAME* subject = X509_get_subject_name(&certificate);
  const int index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (index < 0) return false;
  return name_matches(bytes_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index))), host);
}

struct FreeNames {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

}  // namespace

bool is_ip_literal(const std::string& host) { return !address_bytes(host).empty(); }

bool name_matches(std::string_view name, std::string_view host) {
  if (name.find('\0') != std::string_view::npos || host.empty()) return false;
  if (equal_ignoring_case(name, host)) return true;
  if (name.size() < 3 || !name.starts_with("*.") || name.size() > host.size()) return false;
  const std::size_t starred = host.size() - name.size() + 1;
  return equal_ignoring_case(name.substr(1), host.substr(starred)) && host.find('.') == starred;
}

bool certificate_is_for(X509& certificate, const std::string& host) {
  const std::string address = address_bytes(host);
  const int own_kind = address.empty() ? GEN_DNS : GEN_IPADD;
  const std::unique_ptr<GENERAL_NAMES, FreeNames> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  bool has_own_kind = false;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    has_own_kind = has_own_kind || name->type == own_kind;
    if (name->type == GEN_DNS) {
      const std::string_view text = bytes_of(name->d.dNSName);
      if (text.find('\0') != std::string_view::npos) return false;  // libpq's error: somebody tries something
      if (name_matches(text, host)) return true;
    } else if (name->type == GEN_IPADD) {
      if (!address.empty() && bytes_of(name->d.iPAddress) == address) return true;
    }
  }
  return !has_own_kind && common_name_matches(certificate, host);
}

}  // namespace tapri::io::detail
