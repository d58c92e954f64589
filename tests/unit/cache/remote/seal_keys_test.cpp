#include "cache/remote/seal_keys.h"

#include <gmock/gmock.h>

namespace tapri::cache::remote {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kDigits = "00ff" + std::string(56, '5') + "AbC9";

std::string error_of(const std::string& text) {
  const auto keys = SealKeys::parse(text, "seal.keys");
  return keys ? std::string() : keys.error().message;
}

TEST(SealKeys, TheFirstSealsAndAllAreFound) {
  const auto keys = SealKeys::parse(
      "# new\n 7\t" + kDigits + " \r\n\n0 " + std::string(64, '1') + "\n4294967295 " + std::string(64, '2'),
      "seal.keys");
  ASSERT_TRUE(keys) << keys.error().message;
  EXPECT_EQ((*keys)->first().id, 7U);
  EXPECT_EQ((*keys)->first().bytes[0], 0x00);
  EXPECT_EQ((*keys)->first().bytes[1], 0xff);
  EXPECT_EQ((*keys)->first().bytes[2], 0x55);
  EXPECT_EQ((*keys)->first().bytes[30], 0xab);
  EXPECT_EQ((*keys)->first().bytes[31], 0xc9);
  ASSERT_NE((*keys)->find(0), nullptr);
  EXPECT_EQ((*keys)->find(0)->bytes[31], 0x11);
  ASSERT_NE((*keys)->find(4294967295), nullptr);
  EXPECT_EQ((*keys)->find(1), nullptr);
}

TEST(SealKeys, WhatIsNoKeyIsRefusedWithItsLineAndWithoutItsDigits) {
  for (const std::string& line :
       {kDigits, "x " + kDigits, "-1 " + kDigits, "4294967296 " + kDigits, "1" + kDigits, std::string("1"),
        "1 " + kDigits + "0", "1 " + kDigits.substr(1), "1 " + kDigits + " 2", "1 " + std::string(63, '5') + "g"}) {
    const std::string error = error_of("1 " + kDigits + "\n" + line + "\n");
    EXPECT_THAT(error, HasSubstr("seal.keys:2: expected")) << line;
    EXPECT_THAT(error, Not(HasSubstr("555")));
  }
}

TEST(SealKeys, NoneTwoOfOneIdAndTooManyAreRefused) {
  EXPECT_THAT(error_of("\n# nothing\n"), HasSubstr("no key"));
  EXPECT_THAT(error_of("1 " + kDigits + "\n2 " + kDigits + "\n1 " + kDigits),
              HasSubstr("seal.keys:3: the key 1 is given twice"));
  std::string many;
  for (std::size_t i = 0; i < SealKeys::kMaxKeys; ++i) many += std::to_string(i) + " " + kDigits + "\n";
  EXPECT_EQ(error_of(many), "");
  EXPECT_THAT(error_of(many + "1000 " + kDigits), HasSubstr("more than 64 keys"));
}

}  // namespace
}  // namespace tapri::cache::remote
