#include "redis/slots.h"

#include <gtest/gtest.h>

#include <string>

#include "redis/reply_reader.h"

namespace tapri::redis {
namespace {

using namespace std::string_view_literals;

const io::Address kAsked{"asked", 7000, ""};

TEST(SlotOf, IsTheClustersOwn) {
  // From the specification (the check value of CRC16) and from CLUSTER KEYSLOT.
  EXPECT_EQ(slot_of("123456789"), 0x31c3U);
  EXPECT_EQ(slot_of("foo"), 12182U);
  EXPECT_EQ(slot_of(""), 0U);
  EXPECT_EQ(slot_of("\xff\x00z"sv), slot_of("a{\xff\x00z}b"sv));
}

TEST(SlotOf, HashesWhatStandsInTheFirstBraces) {
  EXPECT_EQ(slot_of("{user1000}.following"), slot_of("user1000"));
  EXPECT_EQ(slot_of("foo{bar}{zap}"), slot_of("bar"));
  EXPECT_EQ(slot_of("foo{{bar}}zap"), slot_of("{bar"));
  EXPECT_EQ(slot_of("tapri:{ns}:log"), slot_of("tapri:{ns}:epoch"));
  EXPECT_EQ(slot_of("foo{}{bar}"), 8363U) << "nothing in them: the whole key";
  EXPECT_NE(slot_of("foo{bar"), slot_of("bar"));
  EXPECT_NE(slot_of("foo}bar{"), slot_of(""));
}

std::string key(std::initializer_list<std::string_view> command) {
  const auto found = key_of(std::span(command.begin(), command.size()));
  return found ? std::string(*found) : "none";
}

TEST(KeyOf, FindsTheKeyThatRoutes) {
  EXPECT_EQ(key({"GET", "k"}), "k");
  EXPECT_EQ(key({"set", "k", "v", "PX", "1"}), "k");
  EXPECT_EQ(key({"XADD", "s", "*", "r", "x"}), "s");
  EXPECT_EQ(key({"EVAL", "return 1", "1", "k", "x"}), "k");
  EXPECT_EQ(key({"evalsha", "sha", "2", "k", "l"}), "k");
  EXPECT_EQ(key({"EVAL", "return 1", "0", "x"}), "none");
  EXPECT_EQ(key({"EVAL", "return 1"}), "none");
  EXPECT_EQ(key({"XREAD", "COUNT", "1", "BLOCK", "100", "streams", "s", "0"}), "s");
  EXPECT_EQ(key({"XREAD", "STREAMS"}), "none");
  EXPECT_EQ(key({"XREAD", "COUNT"}), "none");
  for (const char* command : {"PING", "INFO", "script", "CLUSTER"}) EXPECT_EQ(key({command, "x"}), "none");
  EXPECT_EQ(key({"DBSIZE"}), "none");
  EXPECT_EQ(key({}), "none");
}

class SlotsReplies : public testing::Test {
 protected:
  Reply read(const std::string& reply) {
    reader_ = std::make_unique<ReplyReader>();
    reader_->feed(reply);
    const auto read = reader_->next();
    return **read;
  }
  std::optional<SlotMap> map(const std::string& reply) { return SlotMap::parse(read(reply), kAsked); }
  std::string redirect(const std::string& error) {
    const auto to = parse_redirect(read("-" + error + "\r\n"), kAsked);
    return to ? (to->moved ? "moved " : "ask ") + std::to_string(to->slot) + " " + to->to.text() : "none";
  }
  static std::string node(const std::string& host, const std::string& port) {
    return "*3\r\n$" + std::to_string(host.size()) + "\r\n" + host + "\r\n:" + port + "\r\n$2\r\nid\r\n";
  }
  std::unique_ptr<ReplyReader> reader_;
};

TEST_F(SlotsReplies, MapSlotsToPrimaries) {
  const auto slots = map("*3\r\n*4\r\n:0\r\n:99\r\n" + node("a", "1") + node("replica", "9") +
                         "*3\r\n:200\r\n:16383\r\n" + node("b", "2") + "*3\r\n:100\r\n:100\r\n" + node("a", "1"));
  ASSERT_TRUE(slots);
  EXPECT_EQ(slots->primaries().size(), 2U);
  EXPECT_EQ(slots->primary_of(0)->text(), "a:1");
  EXPECT_EQ(slots->primary_of(100)->text(), "a:1");
  EXPECT_EQ(slots->primary_of(101), nullptr);
  EXPECT_EQ(slots->primary_of(200)->text(), "b:2");
  EXPECT_EQ(slots->primary_of(16383)->text(), "b:2");
  EXPECT_EQ(slots->primary_of(16384), nullptr);
}

TEST_F(SlotsReplies, ListWhomTheyNameOnceEach) {
  const auto listed = listed_servers(
      read("*3\r\n*4\r\n:0\r\n:99\r\n" + node("b", "1") + node("replica", "9") + "*3\r\n:200\r\n:300\r\n" +
           node("", "2") + "*4\r\n:100\r\n:100\r\n" + node("b", "1") + node("b", "0")),
      kAsked);
  std::string text;
  for (const auto& server : listed) text += server.text() + ";";
  EXPECT_EQ(text, "asked:2;b:1;replica:9;");
  EXPECT_TRUE(listed_servers(read("-ERR no\r\n"), kAsked).empty());
}

TEST_F(SlotsReplies, TakeTheHostThatWasAskedWhereNoneIsGiven) {
  EXPECT_EQ(map("*1\r\n*3\r\n:0\r\n:1\r\n" + node("", "7001"))->primary_of(1)->text(), "asked:7001");
  EXPECT_EQ(map("*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n$-1\r\n:7001\r\n")->primary_of(1)->text(), "asked:7001");
  EXPECT_EQ(redirect("MOVED 1 :7001"), "moved 1 asked:7001");
}

TEST_F(SlotsReplies, AreRefusedWhereTheyMakeNoSense) {
  EXPECT_TRUE(map("*0\r\n"));
  for (const std::string& reply :
       {std::string("+OK\r\n"), std::string("*1\r\n:1\r\n"), "*1\r\n*3\r\n:-1\r\n:1\r\n" + node("a", "1"),
        "*1\r\n*3\r\n:2\r\n:1\r\n" + node("a", "1"), "*1\r\n*3\r\n:0\r\n:16384\r\n" + node("a", "1"),
        "*1\r\n*3\r\n:0\r\n:1\r\n" + node("a", "0"), "*1\r\n*3\r\n:0\r\n:1\r\n" + node("a", "65536"),
        std::string("*1\r\n*2\r\n:0\r\n:1\r\n"), std::string("-ERR This instance has cluster support disabled\r\n")}) {
    EXPECT_FALSE(map(reply)) << reply;
  }
}

TEST_F(SlotsReplies, SayWhereToGo) {
  EXPECT_EQ(redirect("MOVED 3999 127.0.0.1:6381"), "moved 3999 127.0.0.1:6381");
  EXPECT_EQ(redirect("ASK 0 redis.example:1"), "ask 0 redis.example:1");
  EXPECT_EQ(redirect("MOVED 16383 ::1:6381"), "moved 16383 [::1]:6381");
  for (const char* error : {"MOVED", "ASK ", "MOVED 1", "MOVED x a:1", "MOVED 16384 a:1", "MOVED 1 a", "MOVED 1 a:0",
                            "MOVED 1a:1", "MOVEDX 1 a:1", "ERR MOVED 1 a:1"}) {
    EXPECT_EQ(redirect(error), "none") << error;
  }
  EXPECT_FALSE(parse_redirect(read("+MOVED 1 a:1\r\n"), kAsked));
}

}  // namespace
}  // namespace tapri::redis
