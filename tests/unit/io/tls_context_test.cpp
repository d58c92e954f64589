#include <gtest/gtest.h>

#include <fstream>

#include "io/tls.h"
#include "unit/io/certificates.h"
#include "unit/io/harness.h"

namespace tapri::io::test {
namespace {

TEST(SslModes, AreLibpqs) {
  EXPECT_EQ(parse_ssl_mode("disable").value(), SslMode::disable);
  EXPECT_EQ(parse_ssl_mode("allow").value(), SslMode::allow);
  EXPECT_EQ(parse_ssl_mode("prefer").value(), SslMode::prefer);
  EXPECT_EQ(parse_ssl_mode("require").value(), SslMode::require);
  EXPECT_EQ(parse_ssl_mode("verify-ca").value(), SslMode::verify_ca);
  EXPECT_EQ(parse_ssl_mode("verify-full").value(), SslMode::verify_full);
  for (const char* text : {"", "verify_full", "Require", "require "}) EXPECT_FALSE(parse_ssl_mode(text)) << text;
}

class TlsFiles : public testing::Test {
 protected:
  TempFolder folder_;
  Authority authority_{folder_.file(""), "ca"};
  CertificateFiles files_ = authority_.issue({});
};

TEST_F(TlsFiles, GoodOnesAreTaken) {
  EXPECT_TRUE(make_tls_server({files_.certificate, files_.key, ""}));
  EXPECT_TRUE(make_tls_server({files_.certificate, files_.key, authority_.file()}));
  EXPECT_TRUE(make_tls_client({SslMode::verify_full, authority_.file(), files_.certificate, files_.key}));
  EXPECT_TRUE(make_tls_client({SslMode::verify_full, "", "", ""}));
  EXPECT_TRUE(make_tls_client({}));
}

TEST_F(TlsFiles, MissingOnesAreNamed) {
  const std::string none = folder_.file("none.pem");
  const auto expect_named = [&](const auto& result) {
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().message.find(none), std::string::npos) << result.error().message;
  };
  expect_named(make_tls_server({none, files_.key, ""}));
  expect_named(make_tls_server({files_.certificate, none, ""}));
  expect_named(make_tls_server({files_.certificate, files_.key, none}));
  expect_named(make_tls_client({SslMode::require, none, "", ""}));
  expect_named(make_tls_client({SslMode::require, "", none, files_.key}));
}

TEST_F(TlsFiles, MissingOnesSayWhy) {
  const auto result = make_tls_server({folder_.file("none.pem"), files_.key, ""});
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("No such file"), std::string::npos) << result.error().message;
}

TEST_F(TlsFiles, KeyOfAnotherCertificateIsRefused) {
  const CertificateFiles other = authority_.issue({});
  const auto result = make_tls_server({files_.certificate, other.key, ""});
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find(other.key), std::string::npos) << result.error().message;
}

TEST_F(TlsFiles, GarbageIsRefused) {
  const std::string garbage = folder_.file("garbage.pem");
  std::ofstream(garbage) << "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n";
  EXPECT_FALSE(make_tls_server({garbage, files_.key, ""}));
  EXPECT_FALSE(make_tls_client({SslMode::verify_ca, garbage, "", ""}));
}

}  // namespace
}  // namespace tapri::io::test
