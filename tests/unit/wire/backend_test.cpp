#include "wire/pg/backend.h"

#include <optional>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/wire/exact.h"
#include "wire/pg/frame.h"

namespace tapri::wire::pg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

std::string body_of(const std::string& bytes, char type) {
  Frame frame;
  EXPECT_EQ(take_frame(bytes, frame), FrameStatus::complete);
  EXPECT_EQ(frame.type, type);
  EXPECT_EQ(frame.whole.size(), bytes.size());
  return std::string(frame.body);
}

TEST(Backend, ReadyForQuery) {
  std::string bytes;
  append_ready_for_query(bytes, kInTransaction);
  EXPECT_EQ(bytes, raw("Z\0\0\0\x05T"));
  expect_exact<ReadyForQuery>("I");
  expect_exact<ReadyForQuery>("T");
  expect_exact<ReadyForQuery>("E");
  ReadyForQuery ready;
  EXPECT_FALSE(decode("X", ready));
  ASSERT_TRUE(decode("E", ready));
  EXPECT_EQ(ready.status, kInFailedTransaction);
}

TEST(Backend, ParameterStatus) {
  std::string bytes;
  append_parameter_status(bytes, "TimeZone", "UTC");
  const std::string body = body_of(bytes, backend::kParameterStatus);
  expect_exact<ParameterStatus>(body);
  ParameterStatus status;
  ASSERT_TRUE(decode(body, status));
  EXPECT_EQ(status.name, "TimeZone");
  EXPECT_EQ(status.value, "UTC");
}

TEST(Backend, BackendKeyDataHasASecretOfFourTo256Bytes) {
  for (const std::size_t size : {4U, 32U, 256U}) {
    std::string bytes;
    append_backend_key_data(bytes, 4711, std::string(size, 's'));
    BackendKeyData key;
    const std::string body = body_of(bytes, backend::kBackendKeyData);
    ASSERT_TRUE(decode(body, key));
    EXPECT_EQ(key.process_id, 4711U);
    EXPECT_EQ(key.secret.size(), size);
  }
  BackendKeyData key;
  for (const std::size_t size : {0U, 1U, 3U, 4U, 7U, 261U}) {
    EXPECT_FALSE(decode(ExactBuffer(std::string(size, 's')).view(), key)) << size;
  }
}

TEST(Backend, CommandCompleteAndNotification) {
  std::string bytes;
  append_command_complete(bytes, "SELECT 3");
  const std::string body = body_of(bytes, backend::kCommandComplete);
  expect_exact<CommandComplete>(body);
  CommandComplete complete;
  ASSERT_TRUE(decode(body, complete));
  EXPECT_EQ(complete.tag, "SELECT 3");

  expect_exact<NotificationResponse>(raw("\0\0\0\x07jobs\0run\0"));
  NotificationResponse notification;
  const std::string notification_body = raw("\0\0\0\x07jobs\0\0");
  ASSERT_TRUE(decode(notification_body, notification));
  EXPECT_EQ(notification.process_id, 7U);
  EXPECT_EQ(notification.channel, "jobs");
  EXPECT_EQ(notification.payload, "");
}

TEST(Backend, ErrorsHaveAllTheirFields) {
  std::string bytes;
  append_error(bytes, "FATAL", "53300", "too many connections", "128 are open", "wait");
  const std::string body = body_of(bytes, backend::kErrorResponse);
  EXPECT_EQ(body, raw("SFATAL\0VFATAL\0C53300\0Mtoo many connections\0D128 are open\0Hwait\0\0"));
  expect_exact<ErrorOrNotice>(body);
  ErrorOrNotice error;
  ASSERT_TRUE(decode(body, error));
  EXPECT_EQ(error.severity, "FATAL");
  EXPECT_EQ(error.code, "53300");
  EXPECT_EQ(error.message, "too many connections");
  EXPECT_EQ(error.detail, "128 are open");
  EXPECT_EQ(error.hint, "wait");
}

TEST(Backend, ErrorTextsCannotForgeFields) {
  std::string bytes;
  append_error(bytes, "ERROR", "54000", raw("long\0C00000"));
  EXPECT_EQ(body_of(bytes, backend::kErrorResponse), raw("SERROR\0VERROR\0C54000\0Mlong\0\0"));
}

TEST(Backend, NoticesFromOldAndTranslatedServers) {
  ErrorOrNotice notice;
  const std::string translated = raw("SWARNUNG\0VWARNING\0C01000\0Mtext\0Fparse.c\0L12\0\0");
  ASSERT_TRUE(decode(translated, notice));
  EXPECT_EQ(notice.severity, "WARNING");
  std::vector<std::pair<char, std::string>> fields;
  notice.for_each_field([&fields](char type, ByteView value) { fields.emplace_back(type, value); });
  EXPECT_THAT(fields, ElementsAre(Pair('S', "WARNUNG"), Pair('V', "WARNING"), Pair('C', "01000"), Pair('M', "text"),
                                  Pair('F', "parse.c"), Pair('L', "12")));
  const std::string old = raw("SWARNUNG\0\0");
  ASSERT_TRUE(decode(old, notice));
  EXPECT_EQ(notice.severity, "WARNUNG");
  EXPECT_EQ(notice.code, "");  // of the message before nothing is left
  expect_exact<ErrorOrNotice>(raw("\0"));
}

TEST(Backend, NoticeIsANotice) {
  std::string bytes;
  append_notice(bytes, "WARNING", "01000", "text");
  EXPECT_EQ(body_of(bytes, backend::kNoticeResponse), raw("SWARNING\0VWARNING\0C01000\0Mtext\0\0"));
}

TEST(Backend, DataRow) {
  std::string bytes;
  const std::optional<ByteView> values[] = {ByteView("a\0b", 3), std::nullopt, ByteView("")};
  append_data_row(bytes, values);
  const std::string body = body_of(bytes, backend::kDataRow);
  EXPECT_EQ(body, raw("\0\x03\0\0\0\x03") + raw("a\0b\xff\xff\xff\xff\0\0\0\0"));
  expect_exact<DataRow>(body);
  DataRow row;
  ASSERT_TRUE(decode(body, row));
  EXPECT_EQ(row.column_count, 3);
  std::vector<std::optional<std::string>> columns;
  row.for_each_column([&columns](bool is_null, ByteView value) {
    columns.push_back(is_null ? std::nullopt : std::optional<std::string>(value));
  });
  EXPECT_THAT(columns, ElementsAre(raw("a\0b"), std::nullopt, ""));
  expect_exact<DataRow>(raw("\0\0"));
}

TEST(Backend, DataRowRefusesLengthsThatCannotBe) {
  DataRow row;
  EXPECT_FALSE(decode(ExactBuffer(raw("\0\x01\xff\xff\xff\xfe")).view(), row));
  EXPECT_FALSE(decode(ExactBuffer(raw("\0\x01\x7f\xff\xff\xff")).view(), row));
  EXPECT_FALSE(decode(ExactBuffer(raw("\xff\xff\xff\xff\xff\xff")).view(), row));
}

TEST(Backend, RowDescription) {
  std::string bytes;
  const ByteView names[] = {"id", "name"};
  append_row_description(bytes, names);
  const std::string body = body_of(bytes, backend::kRowDescription);
  expect_exact<RowDescription>(body);
  RowDescription description;
  ASSERT_TRUE(decode(body, description));
  EXPECT_EQ(description.column_count, 2);
  std::vector<std::string> seen;
  description.for_each_field([&seen](const FieldDescription& field) {
    seen.emplace_back(field.name);
    EXPECT_EQ(field.type, 25U);
    EXPECT_EQ(field.type_size, -1);
    EXPECT_EQ(field.type_modifier, -1);
    EXPECT_EQ(field.format, 0);
  });
  EXPECT_THAT(seen, ElementsAre("id", "name"));
  expect_exact<RowDescription>(raw("\0\0"));
  EXPECT_FALSE(decode(ExactBuffer(raw("\xff\xff") + body.substr(2)).view(), description));
}

TEST(Backend, RowDescriptionFieldsInTheirPlaces) {
  RowDescription description;
  const std::string body = raw("\0\x01id\0\0\0\x40\x01\0\x02\0\0\0\x17\0\x04\0\0\0\x05\0\x01");
  ASSERT_TRUE(decode(body, description));
  description.for_each_field([](const FieldDescription& field) {
    EXPECT_EQ(field.table, 0x4001U);
    EXPECT_EQ(field.attribute, 2);
    EXPECT_EQ(field.type, 23U);
    EXPECT_EQ(field.type_size, 4);
    EXPECT_EQ(field.type_modifier, 5);
    EXPECT_EQ(field.format, 1);
  });
}

TEST(Backend, ParameterDescription) {
  const std::string body = raw("\0\x02\0\0\0\x17\0\0\0\x19");
  expect_exact<ParameterDescription>(body);
  ParameterDescription description;
  ASSERT_TRUE(decode(body, description));
  ASSERT_EQ(description.count, 2);
  EXPECT_EQ(description.type(0), 23U);
  EXPECT_EQ(description.type(1), 25U);
}

TEST(Backend, NegotiateProtocolVersion) {
  std::string bytes;
  const ByteView unknown[] = {"_pq_.a", "_pq_.b"};
  append_negotiate_protocol_version(bytes, 196608, unknown);
  const std::string body = body_of(bytes, backend::kNegotiateProtocolVersion);
  expect_exact<NegotiateProtocolVersion>(body);
  NegotiateProtocolVersion negotiate;
  ASSERT_TRUE(decode(body, negotiate));
  EXPECT_EQ(negotiate.protocol, 196608U);
  EXPECT_THAT(negotiate.unrecognized, ElementsAre("_pq_.a", "_pq_.b"));
  EXPECT_FALSE(decode(ExactBuffer(raw("\0\0\0\0\x7f\xff\xff\xff"
                                      "a\0"))
                          .view(),
                      negotiate));
  EXPECT_FALSE(decode(ExactBuffer(raw("\0\0\0\0\xff\xff\xff\xff")).view(), negotiate));
}

TEST(Backend, CopyResponse) {
  const std::string body = raw("\x01\0\x02\0\x01\0\0");
  expect_exact<CopyResponse>(body);
  CopyResponse copy;
  ASSERT_TRUE(decode(body, copy));
  EXPECT_EQ(copy.format, 1);
  EXPECT_EQ(copy.column_count, 2);
  EXPECT_EQ(copy.column_formats, raw("\0\x01\0\0"));
  EXPECT_FALSE(decode(ExactBuffer(raw("\0\xff\xff\0\0")).view(), copy));
}

TEST(Backend, MessagesWithoutBody) {
  std::string bytes;
  append_parse_complete(bytes);
  append_bind_complete(bytes);
  append_close_complete(bytes);
  append_no_data(bytes);
  append_empty_query(bytes);
  append_portal_suspended(bytes);
  EXPECT_EQ(bytes,
            raw("1\0\0\0\x04") + raw("2\0\0\0\x04") + raw("3\0\0\0\x04") + raw("n\0\0\0\x04I\0\0\0\x04s\0\0\0\x04"));
}

}  // namespace
}  // namespace tapri::wire::pg
