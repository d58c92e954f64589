#include "config/tiers.h"

#include <gtest/gtest.h>

#include <chrono>

namespace tapri::config {
namespace {

using namespace std::chrono_literals;

std::vector<Tier> parsed(const std::vector<std::string>& texts) {
  auto tiers = parse_tiers(texts, 1h);
  EXPECT_TRUE(tiers) << tiers.error().message;
  return tiers ? *tiers : std::vector<Tier>();
}

std::string refusal_of(const std::vector<std::string>& texts) {
  const auto tiers = parse_tiers(texts, 1h);
  const std::string message = tiers ? "taken" : tiers.error().message;
  EXPECT_EQ(message.find("hush"), std::string::npos) << message;
  return message;
}

TEST(TiersTest, WithoutAnyRedisUrlIsTheOnlyOne) {
  const std::vector<Tier> tiers = parsed({});
  ASSERT_EQ(tiers.size(), 1U);
  EXPECT_EQ(tiers[0].name, "redis");
  EXPECT_EQ(tiers[0].server, std::nullopt);
  EXPECT_EQ(tiers[0].max_ttl, Duration(1h));
  EXPECT_TRUE(tiers[0].promote);
}

TEST(TiersTest, EachHasAServerATimeAndSaysWhatItTakes) {
  const std::vector<Tier> tiers = parsed({"near=rediss://u:p@n:6380/2?promote=false&max_ttl=5m",
                                          "sock=redis+unix:///run/r.sock?max_ttl=2m&db=4", "redis?max_ttl=3d"});
  ASSERT_EQ(tiers.size(), 3U);
  EXPECT_EQ(tiers[0].name, "near");
  ASSERT_TRUE(tiers[0].server);
  EXPECT_EQ(tiers[0].server->addresses.at(0).text(), "n:6380");
  EXPECT_EQ(tiers[0].server->password, "p");
  EXPECT_EQ(tiers[0].server->database, 2U);
  EXPECT_TRUE(tiers[0].server->tls);
  EXPECT_EQ(tiers[0].max_ttl, Duration(5min));
  EXPECT_FALSE(tiers[0].promote);
  ASSERT_TRUE(tiers[1].server);
  EXPECT_EQ(tiers[1].server->addresses.at(0).unix_path, "/run/r.sock");
  EXPECT_EQ(tiers[1].server->database, 4U);
  EXPECT_EQ(tiers[1].max_ttl, Duration(2min));
  EXPECT_TRUE(tiers[1].promote);
  EXPECT_EQ(tiers[2].name, "redis");
  EXPECT_FALSE(tiers[2].server);
  EXPECT_EQ(tiers[2].max_ttl, Duration(72h));
}

TEST(TiersTest, SaysWhatIsWrongAndNothingOfAUrl) {
  const std::string form =
      "expected NAME=redis://..., its name of 1 to 32 letters, digits and _ . -; or redis, for redis.url";
  EXPECT_EQ(refusal_of({"redis://u:hush@h"}), form);
  EXPECT_EQ(refusal_of({"near"}), form);
  EXPECT_EQ(refusal_of({"=redis://u:hush@h"}), form);
  EXPECT_EQ(refusal_of({std::string(33, 'a') + "=redis://u:hush@h"}), form);
  EXPECT_EQ(refusal_of({"redis=redis://u:hush@h"}), "redis: that name has a meaning of its own");
  EXPECT_EQ(refusal_of({"l1=redis://u:hush@h"}), "l1: that name has a meaning of its own");
  EXPECT_EQ(refusal_of({"a=redis://u:hush@h", "a=redis://u:hush@i"}), "a: it is given twice");
  EXPECT_EQ(refusal_of({"redis", "redis?promote=false"}), "redis: it is given twice");
  EXPECT_EQ(refusal_of({"a=http://u:hush@h"}).substr(0, 25), "a: expected redis://host:");
  EXPECT_EQ(refusal_of({"a=redis://u:hush@h:0"}), "a: the port is no number from 1 to 65535");
  EXPECT_EQ(refusal_of({"a=redis://u:hush@h?max_ttl=0ms"}), "a: max_ttl: expected a duration of 1ms to 30d");
  EXPECT_EQ(refusal_of({"a=redis://u:hush@h?max_ttl=31d"}), "a: max_ttl: expected a duration of 1ms to 30d");
  EXPECT_EQ(refusal_of({"a=redis://u:hush@h?promote"}), "a: promote: expected true or false");
  EXPECT_EQ(refusal_of({"a=redis://u:hush@h?password=hush"}), "a: behind ? only max_ttl=... and promote=... are known");
  EXPECT_EQ(refusal_of({"redis?db=3"}), "redis: behind ? only max_ttl=... and promote=... are known");
  EXPECT_EQ(refusal_of({"a=redis://h?db=3"}), "a: nothing may stand behind ?");
  EXPECT_EQ(refusal_of({"a=redis://h", "b=redis://h", "c=redis://h", "d=redis://h", "redis"}),
            "expected no more than 4 tiers");
}

}  // namespace
}  // namespace tapri::config
