#include "redis/conversation.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tapri::redis {
namespace {

using std::chrono::milliseconds;
using namespace std::string_literals;

class Watcher final : public ConversationObserver {
 public:
  void answered(Duration latency, std::string_view code) override {
    seen.push_back(std::to_string(latency / milliseconds(1)) + " ms " + std::string(code));
  }
  void expired(bool silence) override { seen.emplace_back(silence ? "expired in silence" : "expired"); }
  std::vector<std::string> seen;
};

class ConversationTest : public testing::Test {
 protected:
  // Whether it was taken. Its reply goes to replies_, as "name: reply".
  bool send(const std::string& name, std::vector<std::string_view> arguments = {"PING"},
            Duration deadline = milliseconds(100)) {
    ReplyHandler done = [this, name](const Result<Reply>& reply) {
      replies_.push_back(name + ": " + (reply ? std::string(reply->text()) : "(" + reply.error().message + ")"));
      if (during_) during_();
    };
    const bool taken = talk_.send(arguments, clock_.now(), clock_.now() + deadline, done);
    EXPECT_EQ(taken, !done) << "a handler is taken with its command, and only then";
    return taken;
  }
  std::string output() {
    std::string bytes;
    talk_.take_output(bytes);
    return bytes;
  }
  [[nodiscard]] bool receive(std::string_view bytes) { return talk_.receive(bytes, clock_.now()).has_value(); }
  [[nodiscard]] std::vector<std::string> replies() { return std::exchange(replies_, {}); }

  using Lines = std::vector<std::string>;
  ManualClock clock_;
  Watcher watcher_;
  Conversation talk_{{.commands = 4, .bytes = 1000}, {}, &watcher_};
  std::vector<std::string> replies_;
  std::function<void()> during_;
};

TEST_F(ConversationTest, WritesCommandsAsArraysOfStrings) {
  EXPECT_FALSE(talk_.has_output());
  EXPECT_TRUE(send("a", {"GET", "k"}));
  EXPECT_TRUE(send("b", {"SET", std::string_view("\r\n\0", 3), ""}));
  EXPECT_EQ(output(), "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*3\r\n$3\r\nSET\r\n$3\r\n\r\n\0\r\n$0\r\n\r\n"s);
  EXPECT_FALSE(talk_.has_output());
}

TEST_F(ConversationTest, GivesRepliesInTheOrderOfTheCommands) {
  for (const char* name : {"a", "b", "c"}) EXPECT_TRUE(send(name));
  EXPECT_TRUE(receive("+1\r\n-ERR"));
  EXPECT_EQ(replies(), Lines{"a: 1"});
  EXPECT_TRUE(receive(" 2\r\n$1\r\n3\r\n"));
  EXPECT_EQ(replies(), (Lines{"b: ERR 2", "c: 3"}));
  EXPECT_EQ(talk_.in_flight(), 0U);
}

TEST_F(ConversationTest, BreaksWhereNothingWasAsked) {
  EXPECT_TRUE(send("a"));
  EXPECT_FALSE(receive("+1\r\n+2\r\n"));
  EXPECT_EQ(replies(), Lines{"a: 1"});
  Conversation refused({}, {}, nullptr);
  EXPECT_EQ(refused.receive("-ERR max number of clients reached\r\n", {}).error().message,
            "ERR max number of clients reached");
}

TEST_F(ConversationTest, BreaksWhereItIsNoReply) {
  EXPECT_TRUE(send("a"));
  EXPECT_FALSE(receive("HTTP/1.1 400\r\n"));
  EXPECT_EQ(replies(), Lines{});
}

TEST_F(ConversationTest, GivesAPushedReplyToWhoWantsIt) {
  std::string pushed;
  talk_.on_push([&](Reply reply) { pushed += reply[0].text(); });
  EXPECT_TRUE(send("a"));
  EXPECT_TRUE(receive("+1\r\n*1\r\n$1\r\nx\r\n*1\r\n$1\r\ny\r\n"));
  EXPECT_EQ(replies(), Lines{"a: 1"});
  EXPECT_EQ(pushed, "xy");
}

TEST_F(ConversationTest, TakesNoMoreThanMayBeInFlight) {
  for (const char* name : {"a", "b", "c", "d"}) EXPECT_TRUE(send(name));
  EXPECT_FALSE(send("e"));
  EXPECT_EQ(output(), "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n");
  EXPECT_FALSE(send("e")) << "sent is not answered";
  EXPECT_TRUE(receive("+1\r\n"));
  EXPECT_TRUE(send("e"));
}

TEST_F(ConversationTest, CountsTheBytesInFlight) {
  const std::string large(600, 'x');
  EXPECT_TRUE(send("a", {"SET", "k", large}));
  EXPECT_FALSE(send("b", {"SET", "k", large}));
  EXPECT_TRUE(send("c", {"GET", "k"}));
  EXPECT_TRUE(receive("+OK\r\n"));
  EXPECT_TRUE(send("b", {"SET", "k", large}));
  EXPECT_FALSE(send("d", {"SET", "k", std::string(2000, 'x')})) << "more than may ever be";
  EXPECT_FALSE(send("none", {}));
}

TEST_F(ConversationTest, EndsTheWaitAtTheDeadlineAndDropsTheReplyThatComesLate) {
  EXPECT_TRUE(send("a", {"GET", "a"}, milliseconds(300)));
  EXPECT_TRUE(send("b", {"GET", "b"}, milliseconds(100)));
  EXPECT_EQ(talk_.next_deadline(), clock_.now() + milliseconds(100));
  clock_.advance(milliseconds(99));
  talk_.expire(clock_.now());
  EXPECT_EQ(replies(), Lines{});
  clock_.advance(milliseconds(1));
  talk_.expire(clock_.now());
  EXPECT_EQ(replies(), Lines{"b: (Redis has not answered in time)"});
  EXPECT_EQ(talk_.in_flight(), 2U) << "its reply may come yet";
  EXPECT_EQ(talk_.next_deadline(), clock_.now() + milliseconds(200));
  EXPECT_TRUE(send("c"));
  EXPECT_TRUE(receive("+1\r\n+2\r\n+3\r\n"));
  EXPECT_EQ(replies(), (Lines{"a: 1", "c: 3"}));
  EXPECT_EQ(talk_.next_deadline(), std::nullopt);
}

TEST_F(ConversationTest, TellsHowLongTheOldestCommandWaits) {
  EXPECT_EQ(talk_.oldest_deadline(), std::nullopt);
  const auto first = clock_.now() + milliseconds(100);
  EXPECT_TRUE(send("a"));
  clock_.advance(milliseconds(200));
  EXPECT_TRUE(send("b"));
  talk_.expire(clock_.now());
  EXPECT_EQ(talk_.oldest_deadline(), first);
  EXPECT_TRUE(receive("+1\r\n"));
  EXPECT_EQ(talk_.oldest_deadline(), clock_.now() + milliseconds(100));
}

TEST_F(ConversationTest, TellsItsObserverHowItWent) {
  for (const char* name : {"a", "b", "c"}) EXPECT_TRUE(send(name));
  clock_.advance(milliseconds(7));
  EXPECT_TRUE(receive("+1\r\n-LOADING Redis is loading\r\n"));
  clock_.advance(milliseconds(100));
  talk_.expire(clock_.now());
  EXPECT_TRUE(receive("+3\r\n"));
  EXPECT_EQ(watcher_.seen, (Lines{"7 ms ", "7 ms LOADING", "expired"}));
}

TEST_F(ConversationTest, KnowsWhetherAnythingHasComeSinceACommandWasSent) {
  EXPECT_TRUE(send("a"));
  clock_.advance(milliseconds(1));
  EXPECT_TRUE(send("b"));
  clock_.advance(milliseconds(1));
  EXPECT_TRUE(receive("+1\r\n"));
  EXPECT_TRUE(send("c"));
  clock_.advance(milliseconds(100));
  talk_.expire(clock_.now());
  EXPECT_EQ(watcher_.seen, (Lines{"2 ms ", "expired", "expired in silence"}));
}

TEST_F(ConversationTest, EndsTheWaitOfAllAndDropsTheirRepliesInOrder) {
  for (const char* name : {"a", "b", "c"}) EXPECT_TRUE(send(name));
  EXPECT_TRUE(receive("+1\r\n"));
  during_ = [this] {
    during_ = nullptr;
    EXPECT_TRUE(send("d"));
  };
  EXPECT_EQ(talk_.end_waiting({"left alone"}), 2U);
  EXPECT_EQ(replies(), (Lines{"a: 1", "b: (left alone)", "c: (left alone)"}));
  EXPECT_EQ(talk_.in_flight(), 3U) << "their replies may come yet";
  EXPECT_TRUE(send("e"));
  EXPECT_FALSE(send("f")) << "and they count for what may be in flight";
  EXPECT_EQ(talk_.end_waiting({"left alone"}), 2U) << "nobody is told twice";
  static_cast<void>(replies());
  clock_.advance(milliseconds(100));
  talk_.expire(clock_.now());
  EXPECT_TRUE(receive("+2\r\n+3\r\n+4\r\n+5\r\n"));
  EXPECT_EQ(replies(), Lines{});
  EXPECT_EQ(watcher_.seen, Lines{"0 ms "}) << "of those the observer hears nothing";
  EXPECT_TRUE(send("g"));
  EXPECT_TRUE(receive("+6\r\n"));
  EXPECT_EQ(replies(), Lines{"g: 6"});
}

TEST_F(ConversationTest, EndsEveryWaitWhenItIsOver) {
  for (const char* name : {"a", "b"}) EXPECT_TRUE(send(name));
  talk_.abort({"gone"});
  EXPECT_EQ(replies(), (Lines{"a: (gone)", "b: (gone)"}));
  EXPECT_FALSE(send("c"));
  EXPECT_FALSE(talk_.has_output());
  EXPECT_TRUE(receive("+1\r\n"));
  EXPECT_EQ(replies(), Lines{});
}

TEST_F(ConversationTest, LetsHandlersSendAndEndIt) {
  EXPECT_TRUE(send("a"));
  during_ = [this] {
    during_ = nullptr;
    EXPECT_TRUE(send("b"));
  };
  EXPECT_TRUE(receive("+1\r\n"));
  during_ = [this] {
    during_ = nullptr;
    talk_.abort({"gone"});
  };
  EXPECT_TRUE(send("c"));
  EXPECT_TRUE(receive("+2\r\n+3\r\n"));
  EXPECT_EQ(replies(), (Lines{"a: 1", "b: 2", "c: (gone)"}));
  EXPECT_EQ(talk_.in_flight(), 0U);
}

TEST_F(ConversationTest, ReadsALongStreamOfRepliesInPieces) {
  std::string bytes;
  std::size_t answered = 0;
  Conversation talk({.commands = 100'000, .bytes = 100'000'000}, {}, nullptr);
  for (int i = 0; i < 20'000; ++i) {
    const std::string_view ping[] = {"PING"};
    ReplyHandler done = [&answered, i](const Result<Reply>& reply) { answered += reply->integer() == i; };
    ASSERT_TRUE(talk.send(ping, {}, TimePoint(milliseconds(1)), done));
    bytes += ":" + std::to_string(i) + "\r\n";
  }
  EXPECT_TRUE(talk.receive(bytes, {}).has_value());
  EXPECT_EQ(answered, 20'000U);
}

}  // namespace
}  // namespace tapri::redis
