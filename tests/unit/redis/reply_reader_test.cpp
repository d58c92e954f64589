#include "redis/reply_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tapri::redis {
namespace {

// A reply as text that shows its structure.
std::string shown(const Reply& reply) {
  switch (reply.kind()) {
    case Reply::Kind::nil:
      return "nil";
    case Reply::Kind::status:
      return "+" + std::string(reply.text());
    case Reply::Kind::error:
      return "-" + std::string(reply.text());
    case Reply::Kind::integer:
      return std::to_string(reply.integer());
    case Reply::Kind::string:
      return "'" + std::string(reply.text()) + "'";
    case Reply::Kind::array:
      break;
  }
  std::string all = "[";
  for (std::size_t i = 0; i < reply.size(); ++i) all += (i > 0 ? " " : "") + shown(reply[i]);
  return all + "]";
}

// Fed in pieces of `size`. What was read, and "broken" at the end where it is.
std::vector<std::string> read(std::string_view bytes, std::size_t size, ReplyLimits limits = {}) {
  ReplyReader reader(limits);
  std::vector<std::string> replies;
  while (!bytes.empty()) {
    reader.feed(bytes.substr(0, size));
    bytes.remove_prefix(std::min(bytes.size(), size));
    for (;;) {
      const auto reply = reader.next();
      if (!reply) {
        replies.emplace_back("broken");
        EXPECT_FALSE(reader.next()) << "stays broken";
        return replies;
      }
      if (!*reply) break;
      replies.push_back(shown(**reply));
    }
  }
  return replies;
}

std::vector<std::string> read(std::string_view bytes, ReplyLimits limits = {}) {
  return read(bytes, 1'000'000, limits);
}

using Replies = std::vector<std::string>;
using namespace std::string_literals;

TEST(ReplyReader, ReadsEveryKindHoweverItIsCut) {
  const std::string bytes =
      "+OK\r\n-ERR no\r\n:-12\r\n$-1\r\n$0\r\n\r\n$5\r\na\r\nb\0\r\n*-1\r\n*0\r\n"
      "*3\r\n*2\r\n:1\r\n*1\r\n$1\r\nx\r\n+y\r\n*2\r\n$-1\r\n-Z\r\n:9223372036854775807\r\n"s;
  const Replies expected = {"+OK",
                            "-ERR no",
                            "-12",
                            "nil",
                            "''",
                            "'a\r\nb\0'"s,
                            "nil",
                            "[]",
                            "[[1 ['x']] +y [nil -Z]]",
                            "9223372036854775807"};
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    ASSERT_EQ(read(bytes, size), expected) << "in pieces of " << size;
  }
}

TEST(ReplyReader, RefusesWhatIsNoReply) {
  for (const char* bytes : {"HTTP/1.1 400 Bad Request\r\n", "%1\r\n", "$x\r\n", "$-2\r\n", "*-2\r\n", ":1x\r\n",
                            "*99999999999999999999\r\n", "$99999999999999999999\r\n", "\r\n"}) {
    EXPECT_EQ(read(bytes), Replies{"broken"}) << bytes;
  }
  EXPECT_EQ(read("+OK\r\n+OK\r\nno"), (Replies{"+OK", "+OK", "broken"})) << "what came before it is good";
}

TEST(ReplyReader, NestsSevenDeepAndNoDeeper) {
  std::string bytes;
  for (int i = 0; i < 7; ++i) bytes += "*1\r\n";
  EXPECT_EQ(read(bytes + ":1\r\n"), Replies{"[[[[[[[1]]]]]]]"});
  EXPECT_EQ(read("*1\r\n" + bytes + "*1\r\n:1\r\n"), Replies{"broken"});
}

TEST(ReplyReader, TakesNoMoreElementsThanAllowed) {
  const ReplyLimits limits = {.elements = 4};
  EXPECT_EQ(read("*4\r\n:1\r\n:2\r\n:3\r\n:4\r\n", limits), Replies{"[1 2 3 4]"});
  EXPECT_EQ(read("*5\r\n", limits), Replies{"broken"});
  EXPECT_EQ(read("*2147483647\r\n", limits), Replies{"broken"});
  EXPECT_EQ(read("*2\r\n*2\r\n:1\r\n:2\r\n*0\r\n", limits), Replies{"[[1 2] []]"});
  EXPECT_EQ(read("*2\r\n*2\r\n:1\r\n:2\r\n*1\r\n", limits), Replies{"broken"}) << "all arrays count together";
  EXPECT_EQ(read("*4\r\n:1\r\n:2\r\n:3\r\n:4\r\n*4\r\n", limits), Replies{"[1 2 3 4]"}) << "each reply for itself";
}

TEST(ReplyReader, RefusesATextThatIsTooLongBeforeItComes) {
  const ReplyLimits limits = {.bytes = 8};
  EXPECT_EQ(read("$8\r\n12345678\r\n", limits), Replies{"'12345678'"});
  EXPECT_EQ(read("$9\r\n", limits), Replies{"broken"});
  EXPECT_EQ(read("$9223372036854775807\r\n", limits), Replies{"broken"});
  EXPECT_EQ(read("*2\r\n$5\r\n12345\r\n$4\r\n", limits), Replies{"broken"}) << "all texts count together";
  EXPECT_EQ(read("*2\r\n$5\r\n12345\r\n$4\r\n1234\r\n", limits), Replies{"broken"}) << "also where it is there already";
  EXPECT_EQ(read("+123456789\r\n", limits), Replies{"broken"});
}

TEST(ReplyReader, RefusesALineWithoutAnEnd) {
  const ReplyLimits limits = {.line = 100};
  for (const char* type : {"+", "-", ":", "$", "*"}) {
    EXPECT_EQ(read(type + std::string(101, '1'), limits), Replies{}) << type;
    EXPECT_EQ(read(type + std::string(102, '1'), limits), Replies{"broken"}) << type;
  }
  const std::string line(100, '1');
  EXPECT_EQ(read("+" + line + "\r\n", limits), Replies{"+" + line});
  EXPECT_EQ(read("+1" + line + "\r\n", limits), Replies{"broken"});
}

TEST(ReplyReader, KeepsAReplyUntilTheNextIsAskedFor) {
  ReplyReader reader;
  reader.feed("*2\r\n$5\r\nfirst\r\n+OK\r\n$6\r\nsecond\r\n");
  const auto first = reader.next();
  reader.feed(std::string(100'000, 'x'));
  EXPECT_EQ(shown(**first), "['first' +OK]");
}

TEST(Reply, HasNothingOfWhatItsKindHasNot) {
  ReplyReader reader;
  reader.feed("*1\r\n:7\r\n+OK\r\n-LOADING Redis is loading\r\n-ERR\r\n");
  const auto array = reader.next();
  EXPECT_EQ((**array).text(), "");
  EXPECT_EQ((**array).integer(), 0);
  EXPECT_EQ((**array)[1].kind(), Reply::Kind::nil);
  EXPECT_EQ((**array)[1][7].text(), "");
  EXPECT_EQ((**array)[0].size(), 0U);
  EXPECT_EQ((**array)[0].text(), "");
  const auto status = reader.next();
  EXPECT_EQ((**status).size(), 0U);
  EXPECT_EQ(error_code(**status), "");
  EXPECT_EQ(error_code(**reader.next()), "LOADING");
  EXPECT_EQ(error_code(**reader.next()), "ERR");
  EXPECT_EQ(Reply().kind(), Reply::Kind::nil);
}

}  // namespace
}  // namespace tapri::redis
