#include "redis/sentinel.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "redis/reply_reader.h"
#include "unit/redis/scripted_client.h"

namespace tapri::redis {
namespace {

const std::string kAsk = "*3\r\n$8\r\nSENTINEL\r\n$23\r\nGET-MASTER-ADDR-BY-NAME\r\n$4\r\nmain\r\n";
const std::string kSubscribe = "*2\r\n$9\r\nSUBSCRIBE\r\n$14\r\n+switch-master\r\n";
const std::string kSubscribed = "*3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n";

std::string bulk(const std::string& text) { return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n"; }
std::string at(const std::string& host, const std::string& port) { return "*2\r\n" + bulk(host) + bulk(port); }
std::string switched(const std::string& message) {
  return "*3\r\n" + bulk("message") + bulk("+switch-master") + bulk(message);
}

TEST(ParsePrimary, TakesAnAddressOnly) {
  const auto parsed = [](const std::string& reply) {
    ReplyReader reader;
    reader.feed(reply);
    const auto address = parse_primary(**reader.next());
    return address ? address->text() : "none";
  };
  EXPECT_EQ(parsed(at("10.0.0.1", "6379")), "10.0.0.1:6379");
  EXPECT_EQ(parsed(at("redis.example", "65535")), "redis.example:65535");
  EXPECT_EQ(parsed(at("::1", "1")), "[::1]:1");
  for (const auto& reply : {std::string("*-1\r\n"), std::string("*0\r\n"), std::string("+OK\r\n"), at("", "6379"),
                            at("a", "0"), at("a", "65536"), at("a", "-1"), at("a", "1x"), at("a", ""),
                            at(std::string(256, 'a'), "1"), std::string("-IDONTKNOW no\r\n")}) {
    EXPECT_EQ(parsed(reply), "none") << reply;
  }
}

TEST(ParseSwitch, TakesTheNewAddressOfTheOneAskedFor) {
  EXPECT_EQ(parse_switch("main 10.0.0.1 1 10.0.0.2 2", "main")->text(), "10.0.0.2:2");
  for (const char* message : {"other 10.0.0.1 1 10.0.0.2 2", "main", "", "main 10.0.0.1 1 10.0.0.2",
                              "main 10.0.0.1 1 10.0.0.2 2 3", "main 10.0.0.1 1 10.0.0.2 x", " main a 1 b 2"}) {
    EXPECT_FALSE(parse_switch(message, "main")) << message;
  }
}

class SentinelTest : public ScriptedClientTest {
 protected:
  SentinelTest() {
    config_.addresses = {};
    config_.sentinel =
        SentinelConfig{.servers = {.addresses = {{"s1", 26379, ""}, {"s2", 26379, ""}, {"s3", 26379, ""}},
                                   .link = {.client_name = ""},
                                   .reconnect = {.first = Duration(4), .most = Duration(4)}},
                       .primary = "main"};
    testing::internal::CaptureStderr();
  }
  ~SentinelTest() override { testing::internal::GetCapturedStderr(); }
  SentinelTest(const SentinelTest&) = delete;
  SentinelTest& operator=(const SentinelTest&) = delete;

  // Whom it connects to now.
  [[nodiscard]] std::string connecting() const {
    return loop_.connects.empty() ? "nobody" : loop_.connects.front().address.text();
  }
  void refuse() { loop_.connected(fail("refused")); }
  void sentinel_accepts() {
    accept();
    EXPECT_EQ(remote_->received(), kPing);
    remote_->send("+PONG\r\n");
    EXPECT_EQ(remote_->received(), kAsk + kSubscribe);
    sentinel_ = remote_;
  }
  void primary_accepts() {
    accept();
    EXPECT_EQ(remote_->received(), "*1\r\n$4\r\nROLE\r\n" + std::string(kPing));
    remote_->send("*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n+PONG\r\n");
    EXPECT_TRUE(client_->connected());
  }
  void start_by_sentinel() {
    make();
    sentinel_accepts();
    sentinel_->send(at("one", "1") + kSubscribed);
    ASSERT_EQ(connecting(), "one:1");
    primary_accepts();
  }
  // The time between two attempts to have a Sentinel to listen to.
  [[nodiscard]] bool wait_for_sentinel() {
    return loop_.fire(Duration(4)) || loop_.fire(Duration(3)) || loop_.fire(Duration(2));
  }

  std::shared_ptr<Remote> sentinel_;
};

TEST_F(SentinelTest, ConnectsToWhomSentinelNamesAndAsksWhetherItIsAPrimary) {
  make();
  EXPECT_EQ(connecting(), "s1:26379");
  sentinel_accepts();
  sentinel_->send(at("one", "1") + kSubscribed);
  EXPECT_EQ(connecting(), "one:1");
  primary_accepts();
  EXPECT_FALSE(sentinel_->closed()) << "it may have to tell us of a switch";
}

TEST_F(SentinelTest, AsksTheNextWhereOneIsOfNoUse) {
  make();
  refuse();
  EXPECT_EQ(connecting(), "s2:26379");
  sentinel_accepts();
  sentinel_->send("*-1\r\n" + kSubscribed);
  EXPECT_TRUE(sentinel_->closed());
  EXPECT_EQ(connecting(), "s3:26379");
  sentinel_accepts();
  sentinel_->end();
  EXPECT_EQ(connecting(), "nobody") << "they have all been asked";
  ASSERT_TRUE(wait_for_attempt());
  EXPECT_EQ(connecting(), "s1:26379");
  sentinel_accepts();
  clock_.advance(config_.sentinel->servers.link.connect_timeout);
  ASSERT_TRUE(loop_.fire(config_.sentinel->servers.link.connect_timeout));
  EXPECT_EQ(connecting(), "s2:26379") << "one that does not answer";
  sentinel_accepts();
  sentinel_->send(at("one", "1"));
  EXPECT_EQ(connecting(), "one:1");
}

TEST_F(SentinelTest, SwitchesWhenSentinelSaysSo) {
  start_by_sentinel();
  const auto primary = remote_;
  sentinel_->send(switched("other one 1 two 2") + switched("main two 2 one 1"));
  EXPECT_FALSE(primary->closed()) << "about another, or about whom we have";
  send("a");
  sentinel_->send(switched("main one 1 two 2"));
  EXPECT_TRUE(primary->closed());
  EXPECT_EQ(replies(), "a=another Redis is the primary now;");
  ASSERT_TRUE(wait_for_attempt());
  EXPECT_EQ(connecting(), "s1:26379") << "who may know more than what it told";
  sentinel_accepts();
  sentinel_->send(at("two", "2") + kSubscribed);
  EXPECT_EQ(connecting(), "two:2");
  primary_accepts();
  EXPECT_EQ(changes_, "+-+");
}

TEST_F(SentinelTest, AsksAgainWhereThePrimaryIsNone) {
  make();
  sentinel_accepts();
  sentinel_->send(at("one", "1") + kSubscribed);
  accept();
  remote_->send("*5\r\n$5\r\nslave\r\n$1\r\nx\r\n:1\r\n$9\r\nconnected\r\n:0\r\n+PONG\r\n");
  EXPECT_TRUE(remote_->closed());
  ASSERT_TRUE(wait_for_attempt());
  EXPECT_EQ(connecting(), "s1:26379");
}

TEST_F(SentinelTest, KeepsThePrimaryWithoutASentinelAndListensToAnother) {
  start_by_sentinel();
  const auto primary = remote_;
  sentinel_->reset();
  EXPECT_FALSE(primary->closed());
  ASSERT_TRUE(wait_for_sentinel());
  EXPECT_EQ(connecting(), "s2:26379");
  sentinel_accepts();
  sentinel_->send(at("one", "1") + kSubscribed);
  EXPECT_FALSE(primary->closed());
  sentinel_->reset();
  ASSERT_TRUE(wait_for_sentinel());
  sentinel_accepts();
  sentinel_->send(at("two", "2") + kSubscribed);
  EXPECT_TRUE(primary->closed()) << "it was switched while we heard nothing";
}

TEST_F(SentinelTest, EndsWithTheClient) {
  start_by_sentinel();
  client_->close();
  loop_.turn();
  EXPECT_TRUE(sentinel_->closed());
  EXPECT_TRUE(remote_->closed());
  EXPECT_EQ(loop_.armed(), 0U);
  client_ = nullptr;

  make();
  sentinel_accepts();
  client_ = nullptr;
  EXPECT_TRUE(sentinel_->closed());
  sentinel_->send(at("one", "1"));
  EXPECT_EQ(connecting(), "nobody");
}

}  // namespace
}  // namespace tapri::redis
