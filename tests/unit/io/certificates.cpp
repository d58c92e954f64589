#include "unit/io/certificates.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace tapri::io::test {
namespace {

void check(bool good, const char* what) {
  if (good) return;
  ADD_FAILURE() << "OpenSSL: " << what;
  std::abort();
}

KeyPtr make_key(const std::string& type) {
  EVP_PKEY* key = nullptr;
  if (type == "EC") key = EVP_EC_gen("P-256");
  if (type == "RSA") key = EVP_RSA_gen(2048);
  if (type == "ED25519") key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  check(key != nullptr, "key");
  return KeyPtr(key);
}

using File = std::unique_ptr<FILE, int (*)(FILE*)>;
File open_file(const std::string& path, const char* mode) {
  File file(std::fopen(path.c_str(), mode), std::fclose);
  check(file != nullptr, path.c_str());
  return file;
}

void add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
  check(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1, value.c_str());
  X509_EXTENSION_free(extension);
}

CertificatePtr make_certificate(EVP_PKEY* key, const std::string& name) {
  static std::atomic<long> serial = 0;
  CertificatePtr certificate(X509_new());
  X509* raw = certificate.get();
  X509_set_version(raw, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(raw), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(raw), -3600);
  X509_gmtime_adj(X509_getm_notAfter(raw), 3600);
  check(X509_set_pubkey(raw, key) == 1, "set_pubkey");
  check(X509_NAME_add_entry_by_txt(X509_get_subject_name(raw), "CN", MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0) == 1,
        "name");
  return certificate;
}

// Ed25519 signs without a digest of its own.
const EVP_MD* signing_digest(EVP_PKEY* key, const std::string& digest) {
  return EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 ? nullptr : EVP_get_digestbyname(digest.c_str());
}

void write_certificate(const std::string& path, X509* certificate) {
  check(PEM_write_X509(open_file(path, "w").get(), certificate) == 1, "write certificate");
}

}  // namespace

Authority::Authority(std::string folder, const std::string& name, const std::string& key_type)
    : folder_(std::move(folder)), name_(name), file_(folder_ + "/" + name + ".pem"), key_(make_key(key_type)) {
  certificate_ = make_certificate(key_.get(), name);
  X509* raw = certificate_.get();
  X509_set_issuer_name(raw, X509_get_subject_name(raw));
  add_extension(raw, raw, NID_basic_constraints, "critical,CA:TRUE");
  check(X509_sign(raw, key_.get(), signing_digest(key_.get(), "SHA256")) > 0, "sign");
  write_certificate(file_, raw);
}

CertificateFiles Authority::issue(const CertificateOptions& options) const {
  const KeyPtr key = make_key(options.key);
  const CertificatePtr certificate = make_certificate(key.get(), options.name);
  X509* raw = certificate.get();
  X509_set_issuer_name(raw, X509_get_subject_name(certificate_.get()));
  if (!options.alternative.empty()) add_extension(raw, certificate_.get(), NID_subject_alt_name, options.alternative);
  check(X509_sign(raw, key_.get(), signing_digest(key_.get(), options.digest)) > 0, "sign");
  static std::atomic<int> count = 0;
  const std::string base = folder_ + "/" + name_ + std::to_string(++count);
  write_certificate(base + ".crt", raw);
  check(
      PEM_write_PrivateKey(open_file(base + ".key", "w").get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
      "write key");
  return {base + ".crt", base + ".key"};
}

std::string file_digest(const std::string& certificate_file, const std::string& digest) {
  const CertificatePtr certificate(PEM_read_X509(open_file(certificate_file, "r").get(), nullptr, nullptr, nullptr));
  check(certificate != nullptr, "read certificate");
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  check(X509_digest(certificate.get(), EVP_get_digestbyname(digest.c_str()), hash.data(), &size) == 1, "digest");
  return {reinterpret_cast<const char*>(hash.data()), size};
}

}  // namespace tapri::io::test
