#include "wire/mysql/rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/wire/mysql/captures.h"
#include "unit/wire/mysql/vectors.h"
#include "wire/mysql/column.h"
#include "wire/mysql/packet.h"
#include "wire/mysql/response_follower.h"

namespace tapri::wire::mysql {
namespace {

using ::testing::ElementsAre;

constexpr Capabilities kPlain = capability::kProtocol41 | capability::kLongPassword;

struct Result {
  std::vector<std::string> columns;  // payloads
  std::vector<std::string> rows;
};

Result result_of(const Capture& capture) {
  Result out;
  ResponseFollower follower(capture.capabilities);
  follower.begin(static_cast<Command>(capture.command[0]));
  Packet packet;
  for (ByteView rest = capture.response; take_packet(rest, packet); rest.remove_prefix(packet.whole.size())) {
    switch (follower.on_message(static_cast<std::uint32_t>(packet.payload.size()), packet.payload)) {
      case ResponsePart::column:
        out.columns.emplace_back(packet.payload);
        break;
      case ResponsePart::row:
        out.rows.emplace_back(packet.payload);
        break;
      default:
        break;
    }
  }
  return out;
}

std::vector<ColumnDefinition> definitions_of(const Result& result, Capabilities capabilities) {
  std::vector<ColumnDefinition> out;
  for (const std::string& payload : result.columns) {
    ColumnDefinition column;
    EXPECT_TRUE(decode(payload, capabilities, column));
    out.push_back(column);
  }
  return out;
}

std::vector<Type> types_of(const std::vector<ColumnDefinition>& columns) {
  std::vector<Type> out;
  for (const ColumnDefinition& column : columns) out.push_back(column.type);
  return out;
}

TEST(MysqlColumn, OfRealServersIsReadAndWritten) {
  std::size_t seen = 0;
  for (const Capture& capture : captures()) {
    SCOPED_TRACE(capture.name);
    for (const std::string& payload : result_of(capture).columns) {
      ColumnDefinition column;
      ASSERT_TRUE(decode(payload, capture.capabilities, column));
      EXPECT_EQ(column.catalog, "def");
      std::string again;
      std::uint8_t sequence = 2;
      append_column_definition(again, sequence, capture.capabilities, column);
      EXPECT_EQ(payload_of(again), payload);
      for (std::size_t size = 0; size < payload.size(); ++size) {
        const bool whole = size + column.default_value.size() >= payload.size();
        ColumnDefinition cut;
        EXPECT_EQ(decode(ExactBuffer(payload.substr(0, size)).view(), capture.capabilities, cut), whole);
      }
      ++seen;
    }
  }
  EXPECT_GT(seen, 300U);
}

TEST(MysqlColumn, TellsNamesTypesAndFlags) {
  const Capture capture = capture_of("mysql", "query_rows");
  const Result result = result_of(capture);
  const auto columns = definitions_of(result, capture.capabilities);
  ASSERT_EQ(columns.size(), 3U);
  EXPECT_EQ(columns[0].schema, "capture");
  EXPECT_EQ(columns[0].org_table, "t");
  EXPECT_EQ(columns[0].name, "id");
  EXPECT_EQ(columns[0].type, Type::long_);
  EXPECT_TRUE(columns[0].is_unsigned());
  EXPECT_EQ(columns[0].collation, kCollationBinary);
  EXPECT_EQ(columns[1].type, Type::var_string);
  EXPECT_EQ(columns[2].decimals, 2);
}

TEST(MysqlColumn, ExtendedMetadataNameMariadbsTypes) {
  const Capture capture = capture_of("mariadb", "extended");
  const Result result = result_of(capture);
  std::vector<std::string> found;
  for (const ColumnDefinition& column : definitions_of(result, capture.capabilities)) {
    for_each_extended_metadata(column.extended, [&](ExtendedMetadata kind, ByteView text) {
      found.push_back((kind == ExtendedMetadata::type ? "type " : "format ") + std::string(text));
    });
  }
  EXPECT_THAT(found, ElementsAre("format json", "type uuid", "type inet6", "type point"));
}

TEST(MysqlColumn, FieldListEndsWithTheDefault) {
  const Capture capture = capture_of("mariadb", "field_list");
  const Result result = result_of(capture);
  const auto columns = definitions_of(result, capture.capabilities);
  ASSERT_EQ(columns.size(), 4U);
  EXPECT_EQ(columns[0].default_value, hex("0130"));
  EXPECT_EQ(columns[1].default_value, hex("fb"));
}

TEST(MysqlColumn, RefusesLengthsThatCannotBe) {
  ColumnDefinition column;
  EXPECT_FALSE(decode(hex("03646566 feffffffffffffffff"), kPlain, column));
  EXPECT_FALSE(decode(hex("fb"), kPlain, column));
  EXPECT_FALSE(decode(hex("03646566 00 00 00 0161 00 0b 3f00 01000000 03 0000 00 0000"), kPlain, column));
  EXPECT_TRUE(decode(hex("03646566 00 00 00 0161 00 0c 3f00 01000000 03 0000 00 0000"), kPlain, column));
}

std::vector<std::string> texts_of(const std::string& payload, std::size_t columns) {
  std::vector<std::string> out;
  EXPECT_TRUE(for_each_text_value(ExactBuffer(payload).view(), columns, [&](bool is_null, ByteView value) {
    out.push_back(is_null ? "NULL" : std::string(value));
  }));
  return out;
}

TEST(MysqlRows, TextOfRealServers) {
  for (const std::string server : {"mariadb", "mysql"}) {
    const Result result = result_of(capture_of(server, "query_rows"));
    ASSERT_EQ(result.rows.size(), 3U);
    EXPECT_THAT(texts_of(result.rows[0], 3), ElementsAre("1", "one", "1.50"));
    EXPECT_THAT(texts_of(result.rows[1], 3), ElementsAre("2", "NULL", "NULL"));
    expect_exact(result.rows[0], [](ByteView bytes) { return for_each_text_value(bytes, 3, [](bool, ByteView) {}); });
  }
}

TEST(MysqlRows, TextIsWrittenAsItWasRead) {
  std::string out;
  std::uint8_t sequence = 4;
  const std::optional<ByteView> values[] = {"1", std::nullopt, ""};
  append_text_row(out, sequence, values);
  EXPECT_EQ(out, hex("04000004 0131 fb 00"));
  EXPECT_THAT(texts_of(std::string(payload_of(out)), 3), ElementsAre("1", "NULL", ""));
  EXPECT_FALSE(for_each_text_value(payload_of(out), 2, [](bool, ByteView) {}));
  EXPECT_FALSE(for_each_text_value(payload_of(out), 4, [](bool, ByteView) {}));
  EXPECT_FALSE(for_each_text_value(hex("ff"), 1, [](bool, ByteView) {}));
}

TEST(MysqlRows, BinaryOfRealServers) {
  for (const std::string server : {"mariadb", "mysql"}) {
    const Capture capture = capture_of(server, "execute_types");
    const Result result = result_of(capture);
    const auto types = types_of(definitions_of(result, capture.capabilities));
    ASSERT_EQ(result.rows.size(), 1U);
    std::vector<std::string> values;
    ASSERT_TRUE(for_each_binary_value(result.rows[0], types, [&](bool is_null, ByteView value) {
      values.push_back(is_null ? "NULL" : std::string(value));
    }));
    ASSERT_EQ(values.size(), 11U);
    EXPECT_EQ(values[2], hex("000000000000f83f"));
    EXPECT_EQ(values[3], "1.50");
    EXPECT_EQ(values[4], hex("ea070102"));
    EXPECT_EQ(values[5], hex("ea0701020304 05 20a10700"));
    EXPECT_EQ(values[6], hex("01 00000000 0a0b0c"));
    EXPECT_EQ(values[7], "text");
    EXPECT_EQ(values[8], "NULL");
    EXPECT_EQ(values[9], hex("00ff"));
    EXPECT_EQ(values[10], "");  // midnight
    expect_exact(result.rows[0],
                 [&types](ByteView bytes) { return for_each_binary_value(bytes, types, [](bool, ByteView) {}); });
  }
}

TEST(MysqlRows, EveryBinaryRowOfTheCaptures) {
  std::size_t seen = 0;
  for (const Capture& capture : captures()) {
    if (static_cast<Command>(capture.command[0]) != Command::stmt_execute) continue;
    const Result result = result_of(capture);
    const auto columns = definitions_of(result, capture.capabilities);
    if (columns.empty() || capture.label == "execute_call") continue;  // definitions left out; of several results
    for (const std::string& row : result.rows) {
      EXPECT_TRUE(for_each_binary_value(row, types_of(columns), [](bool, ByteView) {})) << capture.name;
      ++seen;
    }
  }
  EXPECT_GT(seen, 20U);
}

TEST(MysqlRows, BinaryRefusesWhatCannotBe) {
  const auto good = [](const char* digits, std::vector<Type> types) {
    return for_each_binary_value(ExactBuffer(hex(digits)).view(), types, [](bool, ByteView) {});
  };
  EXPECT_TRUE(good("00 00", {}));
  EXPECT_FALSE(good("01 00", {}));
  EXPECT_TRUE(good("00 00 07", {Type::tiny}));
  EXPECT_TRUE(good("00 04", {Type::tiny}));
  EXPECT_FALSE(good("00 04 07", {Type::tiny}));
  EXPECT_FALSE(good("00 00 07", {Type::short_}));
  for (const char* size : {"00 00 01 00", "00 00 05 0000000000", "00 00 0c 000000000000000000000000", "00 00 ff"}) {
    EXPECT_FALSE(good(size, {Type::datetime})) << size;
  }
  EXPECT_FALSE(good("00 00 04 00000000", {Type::time}));
  EXPECT_TRUE(good("00 00 0c 000000000000000000000000", {Type::time}));
  EXPECT_FALSE(good("00 00 fb", {Type::string}));
  EXPECT_FALSE(good("00 00 feffffffffffffffff", {Type::string}));
  EXPECT_FALSE(good("00 00 00", {static_cast<Type>(0x20)}));
  EXPECT_FALSE(good("00 00 00", {Type::timestamp2}));
  EXPECT_TRUE(has_binary_form(Type::vector));
  EXPECT_FALSE(has_binary_form(Type::typed_array));
}

}  // namespace
}  // namespace tapri::wire::mysql
