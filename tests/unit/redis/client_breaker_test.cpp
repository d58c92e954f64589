// The client while its server is not well.
#include "unit/redis/scripted_client.h"

namespace tapri::redis {
namespace {

class ClientBreakerTest : public ScriptedClientTest {
 protected:
  ClientBreakerTest() {
    config_.breaker = {.failures = 2,
                       .latency = milliseconds(10),
                       .samples = 2,
                       // What the jitter draws does not matter.
                       .probe = {.first = Duration(2), .most = Duration(2)}};
    config_.probe_deadline = milliseconds(70);
    config_.metrics = metrics_;
    testing::internal::CaptureStderr();
  }
  ~ClientBreakerTest() override { testing::internal::GetCapturedStderr(); }
  ClientBreakerTest(const ClientBreakerTest&) = delete;
  ClientBreakerTest& operator=(const ClientBreakerTest&) = delete;

  void open_by_silence() {
    start();
    send("a");
    send("b");
    loop_.turn();
    clock_.advance(milliseconds(100));
    ASSERT_TRUE(loop_.fire(milliseconds(100)));
    EXPECT_EQ(replies(), "a=Redis has not answered in time;b=Redis has not answered in time;");
    EXPECT_EQ(remote_->received(), get("a") + get("b"));
    EXPECT_EQ(metrics_->breaker, Breaker::State::open);
    EXPECT_FALSE(client_->connected());
  }
  void wait_for_probe() {
    clock_.advance(Duration(2));
    ASSERT_TRUE(loop_.fire(Duration(2)) || loop_.fire(Duration(1)));
  }

  std::shared_ptr<ClientMetrics> metrics_ = std::make_shared<ClientMetrics>();
};

TEST_F(ClientBreakerTest, SendsNothingWhileItIsOpen) {
  open_by_silence();
  send("c");
  loop_.turn();
  EXPECT_EQ(replies(), "c=Redis is left alone for now;");
  EXPECT_EQ(remote_->received(), "");
  EXPECT_FALSE(remote_->closed());
  EXPECT_EQ(changes_, "+-");
  EXPECT_EQ(metrics_->breaker_opened.value(), 1U);
  EXPECT_EQ(metrics_->refused.value(), 1U);
  EXPECT_EQ(metrics_->expired.value(), 2U);
}

TEST_F(ClientBreakerTest, EndsWhatIsInFlightWhenTheServerIsSilent) {
  config_.breaker.failures = 0;
  config_.breaker.silence = true;
  start();
  send("a");
  send("b", seconds(2));
  loop_.turn();
  static_cast<void>(remote_->received());
  clock_.advance(milliseconds(100));
  ASSERT_TRUE(loop_.fire(milliseconds(100)));
  loop_.turn();
  EXPECT_EQ(replies(), "a=Redis has not answered in time;b=Redis is left alone for now;");
  EXPECT_FALSE(client_->connected());
  EXPECT_EQ(metrics_->expired.value(), 1U);
  EXPECT_EQ(metrics_->ended.value(), 1U);
  wait_for_probe();
  remote_->send("+late\r\n+late\r\n+PONG\r\n");
  EXPECT_EQ(replies(), "");
  EXPECT_EQ(changes_, "+-+");
  send("c");
  loop_.turn();
  remote_->send("+3\r\n");
  EXPECT_EQ(replies(), "c=3;") << "no reply goes to another command";
}

TEST_F(ClientBreakerTest, EndsWhatIsInFlightHoweverItOpens) {
  start();
  for (const char* name : {"a", "b", "c"}) send(name);
  during_ = [this] { send("d"); };
  loop_.turn();
  remote_->send("-LOADING x\r\n-LOADING x\r\n");
  loop_.turn();
  EXPECT_EQ(replies(), "a=LOADING x;b=LOADING x;c=Redis is left alone for now;d=Redis is left alone for now;");
  EXPECT_EQ(metrics_->ended.value(), 2U);
}

TEST_F(ClientBreakerTest, EndsNothingOfAClientThatIsGone) {
  start();
  for (const char* name : {"a", "b", "c"}) send(name);
  loop_.turn();
  client_->watch([this](bool connected) {
    if (!connected) client_ = nullptr;
  });
  remote_->send("-LOADING x\r\n-LOADING x\r\n");
  loop_.turn();
  EXPECT_EQ(replies(), "a=LOADING x;") << "a client that is gone calls nobody";
  EXPECT_EQ(metrics_->ended.value(), 0U);
}

TEST_F(ClientBreakerTest, AsksByPingAndGoesOnWhenThatIsAnswered) {
  open_by_silence();
  wait_for_probe();
  EXPECT_EQ(remote_->received(), kPing);
  EXPECT_EQ(metrics_->breaker, Breaker::State::half_open);
  send("c");
  loop_.turn();
  EXPECT_EQ(replies(), "c=Redis is left alone for now;") << "only the probe goes through";
  at_connect_ = [this] { send("first"); };
  remote_->send("+late\r\n+late\r\n+PONG\r\n");
  EXPECT_TRUE(client_->connected());
  EXPECT_EQ(changes_, "+-+");
  EXPECT_EQ(remote_->received(), get("first"));
  EXPECT_EQ(metrics_->breaker, Breaker::State::closed);
}

TEST_F(ClientBreakerTest, AsksAgainWhereAProbeIsNotAnsweredWell) {
  open_by_silence();
  wait_for_probe();
  static_cast<void>(remote_->received());
  clock_.advance(config_.probe_deadline);
  ASSERT_TRUE(loop_.fire(config_.probe_deadline));
  EXPECT_EQ(metrics_->breaker, Breaker::State::open);
  wait_for_probe();
  EXPECT_EQ(remote_->received(), kPing);
  remote_->send("+late\r\n+late\r\n+PONG\r\n-LOADING Redis is loading the dataset in memory\r\n");
  EXPECT_EQ(metrics_->breaker, Breaker::State::open);
  wait_for_probe();
  remote_->send("+PONG\r\n");
  EXPECT_EQ(changes_, "+-+");
}

TEST_F(ClientBreakerTest, OpensWhereTheServerIsSlow) {
  start();
  for (const char* name : {"a", "b"}) {
    send(name);
    loop_.turn();
    clock_.advance(milliseconds(11));
    remote_->send("+1\r\n");
  }
  EXPECT_EQ(replies(), "a=1;b=1;");
  EXPECT_FALSE(client_->connected());
  EXPECT_EQ(metrics_->answered.value(), 2U);
}

TEST_F(ClientBreakerTest, OpensWhereTheServerSaysThatItIsOfNoUse) {
  start();
  for (const char* name : {"a", "b", "c"}) send(name);
  loop_.turn();
  remote_->send("-LOADING x\r\n-ERR no\r\n-LOADING x\r\n");
  EXPECT_TRUE(client_->connected()) << "one that was answered stands between";
  send("d");
  loop_.turn();
  remote_->send("-LOADING x\r\n");
  EXPECT_FALSE(client_->connected());
  EXPECT_EQ(metrics_->errors.value(), 4U);
}

TEST_F(ClientBreakerTest, ClosesWithAnotherConnection) {
  open_by_silence();
  remote_->reset();
  ASSERT_TRUE(wait_for_attempt());
  log_in();
  EXPECT_EQ(metrics_->breaker, Breaker::State::closed);
  EXPECT_EQ(metrics_->connections.value(), 2U);
  EXPECT_EQ(changes_, "+-+");
  EXPECT_EQ(loop_.armed(), 0U) << "no probe is due any more";
}

TEST_F(ClientBreakerTest, IsNotConcernedWithLogins) {
  make();
  for (int i = 0; i < 3; ++i) {
    accept();
    remote_->send("-LOADING Redis is loading the dataset in memory\r\n");
    ASSERT_TRUE(wait_for_attempt());
  }
  log_in();
  EXPECT_EQ(metrics_->breaker_opened.value(), 0U);
  EXPECT_EQ(metrics_->answered.value(), 0U);
}

TEST_F(ClientBreakerTest, LetsAWatcherDestroyTheClient) {
  start();
  client_->watch([this](bool) { client_ = nullptr; });
  bool told = false;
  client_->watch([&told](bool) { told = true; });
  send("a");
  send("b");
  send("c");
  loop_.turn();
  remote_->send("-LOADING x\r\n-LOADING x\r\n+1\r\n");
  EXPECT_EQ(replies(), "a=LOADING x;");
  EXPECT_FALSE(told);
  EXPECT_TRUE(remote_->closed());
}

TEST_F(ClientBreakerTest, ConnectsAnewWhereThePrimaryWasMadeAReplica) {
  start();
  send("a");
  loop_.turn();
  remote_->send("-READONLY You can't write against a read only replica.\r\n");
  EXPECT_TRUE(client_->connected()) << "it was not asked for a primary";
  client_ = nullptr;

  config_.link.must_be_primary = true;
  make();
  accept();
  remote_->send("*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n+PONG\r\n");
  ASSERT_TRUE(client_->connected());
  send("a");
  loop_.turn();
  remote_->send("-READONLY You can't write against a read only replica.\r\n");
  EXPECT_TRUE(remote_->closed());
  ASSERT_TRUE(wait_for_attempt());
  accept();
  remote_->send("*5\r\n$5\r\nslave\r\n$1\r\nx\r\n:1\r\n$9\r\nconnected\r\n:0\r\n+PONG\r\n");
  EXPECT_TRUE(remote_->closed()) << "a replica still";
}

TEST_F(ClientBreakerTest, ConnectsAnewWhereThePrimaryIsCutOffFromItsCluster) {
  config_.link.must_be_primary = true;
  make();
  accept();
  remote_->send("*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n+PONG\r\n");
  ASSERT_TRUE(client_->connected());
  send("a");
  loop_.turn();
  remote_->send("-CLUSTERDOWN The cluster is down\r\n");
  EXPECT_TRUE(remote_->closed());
  EXPECT_TRUE(wait_for_attempt());
}

}  // namespace
}  // namespace tapri::redis
