#include <gtest/gtest.h>

#include "io/loop.h"

namespace tapri::io {
namespace {

TEST(ParseAddress, TakesHostAndPort) {
  const auto address = parse_address("db.example.com:5432");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->host, "db.example.com");
  EXPECT_EQ(address->port, 5432);
  EXPECT_EQ(address->unix_path, "");
  EXPECT_EQ(address->text(), "db.example.com:5432");
}

TEST(ParseAddress, TakesBracketedV6) {
  const auto address = parse_address("[::1]:0");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->host, "::1");
  EXPECT_EQ(address->port, 0);
  EXPECT_EQ(address->text(), "[::1]:0");
}

TEST(ParseAddress, TakesUnixPaths) {
  for (const char* text : {"unix:/run/tapri.sock", "/run/tapri.sock"}) {
    const auto address = parse_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->unix_path, "/run/tapri.sock");
    EXPECT_EQ(address->text(), "unix:/run/tapri.sock");
  }
}

TEST(ParseAddress, TakesTheHighestPortAndNoHigher) {
  EXPECT_TRUE(parse_address("h:65535"));
  EXPECT_FALSE(parse_address("h:65536"));
}

TEST(ParseAddress, SaysThatAllInterfacesMustBeExplicit) {
  const auto address = parse_address(":5432");
  ASSERT_FALSE(address);
  EXPECT_NE(address.error().message.find("127.0.0.1"), std::string::npos);
}

class BadAddress : public testing::TestWithParam<std::string_view> {};
TEST_P(BadAddress, IsRefusedWithItsText) {
  const auto address = parse_address(GetParam());
  ASSERT_FALSE(address);
  EXPECT_NE(address.error().message.find(GetParam()), std::string::npos) << address.error().message;
}
INSTANTIATE_TEST_SUITE_P(Forms, BadAddress,
                         testing::Values("", "host", "host:", "host:abc", "host:-1", "host:+1", "host: 1", "host:1 ",
                                         "host:99999999999999999999", "::1:5432", "[::1]", "[::1]5432", "[::1:5432",
                                         "[]:1", "unix:", "unix:relative", "a/b:1", "a b:1"));

TEST(ParseAddress, RefusesZeroBytes) {
  EXPECT_FALSE(parse_address(std::string_view("/run/a\0b", 8)));
  EXPECT_FALSE(parse_address(std::string_view("a\0b:1", 5)));
}

}  // namespace
}  // namespace tapri::io
