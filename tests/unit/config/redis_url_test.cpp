#include "config/redis_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tapri::config {
namespace {

using testing::HasSubstr;

RedisUrl parsed(std::string_view url) {
  auto found = parse_redis_url(url);
  EXPECT_TRUE(found) << url << ": " << (found ? "" : found.error().message);
  return found ? *found : RedisUrl{};
}

std::vector<std::string> addresses_of(const RedisUrl& url) {
  std::vector<std::string> out;
  for (const io::Address& address : url.addresses) out.push_back(address.text());
  return out;
}

std::string refusal_of(std::string_view url) {
  const auto found = parse_redis_url(url);
  EXPECT_FALSE(found) << url;
  return found ? "" : found.error().message;
}

TEST(RedisUrlTest, AHostWithAllThatBelongsToIt) {
  const RedisUrl url = parsed("rediss://app:s%40cret@cache.example:6380/3");
  EXPECT_EQ(addresses_of(url), std::vector<std::string>{"cache.example:6380"});
  EXPECT_EQ(url.user, "app");
  EXPECT_EQ(url.password, "s@cret");
  EXPECT_EQ(url.database, 3U);
  EXPECT_TRUE(url.tls);
  EXPECT_EQ(url.sentinel_name, "");
}

TEST(RedisUrlTest, WhatIsLeftOutHasItsDefault) {
  const RedisUrl url = parsed("redis://:secret@[::1]");
  EXPECT_EQ(addresses_of(url), std::vector<std::string>{"[::1]:6379"});
  EXPECT_EQ(url.user, "");
  EXPECT_EQ(url.password, "secret");
  EXPECT_EQ(url.database, 0U);
  EXPECT_FALSE(url.tls);
  EXPECT_EQ(addresses_of(parsed("redis://")), std::vector<std::string>{"127.0.0.1:6379"});
  EXPECT_EQ(parsed("redis://host/").database, 0U);
}

TEST(RedisUrlTest, SeveralHosts) {
  EXPECT_EQ(addresses_of(parsed("redis://a,b:1/0")), (std::vector<std::string>{"a:6379", "b:1"}));
}

TEST(RedisUrlTest, SentinelsAndTheNameOfThePrimary) {
  const RedisUrl url = parsed("redis+sentinel://u:p@s1,s2:26380/my%20primary/2");
  EXPECT_EQ(addresses_of(url), (std::vector<std::string>{"s1:26379", "s2:26380"}));
  EXPECT_EQ(url.sentinel_name, "my primary");
  EXPECT_EQ(url.database, 2U);
  EXPECT_TRUE(parsed("rediss+sentinel://s1/main").tls);
  EXPECT_THAT(refusal_of("redis+sentinel://s1"), HasSubstr("primary's name"));
  EXPECT_THAT(refusal_of("redis+sentinel://s1//2"), HasSubstr("primary's name"));
}

TEST(RedisUrlTest, ServersOfACluster) {
  const RedisUrl url = parsed("rediss+cluster://u:p@c1,c2:7001");
  EXPECT_EQ(addresses_of(url), (std::vector<std::string>{"c1:6379", "c2:7001"}));
  EXPECT_TRUE(url.cluster);
  EXPECT_TRUE(url.tls);
  EXPECT_FALSE(parsed("redis://h").cluster);
  EXPECT_THAT(refusal_of("redis+cluster://h/1"), HasSubstr("database"));
}

TEST(RedisUrlTest, AUnixSocket) {
  const RedisUrl url = parsed("redis+unix://u:p@/run/redis%20a/redis.sock?db=4");
  EXPECT_EQ(url.addresses.at(0).unix_path, "/run/redis a/redis.sock");
  EXPECT_EQ(url.user, "u");
  EXPECT_EQ(url.database, 4U);
  EXPECT_THAT(refusal_of("redis+unix://"), HasSubstr("path is missing"));
  EXPECT_THAT(refusal_of("redis+unix:///s?database=1"), HasSubstr("only db="));
}

TEST(RedisUrlTest, WhatIsNoneIsRefusedWithoutItsSecrets) {
  for (const std::string_view url :
       {"", "localhost:6379", "http://h", "redis:/h", "redis+clusters://h", "rediss+unix:///s"}) {
    EXPECT_THAT(refusal_of(url), HasSubstr("redis://host:port/0")) << url;
  }
  EXPECT_THAT(refusal_of("redis://h/main"), HasSubstr("database"));
  EXPECT_THAT(refusal_of("redis://h?x=1"), HasSubstr("behind ?"));
  EXPECT_THAT(refusal_of("redis://h:port"), HasSubstr("port"));
  EXPECT_EQ(refusal_of("redis://u:100%secret@h").find("secret"), std::string::npos);
}

}  // namespace
}  // namespace tapri::config
