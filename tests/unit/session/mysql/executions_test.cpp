// Prepared statements, and what goes by the answer before.
#include <gtest/gtest.h>

#include <string>

#include "unit/session/mysql/hits.h"

namespace tapri::session::mysql::test {
namespace {

using wire::mysql::Command;

TEST_F(HitsTest, AStatementThatWasAnsweredFromTheCacheStaysForAsLongAsItMayBeAskedAgain) {
  (void)s.client(command(Command::stmt_prepare, "select a from orders"));
  (void)s.server(prepared(7, 0));
  const std::string execute = command(Command::stmt_execute, number(7) + '\0' + number(1));
  const std::string close = command(Command::stmt_close, number(7));
  EXPECT_FALSE(hit(execute));
  EXPECT_TRUE(hit(execute));
  EXPECT_EQ(s.client(close), "");
  EXPECT_EQ(s.client(query("show warnings")), execute + close);
}

TEST_F(HitsTest, PreparedStatementsByTheirValues) {
  const std::string prepare = command(Command::stmt_prepare, "select a from orders where id = ?");
  EXPECT_EQ(s.client(prepare), prepare);
  (void)s.server(prepared(7, 1));
  const auto execute = [](char value, bool types) {
    std::string argument = number(7) + '\0' + number(1) + '\0';
    argument += types ? '\1' : '\0';
    if (types) argument += std::string("\x08\0", 2);
    return command(Command::stmt_execute, argument + value + std::string(7, '\0'));
  };
  EXPECT_FALSE(hit(execute(1, true)));
  EXPECT_TRUE(hit(execute(1, true)));
  EXPECT_FALSE(hit(execute(2, true)));
  EXPECT_TRUE(hit(execute(2, false))) << "whether types are sent again makes no other question of it";
  (void)s.client(command(Command::stmt_send_long_data, number(7) + std::string("\0\0x", 3)));
  EXPECT_FALSE(hit(execute(2, true)));
  EXPECT_FALSE(hit(query("select a from orders where id = 1"))) << "rows in text form";
}

// Executions of a statement with one parameter, a number of eight bytes.
std::string execution(std::uint32_t statement, char value, bool types) {
  std::string argument = number(statement) + '\0' + number(1) + '\0';
  argument += types ? std::string("\1\x08\0", 3) : std::string(1, '\0');
  return command(Command::stmt_execute, argument + value + std::string(7, '\0'));
}

class Executions : public HitsTest {
 protected:
  // The answer for 1 is known, by another statement of the same text than the one with the id 8.
  void SetUp() override {
    HitsTest::SetUp();
    prepare(7);
    EXPECT_FALSE(hit(execution(7, 1, true)));
    prepare(8);
  }
  void prepare(std::uint32_t statement) {
    (void)s.client(command(Command::stmt_prepare, "select a from orders where id = ?"));
    (void)s.server(prepared(statement, 1));
  }
};

TEST_F(Executions, TheFirstOneOfAStatementIsAnswered) { EXPECT_TRUE(hit(execution(8, 1, true))); }

// The server may have prepared it anew by then, and go by those settings from then on.
TEST_F(Executions, OnceUnderOtherSettingsAnAnswerIsNobodyElses) {
  const std::string modes = query("set sql_mode = 'ANSI_QUOTES'");
  done(modes);
  (void)s.client(execution(8, 1, true));
  EXPECT_EQ(s.settings({.sql_mode = "ANSI_QUOTES"}), execution(8, 1, true));
  (void)s.server(kAnswer);
  done(modes);
  (void)s.client(execution(7, 1, true));
  EXPECT_EQ(s.settings(), "") << "this one was not executed meanwhile";
  EXPECT_FALSE(hit(execution(8, 1, true)));
  EXPECT_FALSE(hit(execution(8, 2, true)));
  EXPECT_FALSE(hit(execution(7, 2, true))) << "it is not kept, either";
}

TEST_F(HitsTest, OfAPrepareThatFailedTheServerTellsItself) {
  const std::string warnings = query("show count(*) warnings");
  EXPECT_TRUE(hit());
  (void)s.client(command(Command::stmt_prepare, "select a from items"));
  (void)s.server(err(1146, "Table 'shop.items' doesn't exist"));
  EXPECT_EQ(s.client(warnings), warnings) << "with what was answered before asked first it would know of no error";
}

TEST_F(Executions, TypesThatTheServerWasNotSentAreAddedWhereTheyAreLeftOut) {
  EXPECT_TRUE(hit(execution(8, 1, true)));
  EXPECT_TRUE(hit(execution(8, 1, false)));
  EXPECT_EQ(s.client(execution(8, 2, false)), execution(8, 2, true));
  (void)s.server(kAnswer);
  EXPECT_EQ(s.client(execution(8, 3, false)), execution(8, 3, false)) << "now it has them";
}

TEST_F(Executions, TypesAreAddedBesideLongData) {
  EXPECT_TRUE(hit(execution(8, 1, true)));
  (void)s.client(command(Command::stmt_send_long_data, number(8) + std::string("\0\0x", 3)));
  EXPECT_EQ(s.client(execution(8, 2, false)), execution(8, 2, true));
}

TEST_F(Executions, DataForTheStatementPreparedLastMayBeForAnyOfThem) {
  EXPECT_TRUE(hit(execution(8, 1, true)));
  (void)s.client(command(Command::stmt_send_long_data, number(wire::mysql::kLastPrepared) + std::string("\0\0x", 3)));
  EXPECT_NE(s.client(execution(8, 1, true)), "");
}

TEST_F(Executions, WhatIsAskedAfterAllHasTypes) {
  EXPECT_TRUE(hit(execution(8, 1, true)));
  EXPECT_TRUE(hit(execution(8, 1, false)));
  EXPECT_EQ(s.client(query("show warnings")), execution(8, 1, true));
  (void)s.server(kAnswer);
  (void)s.server(result({"Level"}, {}));
  EXPECT_EQ(s.client(execution(8, 3, false)), execution(8, 3, false)) << "it was sent them then";
}

TEST_F(Executions, ALargeOneIsPrecededByOneThatBringsTheTypes) {
  EXPECT_TRUE(hit(execution(8, 1, true)));
  const std::string large =
      command(Command::stmt_execute, number(8) + '\0' + number(1) + std::string(2, '\0') + std::string(3'000'000, 'x'));
  const std::string first = s.client(large);
  EXPECT_EQ(first, command(Command::stmt_execute, number(8) + '\0' + number(1) + std::string("\xff\1\x08\0", 4)));
  EXPECT_EQ(s.server(kAnswer), "") << "what the client did not ask is not told";
  EXPECT_EQ(s.to_server, large);
  (void)s.server(kAnswer);
  EXPECT_FALSE(hit(execution(8, 1, false))) << "it may have had other types";
}

TEST_F(HitsTest, WithNamesOfParametersTheServerHasToHaveTheTypes) {
  Script t(kUsual | capability::kQueryAttributes);
  (void)t.client(command(Command::query, std::string("\0\1", 2) + "select a from orders"));
  (void)t.settings();
  (void)t.server(kAnswer);
  for (const std::uint32_t statement : {7U, 8U}) {
    (void)t.client(command(Command::stmt_prepare, "select a from orders where id = ?"));
    (void)t.server(prepared(statement, 1));
    const std::string execute =
        command(Command::stmt_execute,
                number(statement) + '\0' + number(1) + std::string("\1\0\1\x08\0\0", 6) + '\1' + std::string(7, '\0'));
    EXPECT_FALSE(t.hits(execute)) << statement;
    EXPECT_TRUE(t.hits(execute)) << statement;
  }
}

// With one parameter: a number of eight bytes, a string, NULL.
std::string with_parameter(const std::string& null, const std::string& type, const std::string& value) {
  return command(Command::stmt_execute, number(7) + '\0' + number(1) + null + '\1' + type + '\0' + value);
}
const std::string kNumber = with_parameter(std::string(1, '\0'), "\x08", "5" + std::string(7, '\0'));
const std::string kString = with_parameter(std::string(1, '\0'), "\xfd",
                                           "\x01"
                                           "5");
const std::string kNull = with_parameter("\1", "\x06", "");

void begin_with_parameter(Script& script, const std::string& sql) {
  (void)script.client(kRead);
  (void)script.settings();
  (void)script.server(kAnswer);
  (void)script.client(command(Command::stmt_prepare, sql));
  (void)script.server(prepared(7, 1));
}

TEST_F(HitsTest, MysqlConvertsAParameterToWhatItWasBefore) {
  for (const std::string version : {"10.11.6-MariaDB", "9.1.0"}) {
    const bool keeps = version == "9.1.0";
    Script t(kUsual, version);
    begin_with_parameter(t, "select a from orders where note = ?");
    EXPECT_FALSE(t.hits(kString));
    EXPECT_FALSE(t.hits(kNull)) << version;
    EXPECT_TRUE(t.hits(kString)) << version << ": NULL has no type";
    EXPECT_FALSE(t.hits(kNumber)) << version;
    EXPECT_EQ(t.hits(kString), !keeps) << version;
    EXPECT_EQ(t.hits(kNumber), !keeps) << version;
    (void)t.client(command(Command::stmt_prepare, "select a from orders where note = ?"));
    (void)t.server(prepared(7, 1));
    EXPECT_TRUE(t.hits(kString)) << version << ": by a statement that has had no others";
  }
}

TEST_F(HitsTest, APreparedStatementKeepsItsDatabase) {
  (void)s.client(command(Command::stmt_prepare, "update orders set a = 1"));
  (void)s.server(prepared(7, 0));
  done(command(Command::init_db, "other"));
  (void)s.client(command(Command::stmt_execute, number(7) + '\0' + number(1)));
  if (s.to_server.find("DATABASE()") != std::string::npos) (void)s.settings({.database = "other"});
  EXPECT_TRUE(s.world.all_dirty()) << "whose orders it writes is not followed";
}

TEST_F(HitsTest, WhatGoesByTheLastAnswerIsAskedAfterIt) {
  EXPECT_TRUE(hit());
  const std::string question = query("show status like 'last_query_cost'");
  EXPECT_EQ(s.client(question), kRead) << "the answer from the cache is asked of the server first";
  EXPECT_EQ(s.server(kAnswer), "");
  EXPECT_EQ(s.to_server, question);
  (void)s.server(result({"cost"}, {{"2"}}));
  EXPECT_EQ(s.client(query("show warnings")), query("show warnings")) << "the server was asked last";
}

// What an error or a warning leaves to be told ends with the next statement that reads a table, at the server.
TEST_F(HitsTest, AReadAfterAnErrorIsForTheServer) {
  EXPECT_TRUE(hit());
  const std::string wrong = query("select nothing");
  EXPECT_EQ(s.client(wrong), wrong);
  (void)s.server(err(1054, "Unknown column"));
  EXPECT_EQ(s.client(kRead), kRead);
  EXPECT_EQ(s.server(kAnswer), kAnswer);
  EXPECT_TRUE(hit());
}

// Neither tells them in its count of warnings.
TEST_F(HitsTest, WhatUsesNoTableLeavesErrorsToBeTold) {
  for (const std::string& between : {query("select 1"), query("show count(*) warnings"), command(Command::ping)}) {
    Script t;
    (void)t.client(kRead);
    (void)t.settings();
    (void)t.server(kAnswer);
    EXPECT_TRUE(t.hits(kRead));
    (void)t.client(query("select nothing"));
    (void)t.server(err(1054, "Unknown column"));
    EXPECT_EQ(t.client(between), between);
    (void)t.server(ok());
    EXPECT_EQ(t.client(kRead), kRead) << between;
    EXPECT_EQ(t.server(kAnswer), kAnswer);
    EXPECT_TRUE(t.hits(kRead)) << between;
  }
}

TEST_F(HitsTest, SoIsWhatASettingIsMadeOf) {
  for (const char* const text : {"get diagnostics @n = number", "set @n = @@warning_count"}) {
    Script t;
    (void)t.client(kRead);
    (void)t.settings();
    (void)t.server(kAnswer);
    EXPECT_TRUE(t.hits(kRead));
    EXPECT_EQ(t.client(query(text)), kRead) << text;
    EXPECT_EQ(t.server(kAnswer), "");
    EXPECT_EQ(t.to_server, query(text));
  }
}

TEST_F(HitsTest, AnExecutionThatGoesByTheLastAnswerIsNotPrecededByTheProbe) {
  Script t;
  const std::string prepare = command(Command::stmt_prepare, "select found_rows()");
  EXPECT_EQ(t.client(prepare), prepare);
  (void)t.server(prepared(7, 0));
  const std::string execute = command(Command::stmt_execute, number(7) + '\0' + number(1));
  EXPECT_EQ(t.client(execute), execute);
}

TEST_F(HitsTest, ATextThatOneSettingReadsOtherwiseMayBeAnything) {
  done(query("set sql_mode = 'ANSI_QUOTES'"));
  const std::string plain = query("show warnings");
  EXPECT_EQ(s.client(plain), plain) << "the probe would end what it asks for";
  EXPECT_FALSE(s.world.all_dirty());
  (void)s.server(ok());
  const std::string quoted = query("show warnings like \"x\"");
  EXPECT_EQ(s.client(quoted), quoted);
  EXPECT_TRUE(s.world.all_dirty());
}

TEST_F(HitsTest, WhatAFailureLeavesToBeToldIsNotToldToTapri) {
  Script t(kUsual | capability::kSessionTrack);
  (void)t.client(kRead);
  (void)t.settings();
  (void)t.server(kAnswer);
  (void)t.client(query("call p()"));
  (void)t.server(err(1305, "no such procedure"));
  EXPECT_EQ(t.client(kRead), kRead);
  (void)t.server(kAnswer);
  EXPECT_NE(t.client(kRead), "");
  EXPECT_EQ(t.settings(), kRead);
}

}  // namespace
}  // namespace tapri::session::mysql::test
