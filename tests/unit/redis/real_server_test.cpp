// The client and a real Redis.
#include "unit/io/certificates.h"
#include "unit/redis/real_client.h"

namespace tapri::redis {
namespace {

using RealServerTest = RealClientTest;

TEST_F(RealServerTest, AnswersByTcp) {
  const RedisServer server;
  connect(address_of(server));
  EXPECT_EQ(run({"PING"}), "(Redis is not connected)");
  ASSERT_TRUE(connected());
  EXPECT_EQ(run({"SET", "k", std::string_view("a\r\n\0", 4)}), "OK");
  EXPECT_EQ(run({"GET", "k"}), std::string("a\r\n\0", 4));
  EXPECT_EQ(run({"NO-SUCH"}).substr(0, 19), "ERR unknown command");
  EXPECT_EQ(run({"CLIENT", "GETNAME"}), "tapri");
  EXPECT_EQ(changes_, "+");
}

TEST_F(RealServerTest, AnswersByUnixSocketInTheDatabaseAskedFor) {
  const RedisServer server;
  config_.link.database = 3;
  connect({"", 0, server.socket()});
  ASSERT_TRUE(connected());
  EXPECT_EQ(run({"SET", "k", "v"}), "OK");
  EXPECT_EQ(server.run({"SWAPDB", "0", "3"}), "OK");
  EXPECT_EQ(server.run({"GET", "k"}), "v");
}

TEST_F(RealServerTest, CarriesLargeValues) {
  const RedisServer server;
  connect(address_of(server));
  ASSERT_TRUE(connected());
  const std::string value = io::test::pattern(5'000'000);
  EXPECT_EQ(run({"SET", "k", value}), "OK");
  EXPECT_TRUE(run({"GET", "k"}) == value);
  EXPECT_TRUE(run({"GET", "k"}) == value);
}

TEST_F(RealServerTest, LogsInAsAUserOrByThePasswordAlone) {
  const RedisServer server({.settings = {"user app on >secret ~* +@all"}, .password = "main"});
  config_.link.credentials = {"app", "secret"};
  connect(address_of(server));
  ASSERT_TRUE(connected());
  EXPECT_EQ(run({"ACL", "WHOAMI"}), "app");
  config_.link.credentials = {"", "main"};
  connect(address_of(server));
  ASSERT_TRUE(connected());
  EXPECT_EQ(run({"ACL", "WHOAMI"}), "default");
}

TEST_F(RealServerTest, VerifiesTheServerByTls) {
  const io::test::TempFolder folder;
  const io::test::Authority authority(folder.file(""), "authority");
  const io::test::Authority other(folder.file(""), "other");
  const auto files = authority.issue({.name = "redis", .alternative = "DNS:redis.example"});
  const int port = tapri::test::free_port();
  const RedisServer server(
      {.settings = {"tls-port " + std::to_string(port), "tls-cert-file " + files.certificate,
                    "tls-key-file " + files.key, "tls-ca-cert-file " + authority.file(), "tls-auth-clients no"}});
  const auto context = [](const io::test::Authority& by) {
    return *io::make_tls_client({.mode = io::SslMode::verify_full, .ca_file = by.file()});
  };
  config_.link.tls = context(authority);
  config_.link.tls_name = "redis.example";
  const io::Address address{"127.0.0.1", static_cast<std::uint16_t>(port), ""};
  connect(address);
  ASSERT_TRUE(connected());
  const std::string value = io::test::pattern(300'000);
  EXPECT_EQ(run({"SET", "k", value}), "OK");
  EXPECT_TRUE(run({"GET", "k"}) == value);

  const auto refused = [&] {
    testing::internal::CaptureStderr();
    config_.state = std::make_shared<telemetry::StateLog>("redis");
    connect(address);
    EXPECT_TRUE(until_seen([&] { return config_.state->is_degraded(); }));
    EXPECT_FALSE(client_->connected());
    return testing::internal::GetCapturedStderr();
  };
  config_.link.tls_name = "";
  EXPECT_NE(refused().find("TLS with Redis at 127.0.0.1"), std::string::npos) << "another name";
  config_.link.tls_name = "redis.example";
  config_.link.tls = context(other);
  EXPECT_NE(refused().find("TLS with Redis at 127.0.0.1"), std::string::npos) << "another authority";
}

TEST_F(RealServerTest, ComesBackWhenTheServerDoes) {
  RedisServer server;
  connect(address_of(server));
  ASSERT_TRUE(connected());
  std::optional<std::string> outstanding;
  send({"BLPOP", "nothing", "0"}, seconds(60), outstanding);
  driver_.turn();
  server.kill();
  ASSERT_TRUE(driver_.until([&] { return outstanding.has_value(); }));
  EXPECT_EQ(outstanding->front(), '(');
  EXPECT_FALSE(client_->connected());
  EXPECT_EQ(run({"PING"}), "(Redis is not connected)");
  server.start();
  ASSERT_TRUE(connected());
  EXPECT_EQ(run({"PING"}), "PONG");
  EXPECT_EQ(changes_, "+-+");
}

TEST_F(RealServerTest, EndsTheWaitForAServerThatStandsStill) {
  const RedisServer server;
  connect(address_of(server));
  ASSERT_TRUE(connected());
  server.pause();
  EXPECT_EQ(run({"SET", "k", "late"}, milliseconds(20)), "(Redis has not answered in time)");
  EXPECT_TRUE(client_->connected());
  server.resume();
  EXPECT_EQ(run({"GET", "k"}), "late") << "carried out all the same, and its reply is nobody else's";
}

TEST_F(RealServerTest, GivesUpAConnectionThatAnswersNoMore) {
  const RedisServer server;
  config_.link.stall = milliseconds(50);
  config_.link.connect_timeout = milliseconds(200);
  connect(address_of(server));
  ASSERT_TRUE(connected());
  server.pause();
  EXPECT_EQ(run({"PING"}, milliseconds(20)), "(Redis has not answered in time)");
  ASSERT_TRUE(driver_.until([&] { return changes_ == "+-"; }));
  server.resume();
  ASSERT_TRUE(connected());
  EXPECT_EQ(run({"PING"}), "PONG");
}

TEST_F(RealServerTest, LeavesAServerAloneThatStandsStillAndComesBackToIt) {
  const RedisServer server;
  config_.breaker = {.failures = 3, .probe = {.first = milliseconds(20), .most = milliseconds(40)}};
  config_.probe_deadline = milliseconds(30);
  config_.metrics = std::make_shared<ClientMetrics>();
  connect(address_of(server));
  ASSERT_TRUE(connected());
  server.pause();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run({"PING"}, milliseconds(10)), "(Redis has not answered in time)");
  EXPECT_EQ(run({"PING"}, milliseconds(10)), "(Redis is left alone for now)");
  EXPECT_TRUE(until_seen([&] { return config_.metrics->expired.value() > 4; })) << "it is asked again";
  server.resume();
  ASSERT_TRUE(connected());
  EXPECT_EQ(run({"PING"}), "PONG");
  EXPECT_EQ(changes_, "+-+");
  EXPECT_EQ(config_.metrics->connections.value(), 1U);
}

}  // namespace
}  // namespace tapri::redis
