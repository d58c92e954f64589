// The client on a loop that does what it is told: what goes out when, and what becomes of handlers.
#include "unit/redis/scripted_client.h"

namespace tapri::redis {
namespace {

using ClientTest = ScriptedClientTest;

TEST_F(ClientTest, WritesWhatOneTurnSendsAtOnce) {
  start();
  remote_->make_room(0);
  for (const char* name : {"a", "b", "c"}) send(name);
  loop_.turn();
  EXPECT_EQ(remote_->writes(), 1U);
  send("d");
  loop_.turn();
  EXPECT_EQ(remote_->writes(), 1U) << "one at a time";
  remote_->make_room(1'000'000);
  EXPECT_EQ(remote_->received(), get("a") + get("b") + get("c") + get("d"));
  remote_->send("+1\r\n+2\r\n+3\r\n+4\r\n");
  EXPECT_EQ(replies(), "a=1;b=2;c=3;d=4;");
}

TEST_F(ClientTest, WritesWhatTheKernelTakesWithoutWaiting) {
  start();
  send("a");
  loop_.turn();
  EXPECT_EQ(remote_->received(), get("a"));
  EXPECT_EQ(remote_->writes(), 0U);
  remote_->make_room(5);
  send("b");
  loop_.turn();
  remote_->make_room(1000);
  EXPECT_EQ(remote_->received(), get("b")) << "the rest of it, once";
  EXPECT_EQ(remote_->writes(), 1U);
}

TEST_F(ClientTest, RefusesSoonWhileNotConnected) {
  make();
  send("a");
  EXPECT_EQ(replies(), "");
  loop_.turn();
  EXPECT_EQ(replies(), "a=Redis is not connected;");
  accept();
  send("b");
  loop_.turn();
  EXPECT_EQ(replies(), "b=Redis is not connected;") << "not logged in yet";
  EXPECT_EQ(remote_->received(), kPing);
}

TEST_F(ClientTest, RefusesMoreThanMayBeInFlight) {
  config_.link.in_flight.commands = 2;
  start();
  for (const char* name : {"a", "b", "c"}) send(name);
  loop_.turn();
  EXPECT_EQ(replies(), "c=too much is in flight to Redis;");
  remote_->send("+1\r\n");
  send("d");
  loop_.turn();
  remote_->send("+2\r\n+3\r\n");
  EXPECT_EQ(replies(), "a=1;b=2;d=3;");
}

TEST_F(ClientTest, SendsFirstWhatIsSentWhenTheConnectionIsTold) {
  at_connect_ = [this] { send("first"); };
  make();
  accept();
  static_cast<void>(remote_->received());
  remote_->send("+PONG\r\n");
  send("second");
  loop_.turn();
  EXPECT_EQ(remote_->received(), get("first") + get("second"));
}

TEST_F(ClientTest, EndsTheWaitAtEachDeadlineByOneTimer) {
  start();
  EXPECT_EQ(loop_.armed(), 0U);
  send("a", milliseconds(300));
  send("b", milliseconds(100));
  send("c", milliseconds(200));
  loop_.turn();
  EXPECT_EQ(loop_.armed(), 1U);
  clock_.advance(milliseconds(100));
  ASSERT_TRUE(loop_.fire(milliseconds(100)));
  EXPECT_EQ(replies(), "b=Redis has not answered in time;");
  clock_.advance(milliseconds(100));
  ASSERT_TRUE(loop_.fire(milliseconds(100)));
  EXPECT_EQ(replies(), "c=Redis has not answered in time;");
  remote_->send("+1\r\n");
  EXPECT_EQ(replies(), "a=1;");
  EXPECT_TRUE(client_->connected());
}

TEST_F(ClientTest, GivesUpAConnectionWithoutAnswersAndTriesTheNextAddress) {
  start();
  send("a", milliseconds(100));
  loop_.turn();
  clock_.advance(milliseconds(100));
  ASSERT_TRUE(loop_.fire(milliseconds(100)));
  EXPECT_TRUE(client_->connected());
  clock_.advance(config_.link.stall);
  ASSERT_TRUE(loop_.fire(config_.link.stall));
  EXPECT_FALSE(client_->connected());
  EXPECT_TRUE(remote_->closed());
  EXPECT_EQ(changes_, "+-");
  ASSERT_TRUE(wait_for_attempt());
  ASSERT_EQ(loop_.connects.size(), 1U);
  EXPECT_EQ(loop_.connects.front().address.host, "two");
  log_in();
  EXPECT_EQ(changes_, "+-+");
}

TEST_F(ClientTest, EndsEveryWaitWhenTheConnectionIsLost) {
  for (const char* how : {"end", "reset", "garbage"}) {
    start();
    send("a");
    send("b");
    loop_.turn();
    if (how == std::string("end")) remote_->end();
    if (how == std::string("reset")) remote_->reset();
    if (how == std::string("garbage")) remote_->send("garbage\r\n");
    const std::string seen = replies();
    EXPECT_EQ(seen.find("a="), 0U) << how;
    EXPECT_NE(seen.find(";b="), std::string::npos) << how;
    EXPECT_FALSE(client_->connected());
    EXPECT_TRUE(remote_->closed());
    client_ = nullptr;
    loop_.connects.clear();
  }
}

TEST_F(ClientTest, GoesOnTryingWhereALoginFailsAndSaysSoOnce) {
  testing::internal::CaptureStderr();
  make();
  for (int i = 0; i < 3; ++i) {
    accept();
    remote_->send("-NOAUTH Authentication required.\r\n");
    EXPECT_TRUE(remote_->closed());
    ASSERT_TRUE(wait_for_attempt());
  }
  accept();
  clock_.advance(config_.link.connect_timeout);
  ASSERT_TRUE(loop_.fire(config_.link.connect_timeout)) << "the login has a time, too";
  EXPECT_TRUE(remote_->closed());
  ASSERT_TRUE(wait_for_attempt());
  log_in();
  const std::string log = testing::internal::GetCapturedStderr();
  const auto first = log.find("configure one");
  EXPECT_NE(first, std::string::npos) << log;
  EXPECT_EQ(log.find("configure one", first + 1), std::string::npos) << log;
  EXPECT_NE(log.find("Redis is connected"), std::string::npos) << log;
  EXPECT_EQ(changes_, "+");
}

TEST_F(ClientTest, WaitsLongerForAServerThatBreaksOffAtOnceAndNotForOneThatHasServed) {
  config_.reconnect = {.first = Duration(1), .most = Duration(1000)};
  // The wait is at most that long.
  const auto wait = [this](int most) {
    for (int i = 0; i <= most; ++i) {
      if (loop_.fire(Duration(i))) return true;
    }
    return false;
  };
  start();
  for (const int bound : {1, 2, 4, 8}) {
    remote_->end();
    EXPECT_FALSE(wait(bound / 2 - 1)) << bound;
    ASSERT_TRUE(wait(bound)) << bound;
    log_in();
  }
  clock_.advance(Duration(1000));
  remote_->end();
  EXPECT_TRUE(wait(1));
}

TEST_F(ClientTest, CallsHandlersWhenClosed) {
  start();
  send("a");
  loop_.turn();
  client_->close();
  EXPECT_EQ(replies(), "");
  EXPECT_FALSE(client_->connected());
  loop_.turn();
  EXPECT_EQ(replies(), "a=the connection to Redis is closed;");
  EXPECT_TRUE(remote_->closed());
  send("b");
  loop_.turn();
  EXPECT_EQ(replies(), "b=Redis is not connected;");
  EXPECT_EQ(loop_.armed(), 0U) << "it does not come back";
  EXPECT_EQ(changes_, "+-");
}

TEST_F(ClientTest, DropsHandlersWhenDestroyedAlsoByOneOfThem) {
  start();
  send("a");
  send("b");
  send("c");
  loop_.turn();
  during_ = [this] { client_ = nullptr; };
  remote_->send("+1\r\n+2\r\n");
  EXPECT_EQ(replies(), "a=1;");
  EXPECT_TRUE(remote_->closed());

  start();
  send("a");
  send("b");
  loop_.turn();
  during_ = [this] { client_ = nullptr; };
  remote_->reset();
  EXPECT_EQ(replies().find("b="), std::string::npos);

  make();
  send("a");
  send("b");
  during_ = [this] { client_ = nullptr; };
  loop_.turn();
  EXPECT_EQ(replies(), "a=Redis is not connected;");
  loop_.connects.clear();

  at_connect_ = [this] { client_ = nullptr; };
  make();
  accept();
  remote_->send("+PONG\r\n");
  EXPECT_TRUE(remote_->closed());
  EXPECT_EQ(loop_.armed(), 0U);
}

TEST_F(ClientTest, OutlivesItsLoop) {
  auto loop = std::make_unique<ScriptedLoop>();
  client_ = make_client(*loop, clock_, config_);
  loop->turn();
  loop = nullptr;
  client_ = nullptr;
}

}  // namespace
}  // namespace tapri::redis
