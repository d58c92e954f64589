// Instances that know of each other, by a real Redis.
#include "redis/members.h"

#include "redis/reply_reader.h"
#include "unit/redis/real_client.h"

namespace tapri::redis {
namespace {

// Of replies that no script of ours gives, too.
TEST(MembersReply, IsReadWithinWhatAnAgeCanBe) {
  ReplyReader reader;
  const auto read = [&reader](const std::string& reply) {
    reader.feed(reply);
    return parse_members(**reader.next());
  };
  const auto members = read("*7\r\n$1\r\nb\r\n:9223372036854775807\r\n+x\r\n$1\r\na\r\n:-5\r\n*0\r\n:1\r\n");
  ASSERT_EQ(members.size(), 2U);
  EXPECT_EQ(members[0].id, "a");
  EXPECT_EQ(members[0].age, Duration::zero());
  EXPECT_EQ(members[0].text, "");
  EXPECT_EQ(members[1].age, std::chrono::years(1));
  EXPECT_TRUE(read("-ERR no\r\n").empty());
}

class MembersTest : public RealClientTest {
 protected:
  MembersTest() {
    connect(address_of(server_));
    EXPECT_TRUE(connected());
  }
  Members member(const std::string& id, Duration forget = std::chrono::hours(1)) {
    Members::Config config;
    config.name_space = "shop";
    config.id = id;
    config.interval = milliseconds(5);
    config.deadline = seconds(20);
    config.forget = forget;
    return {driver_.loop(), *client_, config, [id] { return "I am " + id; }};
  }
  static std::string ids(const Members& members) {
    std::string out;
    for (const Member& each : members.all()) out += each.id + " ";
    return out;
  }
  RedisServer server_;
};

TEST_F(MembersTest, KnowEachOther) {
  const Members one = member("a");
  const Members other = member("b");
  EXPECT_TRUE(until_seen([&] { return ids(one) == "a b " && ids(other) == "a b "; }));
  const auto all = one.all();
  EXPECT_EQ(all.at(1).text, "I am b");
  EXPECT_GE(all.at(1).age, Duration::zero());
  EXPECT_LT(all.at(1).age, std::chrono::minutes(1));
  EXPECT_NE(run({"PTTL", "tapri:{shop}:members"}), "-1") << "every key expires";
}

TEST_F(MembersTest, WhoIsSilentIsForgotten) {
  std::unique_ptr<Members> one(new Members(member("a", milliseconds(200))));
  const Members other = member("b", milliseconds(200));
  EXPECT_TRUE(until_seen([&] { return ids(other) == "a b "; }));
  one.reset();
  EXPECT_TRUE(until_seen([&] { return ids(other) == "b "; }));
}

TEST_F(MembersTest, WithoutRedisNobodyIsKnown) {
  const Members one = member("a");
  EXPECT_TRUE(until_seen([&] { return ids(one) == "a "; }));
  client_->close();
  EXPECT_TRUE(until_seen([&] { return ids(one).empty(); }));
}

}  // namespace
}  // namespace tapri::redis
