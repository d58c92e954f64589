// What passes through a session in which nothing is cached: every command and every form of answer, untouched.
#include <gtest/gtest.h>

#include <string>

#include "unit/session/mysql/script.h"
#include "wire/mysql/auth_packets.h"
#include "wire/mysql/packet.h"

namespace tapri::session::mysql::test {
namespace {

using wire::mysql::Command;
namespace status = wire::mysql::status;

class RelayTest : public testing::Test {
 protected:
  void SetUp() override { s.world.shared->caching = false; }
  // The command goes to the server and the answer to the client, both as they are.
  void passes(const std::string& command, const std::string& answer) {
    EXPECT_EQ(s.client(command), command);
    EXPECT_TRUE(s.session->blocked());
    EXPECT_EQ(s.server(answer), answer);
    EXPECT_FALSE(s.session->blocked());
  }
  Script s;
};

TEST_F(RelayTest, CommandsAndAnswersPassUntouched) {
  passes(query("select a, b from t"), result({"a", "b"}, {{"1", "x"}, {"2", "y"}}));
  passes(query("update t set a = 1"), ok());
  passes(query("selec"), err(1064, "syntax"));
  passes(command(Command::ping), ok());
  passes(command(Command::statistics), packet(1, "Uptime: 5"));
  passes(command(Command::init_db, "other"), ok());
  passes(command(Command::reset_connection), ok());
  passes(command(Command::set_option, ByteView("\0\0", 2)), ok());
  EXPECT_TRUE(s.session->idle());
}

TEST_F(RelayTest, EndsWithEofPacketsToo) {
  const auto with_eof = kUsual & ~capability::kDeprecateEof;
  Script old(with_eof);
  old.world.shared->caching = false;
  const std::string answer = result({"a"}, {{"1"}}, status::kAutocommit, with_eof);
  EXPECT_EQ(old.client(query("select a from t")), query("select a from t"));
  EXPECT_EQ(old.server(answer), answer);
  EXPECT_FALSE(old.session->blocked());
}

TEST_F(RelayTest, AnAnswerInSinglePieces) {
  const std::string answer = result({"a"}, {{std::string(1000, 'x')}, {"2"}});
  (void)s.client(query("select a from t"));
  std::string passed;
  for (const char byte : answer) passed += s.server(std::string(1, byte));
  EXPECT_EQ(passed, answer);
  EXPECT_FALSE(s.session->blocked());
}

TEST_F(RelayTest, SeveralResultsAreOneAnswer) {
  const std::string first = result({"a"}, {{"1"}}, status::kAutocommit | status::kMoreResultsExist);
  (void)s.client(query("select a from t; delete from t"));
  EXPECT_EQ(s.server(first), first);
  EXPECT_TRUE(s.session->blocked());
  const std::string second = ok(status::kAutocommit, static_cast<std::uint8_t>(sequences(first).back() + 1));
  EXPECT_EQ(s.server(second), second);
  EXPECT_FALSE(s.session->blocked());
}

TEST_F(RelayTest, WhatIsSentAheadWaitsForTheAnswerBefore) {
  const std::string both = query("select 1") + query("select 2");
  EXPECT_EQ(s.client(both), query("select 1"));
  EXPECT_EQ(s.server(ok()), ok());
  EXPECT_EQ(s.to_server, query("select 2"));
  EXPECT_EQ(s.server(ok()), ok());
  EXPECT_EQ(s.left, "");
}

TEST_F(RelayTest, CommandsWithoutAnswerDoNotWait) {
  passes(command(Command::stmt_prepare, "insert into t values (?)"), prepared(7, 1));
  const std::string sent = command(Command::stmt_send_long_data, number(7) + std::string("\0\0data", 6)) +
                           command(Command::stmt_close, number(7)) + command(Command::ping);
  EXPECT_EQ(s.client(sent), sent);
}

TEST_F(RelayTest, ALocalFileIsPassedToItsEnd) {
  const std::string load = query("load data local infile 'x' into table t");
  EXPECT_EQ(s.client(load), load);
  const std::string request = packet(1, "\xfbx");
  EXPECT_EQ(s.server(request), request);
  const std::string file = packet(2, "1\n2\n") + packet(3, "3\n") + packet(4, "");
  EXPECT_EQ(s.client(file + command(Command::ping)), file);
  EXPECT_EQ(s.server(ok(status::kAutocommit, 5)), ok(status::kAutocommit, 5));
  EXPECT_EQ(s.to_server, command(Command::ping));
}

TEST_F(RelayTest, AStatementThatIsTooLongToBeKeptPassesInPieces) {
  s.world.shared->limits.max_statement = 1000;
  const std::string large = query("select '" + std::string(200'000, 'x') + "'");
  std::string passed;
  for (std::size_t at = 0; at < large.size(); at += 10'000) passed += s.client(large.substr(at, 10'000));
  EXPECT_EQ(passed, large);
  EXPECT_TRUE(s.session->blocked());
  EXPECT_EQ(s.server(ok()), ok());
  EXPECT_FALSE(s.session->blocked());
}

TEST_F(RelayTest, OneOfSeveralPackets) {
  const std::string sql = "select '" + std::string(wire::mysql::kMaxPayload + 10, 'x') + "'";
  const std::string large = query(sql);
  EXPECT_EQ(s.client(large), large);
  EXPECT_EQ(s.server(ok()), ok());
  passes(command(Command::ping), ok());
}

TEST_F(RelayTest, AServerMayAnswerBeforeItHasAll) {
  s.world.shared->limits.max_statement = 1000;
  const std::string large = query("select '" + std::string(200'000, 'x') + "'");
  (void)s.client(large.substr(0, 100'000));
  EXPECT_EQ(s.server(err(1153, "too large")), err(1153, "too large"));
  EXPECT_EQ(s.client(large.substr(100'000)), large.substr(100'000));
  passes(command(Command::ping), ok());
}

TEST_F(RelayTest, AnotherUserIsAuthenticatedWithIdsOfItsOwn) {
  std::string change = "\x11";
  change += ByteView("bob\0", 4);
  change += '\x04';
  change += "auth";
  change += ByteView("other\0", 6);
  change += ByteView("\x2d\0", 2);
  change += ByteView("mysql_native_password\0", 22);
  EXPECT_EQ(s.client(packet(0, change)), packet(0, change));
  std::string request;
  std::uint8_t sequence = 1;
  wire::mysql::append_auth_switch_request(request, sequence, "mysql_native_password",
                                          ByteView("ABCDEFGHIJKLMNOPQRST\0", 21));
  EXPECT_EQ(s.server(request), request);
  EXPECT_EQ(s.client(packet(2, "proof")), packet(2, "proof"));
  EXPECT_EQ(s.server(ok(status::kAutocommit, 3)), ok(status::kAutocommit, 3));
  passes(query("select 1"), ok());
}

TEST_F(RelayTest, AnotherUserThatIsRefusedEndsTheSession) {
  std::string change = "\x11";
  change += ByteView("bob\0\0\0", 6);
  (void)s.client(packet(0, change));
  EXPECT_EQ(s.server(err(1045, "denied")), err(1045, "denied"));
  EXPECT_TRUE(s.closed);
}

TEST_F(RelayTest, WhatTheServerSaysUnaskedIsPassedOn) {
  EXPECT_EQ(s.server(err(4031, "timeout", 0)), err(4031, "timeout", 0));
}

TEST_F(RelayTest, ACommandThatIsNotKnownMakesTheSessionOpaque) {
  const std::string odd = packet(0, "\x7fxyz");
  EXPECT_EQ(s.client(odd + odd), odd + odd);
  EXPECT_EQ(s.server("anything"), "anything");
  EXPECT_TRUE(s.world.all_dirty());
}

TEST_F(RelayTest, AReplicasSessionIsOpaqueAndHarmless) {
  const std::string dump = command(Command::binlog_dump, std::string(10, '\0'));
  EXPECT_EQ(s.client(dump), dump);
  EXPECT_EQ(s.server(packet(1, ByteView("\0event", 6))), packet(1, ByteView("\0event", 6)));
  EXPECT_EQ(s.client("ack"), "ack");
  EXPECT_FALSE(s.world.all_dirty());
}

TEST_F(RelayTest, AnAnswerThatCannotBeMakesTheSessionOpaque) {
  (void)s.client(command(Command::stmt_prepare, "select 1"));
  EXPECT_EQ(s.server(packet(1, "\x05what")), packet(1, "\x05what"));
  EXPECT_TRUE(s.world.all_dirty());
  EXPECT_EQ(s.client("more"), "more");
}

TEST_F(RelayTest, AnEmptyCommandIsForTheServerToJudge) { passes(packet(0, ""), err(1047, "unknown command")); }

}  // namespace
}  // namespace tapri::session::mysql::test
