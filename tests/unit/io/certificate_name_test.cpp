#include "io/detail/certificate_name.h"

#include <gtest/gtest.h>

namespace tapri::io::detail {
namespace {

using namespace std::string_view_literals;

TEST(CertificateNameTest, NamesMatchWhole) {
  EXPECT_TRUE(name_matches("db.example", "DB.Example"));
  EXPECT_FALSE(name_matches("db.example", "db.example."));
  EXPECT_FALSE(name_matches("db.example", "b.example"));
  EXPECT_FALSE(name_matches("", ""));
  EXPECT_FALSE(name_matches("db.example\0.evil"sv, "db.example"));
  EXPECT_FALSE(name_matches("db.example\0.evil"sv, "db.example\0.evil"sv));
}

TEST(CertificateNameTest, AWildcardIsTheFirstLabelAndStandsForOne) {
  EXPECT_TRUE(name_matches("*.example.com", "db.example.com"));
  EXPECT_TRUE(name_matches("*.internal", "DB.INTERNAL"));
  EXPECT_FALSE(name_matches("*.example.com", "a.b.example.com"));
  EXPECT_FALSE(name_matches("*.example.com", "example.com"));
  EXPECT_FALSE(name_matches("*.example.com", ".example.com"));
  EXPECT_FALSE(name_matches("d*.example.com", "db.example.com"));
  EXPECT_FALSE(name_matches("db.*.com", "db.example.com"));
  EXPECT_FALSE(name_matches("*", "db"));
  EXPECT_FALSE(name_matches("*.", "db."));
}

TEST(CertificateNameTest, AddressesOfBothVersions) {
  EXPECT_TRUE(is_ip_literal("127.0.0.1"));
  EXPECT_TRUE(is_ip_literal("::1"));
  EXPECT_FALSE(is_ip_literal("db.example"));
  EXPECT_FALSE(is_ip_literal(""));
}

}  // namespace
}  // namespace tapri::io::detail
