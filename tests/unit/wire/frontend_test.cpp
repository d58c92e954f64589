#include "wire/pg/frontend.h"

#include <optional>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/wire/exact.h"
#include "wire/pg/frame.h"

namespace tapri::wire::pg {
namespace {

using ::testing::ElementsAre;

// The body of the one frame in `bytes`.
std::string body_of(const std::string& bytes, char type) {
  Frame frame;
  EXPECT_EQ(take_frame(bytes, frame), FrameStatus::complete);
  EXPECT_EQ(frame.type, type);
  EXPECT_EQ(frame.whole.size(), bytes.size());
  return std::string(frame.body);
}

std::vector<std::optional<std::string>> parameters_of(const Bind& bind) {
  std::vector<std::optional<std::string>> out;
  bind.for_each_parameter([&out](bool is_null, ByteView value) {
    out.push_back(is_null ? std::nullopt : std::optional<std::string>(value));
  });
  return out;
}

TEST(Frontend, Query) {
  std::string bytes;
  append_query(bytes, "select 1");
  EXPECT_EQ(bytes, raw("Q\0\0\0\x0dselect 1\0"));
  const std::string body = body_of(bytes, frontend::kQuery);
  expect_exact<Query>(body);
  Query query;
  ASSERT_TRUE(decode(body, query));
  EXPECT_EQ(query.sql, "select 1");
}

TEST(Frontend, TextsAreCutAtTheirFirstNul) {
  std::string bytes;
  append_query(bytes, raw("select 1\0drop"));
  EXPECT_EQ(bytes, raw("Q\0\0\0\x0dselect 1\0"));
}

TEST(Frontend, Parse) {
  std::string bytes;
  const std::uint32_t types[] = {23, 0xfffffffeU};
  append_parse(bytes, "s1", "select $1", types);
  const std::string body = body_of(bytes, frontend::kParse);
  expect_exact<Parse>(body);
  Parse parse;
  ASSERT_TRUE(decode(body, parse));
  EXPECT_EQ(parse.name, "s1");
  EXPECT_EQ(parse.sql, "select $1");
  ASSERT_EQ(parse.type_count, 2);
  EXPECT_EQ(parse.type(0), 23U);
  EXPECT_EQ(parse.type(1), 0xfffffffeU);
  expect_exact<Parse>(raw("\0\0\0\0"));
}

TEST(Frontend, ParseSendsNoMoreTypesThanCanBeCounted) {
  std::string bytes;
  append_parse(bytes, "", "", std::vector<std::uint32_t>(70000, 25));
  Parse parse;
  ASSERT_TRUE(decode(body_of(bytes, frontend::kParse), parse));
  EXPECT_EQ(parse.type_count, 65535);
}

TEST(Frontend, BindWithoutParameters) {
  std::string bytes;
  append_bind(bytes, "p", "s");
  const std::string body = body_of(bytes, frontend::kBind);
  expect_exact<Bind>(body);
  Bind bind;
  ASSERT_TRUE(decode(body, bind));
  EXPECT_EQ(bind.portal, "p");
  EXPECT_EQ(bind.statement, "s");
  EXPECT_EQ(bind.parameters, raw("\0\0\0\0"));
  EXPECT_EQ(bind.parameter_count, 0);
  EXPECT_EQ(bind.result_format(7), 0);
}

TEST(Frontend, BindWithValuesNullsAndFormats) {
  const std::string parameters = raw("\0\x02\0\x01\0\0") + raw("\0\x03\0\0\0\x02hi\xff\xff\xff\xff\0\0\0\0");
  const std::string body = raw("p\0s\0") + parameters + raw("\0\x02\0\0\0\x01");
  expect_exact<Bind>(body);
  Bind bind;
  ASSERT_TRUE(decode(body, bind));
  EXPECT_EQ(bind.parameters, parameters);
  EXPECT_EQ(bind.parameter_count, 3);
  EXPECT_THAT(parameters_of(bind), ElementsAre("hi", std::nullopt, ""));
  EXPECT_EQ(bind.parameter_format(0), 1);
  EXPECT_EQ(bind.parameter_format(1), 0);
  EXPECT_EQ(bind.parameter_format(2), 0);
  EXPECT_EQ(bind.result_format(0), 0);
  EXPECT_EQ(bind.result_format(1), 1);
}

TEST(Frontend, OneFormatCodeIsForAll) {
  Bind bind;
  const std::string body = raw("\0\0\0\x01\0\x01\0\0\0\x01\0\x01");
  ASSERT_TRUE(decode(body, bind));
  EXPECT_EQ(bind.parameter_format(0), 1);
  EXPECT_EQ(bind.parameter_format(500), 1);
  EXPECT_EQ(bind.result_format(500), 1);
}

TEST(Frontend, BindRefusesLengthsThatCannotBe) {
  Bind bind;
  for (const std::string& length :
       {raw("\xff\xff\xff\xfe"), raw("\x80\0\0\0"), raw("\x7f\xff\xff\xff"), raw("\0\0\0\x02")}) {
    const ExactBuffer body(raw("\0\0\0\0\0\x01") + length + raw("\0\0"));
    EXPECT_FALSE(decode(body.view(), bind));
  }
  EXPECT_FALSE(decode(ExactBuffer(raw("\0\0\xff\xff\0\0\0\0")).view(), bind));
  EXPECT_FALSE(decode(ExactBuffer(raw("\0\0\0\0\xff\xff\0\0")).view(), bind));
  EXPECT_FALSE(decode(ExactBuffer(raw("\0\0\0\0\0\0\xff\xff")).view(), bind));
}

TEST(Frontend, BindTakes65535Parameters) {
  std::string body = raw("\0\0\0\0\xff\xff");
  for (int i = 0; i < 65535; ++i) body += raw("\xff\xff\xff\xff");
  body += raw("\0\0");
  Bind bind;
  ASSERT_TRUE(decode(body, bind));
  EXPECT_EQ(parameters_of(bind).size(), 65535U);
}

TEST(Frontend, DescribeAndClose) {
  std::string bytes;
  append_describe(bytes, 'S', "s1");
  const std::string describe_body = body_of(bytes, frontend::kDescribe);
  expect_exact<Describe>(describe_body);
  Describe describe;
  ASSERT_TRUE(decode(describe_body, describe));
  EXPECT_EQ(describe.kind, 'S');
  EXPECT_EQ(describe.name, "s1");

  bytes.clear();
  append_close(bytes, 'P', "");
  const std::string close_body = body_of(bytes, frontend::kClose);
  expect_exact<Close>(close_body);
  Close close;
  ASSERT_TRUE(decode(close_body, close));
  EXPECT_EQ(close.kind, 'P');
  EXPECT_EQ(close.name, "");

  EXPECT_FALSE(decode(raw("X\0"), describe));
  EXPECT_FALSE(decode(raw("\0\0"), close));
}

TEST(Frontend, Execute) {
  std::string bytes;
  append_execute(bytes, "p", 100);
  const std::string body = body_of(bytes, frontend::kExecute);
  expect_exact<Execute>(body);
  Execute execute;
  ASSERT_TRUE(decode(body, execute));
  EXPECT_EQ(execute.portal, "p");
  EXPECT_EQ(execute.max_rows, 100);
  ASSERT_TRUE(decode(raw("\0\xff\xff\xff\xff"), execute));
  EXPECT_EQ(execute.max_rows, -1);
}

TEST(Frontend, Passwords) {
  std::string bytes;
  append_password(bytes, "secret");
  const std::string body = body_of(bytes, frontend::kPassword);
  expect_exact<PasswordMessage>(body);
  PasswordMessage password;
  ASSERT_TRUE(decode(body, password));
  EXPECT_EQ(password.password, "secret");

  bytes.clear();
  append_sasl_initial_response(bytes, "SCRAM-SHA-256", raw("n,,\0"));
  const std::string initial_body = body_of(bytes, frontend::kPassword);
  expect_exact<SaslInitialResponse>(initial_body);
  SaslInitialResponse initial;
  ASSERT_TRUE(decode(initial_body, initial));
  EXPECT_EQ(initial.mechanism, "SCRAM-SHA-256");
  EXPECT_TRUE(initial.has_response);
  EXPECT_EQ(initial.response, raw("n,,\0"));

  expect_exact<SaslInitialResponse>(raw("X\0\xff\xff\xff\xff"));
  ASSERT_TRUE(decode(raw("X\0\xff\xff\xff\xff"), initial));
  EXPECT_FALSE(initial.has_response);
  EXPECT_FALSE(decode(raw("X\0\xff\xff\xff\xfe"), initial));
  EXPECT_FALSE(decode(raw("X\0\x7f\xff\xff\xff"), initial));

  bytes.clear();
  append_sasl_response(bytes, raw("a\0b"));
  SaslResponse response;
  const std::string response_body = body_of(bytes, frontend::kPassword);
  ASSERT_TRUE(decode(response_body, response));
  EXPECT_EQ(response.data, raw("a\0b"));
}

TEST(Frontend, MessagesWithoutBodyFollowEachOther) {
  std::string bytes;
  append_sync(bytes);
  append_flush(bytes);
  append_terminate(bytes);
  EXPECT_EQ(bytes, raw("S\0\0\0\x04H\0\0\0\x04X\0\0\0\x04"));
}

}  // namespace
}  // namespace tapri::wire::pg
