#include "wire/mysql/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/wire/mysql/captures.h"
#include "unit/wire/mysql/vectors.h"

namespace tapri::wire::mysql {
namespace {

using ::testing::ElementsAre;

constexpr Capabilities kPlain = capability::kProtocol41 | capability::kLongPassword;
constexpr Capabilities kAttributes = kPlain | capability::kQueryAttributes;

std::vector<std::string> parameters_of(const ParameterBlock& block) {
  std::vector<std::string> out;
  block.for_each([&out](const Parameter& parameter) {
    std::string text = std::to_string(static_cast<int>(parameter.type)) + (parameter.is_unsigned ? "u" : "") + " " +
                       std::string(parameter.name) + "=";
    if (parameter.is_long_data) text += "long";
    out.push_back(text + (parameter.is_null ? "NULL" : std::string(parameter.value)));
  });
  return out;
}

TEST(MysqlCommands, AreKnownByTheirFirstByte) {
  EXPECT_EQ(command_of(""), std::nullopt);
  EXPECT_EQ(command_of("\x03select 1"), Command::query);
  EXPECT_EQ(command_name(Command::stmt_execute), "COM_STMT_EXECUTE");
  EXPECT_EQ(command_name(static_cast<Command>(0x77)), "COM_OTHER");
}

TEST(MysqlCommands, QueryWithoutAttributes) {
  std::string out;
  append_query(out, kPlain, "select 1");
  EXPECT_EQ(out, hex("09000000 03") + "select 1");
  Query query;
  ASSERT_TRUE(decode(payload_of(out), kPlain, query));
  EXPECT_EQ(query.sql, "select 1");
  EXPECT_EQ(query.attributes.count(), 0U);
  ASSERT_TRUE(decode("\x03", kPlain, query));
  EXPECT_EQ(query.sql, "");
  EXPECT_FALSE(decode("", kPlain, query));
  EXPECT_FALSE(decode("\x04x", kPlain, query));
}

TEST(MysqlCommands, QueryWithNoneOfItsAttributes) {
  std::string out;
  append_query(out, kAttributes, "select 1");
  EXPECT_EQ(out, hex("0b000000 03 00 01") + "select 1");
  Query query;
  ASSERT_TRUE(decode(payload_of(out), kAttributes, query));
  EXPECT_EQ(query.sql, "select 1");
}

TEST(MysqlCommands, QueryWithAttributesAsARealServerTookThem) {
  const Capture capture = capture_of("mysql", "attributes");
  Query query;
  ASSERT_TRUE(decode(capture.command, capture.capabilities, query));
  EXPECT_EQ(query.sql, "select 7");
  EXPECT_THAT(parameters_of(query.attributes), ElementsAre("254 trace=abc"));
  const std::size_t sql_at = capture.command.size() - query.sql.size();
  for (std::size_t size = 0; size < capture.command.size(); ++size) {
    const ExactBuffer cut(ByteView(capture.command).substr(0, size));
    EXPECT_EQ(decode(cut.view(), capture.capabilities, query), size >= sql_at) << size;
  }
}

TEST(MysqlCommands, QueryRefusesAttributesThatCannotBe) {
  Query query;
  for (const char* digits :
       {"03", "03 00", "03 00 02", "03 ff 01", "03 fb 01", "03 feffffffffffffffff 01", "03 fd000001 01",
        "03 01 01 00 00 fe00", "03 01 01 00 02 fe00 00 00", "03 01 01 00 01 2000 00 00", "03 01 01 00 01 fe00 ff",
        "03 01 01 00 01 fe00 00 feffffffffffffffff", "03 fcffff 01"}) {
    EXPECT_FALSE(decode(ExactBuffer(hex(digits)).view(), kAttributes, query)) << digits;
  }
}

TEST(MysqlCommands, Prepare) {
  StmtPrepare prepare;
  ASSERT_TRUE(decode("\x16select ?", prepare));
  EXPECT_EQ(prepare.sql, "select ?");
  EXPECT_FALSE(decode("\x03select ?", prepare));
}

const std::string kTwo = hex("17 05000000 01 01000000  02 01 0380 fe00 07000000");

TEST(MysqlCommands, ExecuteWithTypes) {
  StmtExecute execute;
  const StatementParameters statement{.count = 2};
  ASSERT_TRUE(decode(kTwo, kPlain, statement, execute));
  EXPECT_EQ(execute.statement, 5U);
  EXPECT_EQ(execute.flags, cursor::kReadOnly);
  EXPECT_EQ(execute.iterations, 1U);
  EXPECT_TRUE(execute.parameters.has_types());
  EXPECT_THAT(parameters_of(execute.parameters), ElementsAre("3u =" + hex("07000000"), "254 =NULL"));
  EXPECT_EQ(execute.parameters.bytes(), ByteView(kTwo).substr(10));
  EXPECT_EQ(execute.parameters.values(), hex("07000000"));
  EXPECT_EQ(execute.parameters.remembered_types(), hex("0380fe00"));
  expect_exact(kTwo, [&statement](ByteView bytes) {
    StmtExecute out;
    return decode(bytes, kPlain, statement, out);
  });
}

TEST(MysqlCommands, ExecuteWithTheTypesOfLastTime) {
  const std::string again = hex("17 05000000 00 01000000  00 00 07000000 0161");
  StatementParameters statement{.count = 2};
  StmtExecute execute;
  EXPECT_FALSE(decode(again, kPlain, statement, execute));
  const std::string types = hex("0380fe00");
  statement.types = types;
  ASSERT_TRUE(decode(again, kPlain, statement, execute));
  EXPECT_FALSE(execute.parameters.has_types());
  EXPECT_THAT(parameters_of(execute.parameters), ElementsAre("3u =" + hex("07000000"), "254 =a"));
  EXPECT_EQ(execute.parameters.remembered_types(), types);
  statement.types = ByteView(types).substr(0, 3);
  EXPECT_FALSE(decode(again, kPlain, statement, execute));
}

TEST(MysqlCommands, ExecuteLeavesLongDataOut) {
  const std::string bytes = hex("17 05000000 00 01000000  00 01 fc00 0300 07000000");
  const std::string long_data = hex("01");
  StmtExecute execute;
  ASSERT_TRUE(decode(bytes, kPlain, {.count = 2, .long_data = long_data}, execute));
  EXPECT_THAT(parameters_of(execute.parameters), ElementsAre("252 =long", "3 =" + hex("07000000")));
  EXPECT_FALSE(decode(bytes, kPlain, {.count = 2}, execute));
}

TEST(MysqlCommands, ExecuteWithoutParametersMayHaveAnythingBehind) {
  StmtExecute execute;
  ASSERT_TRUE(decode(hex("17 05000000 00 01000000"), kPlain, {}, execute));
  ASSERT_TRUE(decode(hex("17 05000000 00 01000000 aabb"), kPlain, {}, execute));
  EXPECT_EQ(execute.parameters.count(), 0U);
  EXPECT_FALSE(decode(hex("17 05000000 00 010000"), kPlain, {}, execute));
}

TEST(MysqlCommands, ExecuteWithAttributesAsARealServerTookThem) {
  StmtExecute execute;
  const Capture named = capture_of("mysql", "attributes_execute");
  ASSERT_TRUE(decode(named.command, named.capabilities, {.count = 1}, execute));
  EXPECT_THAT(parameters_of(execute.parameters), ElementsAre("3 =" + hex("02000000"), "254 trace=abc"));
  EXPECT_EQ(execute.parameters.remembered_types(), hex("0300fe00"));
  for (const char* label : {"attributes_execute_counted", "attributes_execute_without_flag"}) {
    const Capture capture = capture_of("mysql", label);
    ASSERT_TRUE(decode(capture.command, capture.capabilities, {.count = 1}, execute)) << label;
    EXPECT_THAT(parameters_of(execute.parameters), ElementsAre("3 =" + hex("02000000")));
  }
  const Capture again = capture_of("mysql", "attributes_execute_again");
  const std::string types = hex("0300");
  ASSERT_TRUE(decode(again.command, again.capabilities, {.count = 1, .types = types}, execute));
  EXPECT_THAT(parameters_of(execute.parameters), ElementsAre("3 =" + hex("03000000")));
  // What the server refused is refused.
  const Capture refused = capture_of("mysql", "attributes_execute_without_count");
  EXPECT_FALSE(decode(refused.command, refused.capabilities, {.count = 1}, execute));
  EXPECT_FALSE(decode(hex("17 01000000 08 01000000 00"), kAttributes, {.count = 1}, execute));
  // A statement without parameters has a count only if the flag says so.
  const std::string attribute = hex("17 01000000 08 01000000 01 00 01 0100 0161 07");
  ASSERT_TRUE(decode(attribute, kAttributes, {}, execute));
  EXPECT_THAT(parameters_of(execute.parameters), ElementsAre("1 a=\x07"));
}

TEST(MysqlCommands, EveryCapturedExecuteIsRead) {
  for (const Capture& capture : captures()) {
    if (capture.command[0] != '\x17' || capture.label == "attributes_execute_without_count") continue;
    const std::size_t count = capture.command.size() > 10 ? 1 : 0;
    const std::string types = hex("0300");
    StmtExecute execute;
    ASSERT_TRUE(decode(capture.command, capture.capabilities, {.count = count, .types = types}, execute))
        << capture.name;
    EXPECT_GE(execute.parameters.count(), count);
  }
}

TEST(MysqlCommands, StatementIds) {
  for (const char* digits :
       {"17 07000000 00", "18 07000000 0000", "19 07000000", "1a 07000000", "1c 07000000", "fa 07000000"}) {
    StmtId id;
    ASSERT_TRUE(decode(hex(digits), id)) << digits;
    EXPECT_EQ(id.statement, 7U);
    EXPECT_FALSE(decode(ExactBuffer(hex(digits).substr(0, 4)).view(), id)) << digits;
  }
  StmtId id;
  EXPECT_FALSE(decode(hex("16 07000000"), id));
  EXPECT_FALSE(decode("", id));
  std::string out;
  append_stmt_command(out, Command::stmt_close, 7);
  EXPECT_EQ(out, hex("05000000 19 07000000"));
}

// The smallest payload of a command that takes `size` bytes at least, and any number more if `open`.
template <typename Message>
void expect_shape(const std::string& payload, bool open) {
  Message message;
  EXPECT_TRUE(decode(ExactBuffer(payload).view(), message));
  EXPECT_EQ(decode(ExactBuffer(payload + "x").view(), message), open);
  for (std::size_t size = 0; size < payload.size(); ++size) {
    EXPECT_FALSE(decode(ExactBuffer(payload.substr(0, size)).view(), message)) << size;
  }
  EXPECT_FALSE(decode("\x0e" + payload.substr(1), message));
}

TEST(MysqlCommands, Others) {
  expect_shape<StmtSendLongData>(hex("18 05000000 0100"), true);
  expect_shape<StmtFetch>(hex("1c 05000000 64000000"), false);
  expect_shape<InitDb>(hex("02"), true);
  expect_shape<FieldList>(hex("04") + raw("t\0"), true);
  expect_shape<SetOption>(hex("1b 0000"), false);
  expect_shape<ProcessKill>(hex("0c 05000000"), false);
  expect_shape<StmtBulkExecute>(hex("fa 05000000 8000"), true);
  const std::string long_data = hex("18 05000000 0100") + "data";
  StmtSendLongData data;
  ASSERT_TRUE(decode(long_data, data));
  EXPECT_EQ(data.parameter, 1);
  EXPECT_EQ(data.data, "data");
  const std::string list = hex("04") + raw("t\0%");
  FieldList fields;
  ASSERT_TRUE(decode(list, fields));
  EXPECT_EQ(fields.table, "t");
  EXPECT_EQ(fields.wildcard, "%");
  std::string out;
  append_command(out, Command::init_db, "shop");
  append_command(out, Command::ping);
  EXPECT_EQ(out, hex("05000000 02") + "shop" + hex("01000000 0e"));
}

}  // namespace
}  // namespace tapri::wire::mysql
