// The client and a real Cluster of three primaries.
#include <array>
#include <memory>
#include <string>

#include "redis/slots.h"
#include "unit/redis/real_client.h"

namespace tapri::redis {
namespace {

using tapri::test::free_port;
using tapri::test::RedisOptions;

RedisOptions in_cluster() {
  return {.settings = {"cluster-enabled yes", "cluster-port " + std::to_string(free_port()), "cluster-node-timeout 500",
                       "cluster-require-full-coverage no", "cluster-replica-validity-factor 0"}};
}

class RealClusterTest : public RealClientTest {
 protected:
  static constexpr std::array<int, 4> kFirstSlots = {0, 5000, 10000, kSlotCount};

  RealClusterTest() {
    for (std::size_t i = 0; i < servers_.size(); ++i) {
      static_cast<void>(servers_[i].run(
          {"CLUSTER", "ADDSLOTSRANGE", std::to_string(kFirstSlots[i]), std::to_string(kFirstSlots[i + 1] - 1)}));
      meet(servers_[i]);
    }
    for (const auto& server : servers_) wait_for(server, {"CLUSTER", "INFO"}, "cluster_slots_ok:16384");
    for (const auto& server : servers_) wait_for(server, {"CLUSTER", "INFO"}, "cluster_state:ok");
    config_.reconnect = {.first = milliseconds(10), .most = milliseconds(50)};
    config_.cluster = true;
    config_.link.must_be_primary = true;  // as Tapri has it of all
    config_.addresses = {{"127.0.0.1", 1, ""}, address_of(servers_[1])};
  }
  void meet(const RedisServer& other) {
    const std::string bus = other.run({"CONFIG", "GET", "cluster-port"});
    static_cast<void>(servers_[0].run(
        {"CLUSTER", "MEET", "127.0.0.1", std::to_string(other.port()), bus.substr(bus.find('\n') + 1)}));
  }
  void wait_for(const RedisServer& server, const std::vector<std::string>& command, const std::string& text) {
    ASSERT_TRUE(until_seen([&] { return server.run(command).find(text) != std::string::npos; })) << text;
  }
  void connect_to_all() {
    make();
    ASSERT_TRUE(connected());
    for (std::size_t i = 0; i < servers_.size(); ++i) expect_answer(i);
  }
  // Takes over when that server is killed.
  [[nodiscard]] std::unique_ptr<RedisServer> replica_of(std::size_t server) {
    auto replica = std::make_unique<RedisServer>(in_cluster());
    meet(*replica);
    wait_for(*replica, {"CLUSTER", "INFO"}, "cluster_state:ok");
    static_cast<void>(replica->run({"CLUSTER", "REPLICATE", id(server)}));
    wait_for(*replica, {"INFO", "replication"}, "master_link_status:up");
    const std::string port = std::to_string(replica->port());
    for (const auto& each : servers_) wait_for(each, {"CLUSTER", "SLOTS"}, port);
    return replica;
  }
  void expect_answer(std::size_t server) {
    EXPECT_TRUE(until_seen([&] { return run({"SET", key(server), "v" + key(server)}) == "OK"; })) << server;
  }
  [[nodiscard]] std::size_t owner(const std::string& key) const {
    std::size_t server = 0;
    while (slot_of(key) >= kFirstSlots[server + 1]) ++server;
    return server;
  }
  // One that the server holds at first; another for each number.
  [[nodiscard]] std::string key(std::size_t server, std::size_t number = 0) const {
    int i = 0;
    while (owner("k" + std::to_string(i)) != server || number-- > 0) ++i;
    return "k" + std::to_string(i);
  }
  [[nodiscard]] std::string id(std::size_t server) const { return servers_[server].run({"CLUSTER", "MYID"}); }
  void set_slot(std::size_t server, const std::string& slot, const std::string& state, std::size_t other) const {
    static_cast<void>(servers_[server].run({"CLUSTER", "SETSLOT", slot, state, id(other)}));
  }

  std::array<RedisServer, 3> servers_ = {RedisServer(in_cluster()), RedisServer(in_cluster()),
                                         RedisServer(in_cluster())};
};

TEST_F(RealClusterTest, SendsEachCommandToWhoHoldsItsKey) {
  connect_to_all();
  config_.metrics = nullptr;
  for (int i = 0; i < 100; ++i) {
    const std::string key = "key" + std::to_string(i);
    EXPECT_EQ(run({"SET", key, key}), "OK");
    EXPECT_EQ(servers_[owner(key)].run({"GET", key}), key);
    EXPECT_EQ(run({"GET", key}), key);
  }
  EXPECT_EQ(run({"PING"}), "PONG");
  EXPECT_EQ(changes_, "+");
}

TEST_F(RealClusterTest, FollowsASlotWhileItMovesAndWhenItHas) {
  connect_to_all();
  const std::string key = this->key(0);
  const std::string slot = std::to_string(slot_of(key));
  const std::string stays = this->key(0, 1);
  EXPECT_EQ(run({"SET", stays, "here"}), "OK");
  set_slot(1, slot, "IMPORTING", 0);
  set_slot(0, slot, "MIGRATING", 1);
  EXPECT_EQ(run({"GET", key}), "v" + key) << "it is where it was";
  EXPECT_EQ(run({"DEL", key}), "");
  EXPECT_EQ(run({"SET", key, "asked"}), "OK") << "a key that is there no more is asked for at the other";
  EXPECT_EQ(run({"GET", key}), "asked");
  for (const std::size_t server : {1U, 0U}) set_slot(server, slot, "NODE", 1);
  EXPECT_EQ(run({"GET", key}), "asked") << "moved for good";
  EXPECT_EQ(servers_[1].run({"GET", key}), "asked");
  EXPECT_EQ(run({"GET", stays}), "here") << "the server is not left for that";
}

TEST_F(RealClusterTest, GoesOnWithTheOthersWhenOneIsGoneAndFindsItAgain) {
  connect_to_all();
  servers_[2].kill();
  EXPECT_TRUE(until_seen([this] { return run({"GET", key(2)}).front() == '('; }));
  EXPECT_EQ(run({"GET", key(0)}), "v" + key(0));
  EXPECT_EQ(run({"GET", key(1)}), "v" + key(1));
  servers_[2].start();
  expect_answer(2);
  EXPECT_EQ(changes_, "+");
}

TEST_F(RealClusterTest, FollowsAReplicaThatHasBecomeThePrimary) {
  const auto replica = replica_of(0);
  connect_to_all();
  wait_for(*replica, {"DBSIZE"}, "1");  // else what was written goes with the primary
  servers_[0].kill();
  ASSERT_TRUE(until_seen([&] { return run({"GET", key(0)}) == "v" + key(0); }));
  EXPECT_EQ(replica->run({"GET", key(0)}), "v" + key(0));
}

TEST_F(RealClusterTest, RemembersOthersWhenTheOnlyOneThatIsNamedIsGone) {
  const auto replica = replica_of(0);
  config_.addresses = {address_of(servers_[0])};
  config_.cluster_key = key(0);
  make();
  ASSERT_TRUE(connected());
  servers_[0].kill();
  ASSERT_TRUE(driver_.until([this] { return changes_ == "+-+"; }));
  EXPECT_EQ(run({"CONFIG", "GET", "port"}, seconds(20), 1), std::to_string(replica->port()));
}

TEST_F(RealClusterTest, IsToldOfTheOthersByAReplicaToo) {
  const auto replica = replica_of(1);
  config_.addresses = {address_of(*replica)};
  connect_to_all();
}

TEST_F(RealClusterTest, StaysWithTheOneThatHoldsAKeyWhereThatIsAllThatIsWanted) {
  config_.cluster_key = key(2);
  make();
  ASSERT_TRUE(connected());
  EXPECT_EQ(run({"CONFIG", "GET", "port"}, seconds(20), 1), std::to_string(servers_[2].port()));
  const std::string slot = std::to_string(slot_of(config_.cluster_key));
  for (const std::size_t server : {0U, 1U, 2U}) set_slot(server, slot, "NODE", 0);
  EXPECT_EQ(run({"GET", config_.cluster_key}).substr(0, 5), "MOVED");
  ASSERT_TRUE(driver_.until([this] { return changes_ == "+-+"; }));
  EXPECT_EQ(run({"CONFIG", "GET", "port"}, seconds(20), 1), std::to_string(servers_[0].port()));
}

}  // namespace
}  // namespace tapri::redis
