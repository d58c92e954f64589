#include "admin/http_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tapri::admin {
namespace {

// The status that these bytes are refused with; 0: a request came out; -1: more bytes are needed.
int status_of(std::string_view bytes, HttpParser::Limits limits = {}) {
  HttpParser parser(limits);
  parser.feed(bytes);
  const auto next = parser.next();
  if (!next) return next.error().status;
  return next->has_value() ? 0 : -1;
}

HttpRequest parse(std::string_view bytes) {
  HttpParser parser;
  parser.feed(bytes);
  auto next = parser.next();
  EXPECT_TRUE(next && next->has_value()) << bytes;
  return next && next->has_value() ? **next : HttpRequest{};
}

constexpr std::string_view kPost =
    "POST /api/v1/flush?a=b%20c+d&verbose&e= HTTP/1.1\r\n"
    "Host: localhost:6480\r\n"
    "X-Two:  words in here \t\r\n"
    "content-LENGTH: 5\r\n"
    "\r\n"
    "hello";

void expect_post(const HttpRequest& request) {
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/api/v1/flush");
  EXPECT_EQ(request.parameter("a"), "b c d");
  EXPECT_EQ(request.parameter("verbose"), "");
  EXPECT_EQ(request.parameter("e"), "");
  EXPECT_EQ(request.parameter("f"), std::nullopt);
  EXPECT_EQ(request.header("host"), "localhost:6480");
  EXPECT_EQ(request.header("x-two"), "words in here");
  EXPECT_EQ(request.header("absent"), "");
  EXPECT_EQ(request.body, "hello");
  EXPECT_TRUE(request.keep_alive);
}

TEST(HttpParserTest, ReadsARequest) { expect_post(parse(kPost)); }

TEST(HttpParserTest, ReadsItHoweverItIsSplit) {
  for (std::size_t split = 0; split <= kPost.size(); ++split) {
    HttpParser parser;
    parser.feed(kPost.substr(0, split));
    auto early = parser.next();
    ASSERT_TRUE(early) << split;
    if (split < kPost.size()) {
      ASSERT_FALSE(early->has_value()) << split;
      parser.feed(kPost.substr(split));
      early = parser.next();
    }
    ASSERT_TRUE(early && early->has_value()) << split;
    expect_post(**early);
    EXPECT_EQ(parser.buffered(), 0U) << split;
  }
}

TEST(HttpParserTest, ReadsItByteByByte) {
  HttpParser parser;
  for (std::size_t i = 0; i < kPost.size(); ++i) {
    const auto none = parser.next();
    ASSERT_TRUE(none) << i;
    ASSERT_FALSE(none->has_value()) << i;
    parser.feed(kPost.substr(i, 1));
  }
  const auto last = parser.next();
  ASSERT_TRUE(last && last->has_value());
  expect_post(**last);
}

TEST(HttpParserTest, ReadsPipelinedRequestsOneByOne) {
  HttpParser parser;
  parser.feed("GET /a HTTP/1.1\r\n\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: 2\r\n\r\nxyGET /c HTTP/1.1\r\n\r\nGE");
  EXPECT_EQ((*parser.next())->path, "/a");
  const auto second = parser.next();
  EXPECT_EQ((*second)->path, "/b");
  EXPECT_EQ((*second)->body, "xy");
  EXPECT_EQ((*parser.next())->path, "/c");
  EXPECT_FALSE(parser.next()->has_value());
  EXPECT_EQ(parser.buffered(), 2U);
}

TEST(HttpParserTest, KnowsWhenTheConnectionEnds) {
  EXPECT_TRUE(parse("GET / HTTP/1.1\r\n\r\n").keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\n\r\n").keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.1\r\nConnection: close\r\n\r\n").keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.1\r\nConnection: foo, Close\r\n\r\n").keep_alive);
  EXPECT_TRUE(parse("GET / HTTP/1.1\r\nConnection: keep-alive\r\n\r\n").keep_alive);
}

TEST(HttpParserTest, AsksForTheBodyOnceWhereItIsExpectedTo) {
  HttpParser parser;
  parser.feed("POST / HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_FALSE(parser.next()->has_value());
  EXPECT_TRUE(parser.take_continue());
  EXPECT_FALSE(parser.take_continue());
  parser.feed("ab");
  EXPECT_EQ((*parser.next())->body, "ab");
  // The body is there already: nobody waits for the word.
  parser.feed("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab");
  EXPECT_TRUE(parser.next()->has_value());
  EXPECT_FALSE(parser.take_continue());
}

TEST(HttpParserTest, RefusesMalformedHeads) {
  for (const char* bytes : {
           "GET\r\n\r\n",
           "GET /\r\n\r\n",
           "GET  HTTP/1.1\r\n\r\n",
           "G@T / HTTP/1.1\r\n\r\n",
           "GET / HTTP/1.1 \r\n\r\n",
           "GET x HTTP/1.1\r\n\r\n",
           "GET http://h/ HTTP/1.1\r\n\r\n",
           "GET /a b HTTP/1.1\r\n\r\n",
           "GET /# HTTP/1.1\r\n\r\n",
           "GET /% HTTP/1.1\r\n\r\n",
           "GET /%4 HTTP/1.1\r\n\r\n",
           "GET /?a=%zz HTTP/1.1\r\n\r\n",
           "GET / NOPE/1.1\r\n\r\n",
           " GET / HTTP/1.1\r\n\r\n",
           "GET / HTTP/1.1\r\nno colon\r\n\r\n",
           "GET / HTTP/1.1\r\n: no name\r\n\r\n",
           "GET / HTTP/1.1\r\nName : blank\r\n\r\n",
           "GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n",
           "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n",
           "GET / HTTP/1.1\nA: b\r\n\r\n",
           "GET / HTTP/1.1\r\nA: \x01\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
           "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
           "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
           "POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n",
           "POST / HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\n",
           "POST / HTTP/1.1\r\nContent-Length:\r\n\r\n",
           "POST / HTTP/1.1\r\nContent-Length: 0x1\r\n\r\n",
       }) {
    EXPECT_EQ(status_of(bytes), 400) << bytes;
  }
  EXPECT_EQ(status_of(std::string_view("GET /\0 HTTP/1.1\r\n\r\n", 19)), 400);
}

TEST(HttpParserTest, RefusesWhatItDoesNotSpeak) {
  EXPECT_EQ(status_of("GET / HTTP/2.0\r\n\r\n"), 505);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"), 501);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: identity\r\n\r\n"), 501);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nExpect: tea\r\n\r\n"), 417);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc"), 0);
}

TEST(HttpParserTest, HeadLimitIsExact) {
  const std::string start = "GET / HTTP/1.1\r\nA: ";
  const HttpParser::Limits limits{64, 8};
  const std::string fits(64 - start.size(), 'x');
  EXPECT_EQ(status_of(start + fits + "\r\n\r\n", limits), 0);
  EXPECT_EQ(status_of(start + fits + "x\r\n\r\n", limits), 431);
  EXPECT_EQ(status_of(start + fits, limits), -1);
  for (const char* part : {"\r", "\r\n", "\r\n\r"}) EXPECT_EQ(status_of(start + fits + part, limits), -1);
  EXPECT_EQ(status_of(start + fits + "xxxx", limits), 431);  // refused before it ends
}

TEST(HttpParserTest, BodyLimitIsExact) {
  const HttpParser::Limits limits{64, 8};
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nContent-Length: 8\r\n\r\n12345678", limits), 0);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nContent-Length: 8\r\n\r\n1234567", limits), -1);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n", limits), 413);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n"), 413);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nContent-Length: 18446744073709551615\r\n\r\n"), 413);
}

TEST(HttpParserTest, StaysBrokenAndKeepsNothing) {
  HttpParser parser;
  parser.feed("BAD\r\n\r\n");
  EXPECT_FALSE(parser.next());
  parser.feed("GET / HTTP/1.1\r\n\r\n");
  const auto again = parser.next();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().status, 400);
  EXPECT_EQ(parser.buffered(), 0U);
}

}  // namespace
}  // namespace tapri::admin
