// Keys and certificates made for one test, as PEM files.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace tapri::io::test {

struct FreeOpenSsl {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeOpenSsl>;
using CertificatePtr = std::unique_ptr<X509, FreeOpenSsl>;

struct CertificateOptions {
  std::string name = "tapri test";
  std::string alternative;        // subjectAltName, as "DNS:db.example,IP:127.0.0.1"
  std::string key = "EC";         // or "RSA", "ED25519"
  std::string digest = "SHA256";  // of the signature, which is the authority's
};

struct CertificateFiles {
  std::string certificate;
  std::string key;
};

// A certificate authority of its own.
class Authority {
 public:
  // `folder` is where the files go; `name` tells them apart.
  Authority(std::string folder, const std::string& name, const std::string& key_type = "EC");
  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] CertificateFiles issue(const CertificateOptions& options) const;

 private:
  std::string folder_;
  std::string name_;
  std::string file_;
  KeyPtr key_;
  CertificatePtr certificate_;
};

// The digest of a certificate file's DER form.
[[nodiscard]] std::string file_digest(const std::string& certificate_file, const std::string& digest);

}  // namespace tapri::io::test
