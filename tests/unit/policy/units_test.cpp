#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "policy/rules.h"

namespace tapri::policy {
namespace {

using namespace std::chrono_literals;

TEST(Durations, EveryUnit) {
  EXPECT_EQ(parse_duration("100us").value(), 100us);
  EXPECT_EQ(parse_duration("250ms").value(), 250ms);
  EXPECT_EQ(parse_duration("30s").value(), 30s);
  EXPECT_EQ(parse_duration("10m").value(), 10min);
  EXPECT_EQ(parse_duration("12h").value(), 12h);
  EXPECT_EQ(parse_duration("7d").value(), 7 * 24h);
  EXPECT_EQ(parse_duration("0s").value(), 0s);
  EXPECT_EQ(parse_duration("007s").value(), 7s);
}

TEST(Durations, OthersAreRefused) {
  for (const char* text : {"", "s", "10", "10 s", " 10s", "10s ", "-1s", "+1s", "1.5h", "1h30m", "10S", "10ns", "1e3s",
                           "0x1s", "none", "m10"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(Durations, ALongerOneThanACenturyIsRefusedWithoutOverflow) {
  EXPECT_EQ(parse_duration("36500d").value(), 36500 * 24h);
  for (const char* text : {"36501d", "18446744073709551615ms", "18446744073709551616s", "99999999999999999999999d"}) {
    const auto duration = parse_duration(text);
    ASSERT_FALSE(duration) << text;
    EXPECT_NE(duration.error().message.find("at most 36500d"), std::string::npos) << duration.error().message;
  }
}

TEST(Sizes, EveryUnit) {
  EXPECT_EQ(parse_size("512B").value(), 512U);
  EXPECT_EQ(parse_size("64KiB").value(), 65536U);
  EXPECT_EQ(parse_size("1MiB").value(), 1048576U);
  EXPECT_EQ(parse_size("2GiB").value(), 2147483648U);
  EXPECT_EQ(parse_size("1024GiB").value(), 1ULL << 40U);
}

TEST(Sizes, OthersAreRefused) {
  for (const char* text :
       {"", "1", "1MB", "1M", "1mib", "1 MiB", "-1B", "1.5MiB", "1025GiB", "18446744073709551616B"}) {
    EXPECT_FALSE(parse_size(text)) << text;
  }
}

TEST(Percentages, FromNoneToAll) {
  EXPECT_DOUBLE_EQ(parse_percentage("0%").value(), 0);
  EXPECT_DOUBLE_EQ(parse_percentage("10%").value(), 0.1);
  EXPECT_DOUBLE_EQ(parse_percentage("2.5%").value(), 0.025);
  EXPECT_DOUBLE_EQ(parse_percentage("100%").value(), 1);
}

TEST(Percentages, OthersAreRefused) {
  for (const char* text : {"", "%", "10", "0.1", "-1%", "+1%", "101%", "100.1%", "1e1%", "inf%", "nan%", ".5%", "5.%",
                           "1.2.3%", ".%", "10%%", "10 %"}) {
    EXPECT_FALSE(parse_percentage(text)) << text;
  }
}

TEST(Units, AMessageShowsWhatItGotCutShort) {
  EXPECT_EQ(parse_duration("a\nb").error().message,
            R"(expected a duration such as "250ms", "30s", "10m", "12h" or "7d", got "a\x0ab")");
  const std::string message = parse_size(std::string(1000, 'x')).error().message;
  EXPECT_LT(message.size(), 200U);
  EXPECT_TRUE(message.ends_with("...\""));
}

}  // namespace
}  // namespace tapri::policy
