// The client and a real Sentinel, which makes a replica the primary.
#include <memory>

#include "unit/redis/real_client.h"

namespace tapri::redis {
namespace {

using tapri::test::RedisOptions;

class RealSentinelTest : public RealClientTest {
 protected:
  RealSentinelTest() {
    // Sentinel looks at once, and then not for ten seconds.
    EXPECT_TRUE(until_seen([this] { return has(replica_, {"INFO", "replication"}, "master_link_status:up"); }));
    sentinel_ = std::make_unique<RedisServer>(
        RedisOptions{.settings = {"sentinel monitor main 127.0.0.1 " + std::to_string(primary_.port()) + " 1",
                                  "sentinel down-after-milliseconds main 200", "sentinel failover-timeout main 2000"},
                     .sentinel = true});
    EXPECT_TRUE(until_seen([this] {
      return has(*sentinel_, {"SENTINEL", "REPLICAS", "main"}, "master-link-status\nok");
    }));
    config_.sentinel =
        SentinelConfig{.servers = {.addresses = {{"127.0.0.1", 1, ""}, address_of(*sentinel_)}}, .primary = "main"};
    config_.reconnect = {.first = milliseconds(10), .most = milliseconds(50)};
    make();
    EXPECT_TRUE(connected());
    EXPECT_EQ(port(), primary_.port());
  }
  static bool has(const RedisServer& server, const std::vector<std::string>& command, const std::string& text) {
    return server.run(command).find(text) != std::string::npos;
  }
  // Of the server that we are connected to.
  [[nodiscard]] int port() { return std::stoi(run({"CONFIG", "GET", "port"}, seconds(20), 1)); }
  void expect_switch() {
    ASSERT_TRUE(driver_.until([this] { return changes_ == "+-+"; }));
    EXPECT_EQ(port(), replica_.port());
    EXPECT_EQ(run({"SET", "k", "v"}), "OK");
  }

  RedisServer primary_{};
  RedisServer replica_{RedisOptions{.settings = {"replicaof 127.0.0.1 " + std::to_string(primary_.port())}}};
  std::unique_ptr<RedisServer> sentinel_;
};

TEST_F(RealSentinelTest, FollowsASwitchWhileTheOldPrimaryLives) {
  EXPECT_EQ(sentinel_->run({"SENTINEL", "FAILOVER", "main"}), "OK");
  expect_switch();
}

TEST_F(RealSentinelTest, FindsTheNewPrimaryWhenTheOldOneDies) {
  primary_.kill();
  expect_switch();
}

}  // namespace
}  // namespace tapri::redis
