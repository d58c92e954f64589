#include "wire/mysql/response_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/wire/mysql/captures.h"
#include "wire/mysql/auth_packets.h"
#include "wire/mysql/commands.h"
#include "wire/mysql/response.h"

namespace tapri::wire::mysql {
namespace {

using ::testing::ElementsAre;

// What a response was followed as: everything but rows and definitions, and how it ended.
struct Followed {
  std::vector<ResponsePart> parts;
  std::vector<std::string> payloads;
  ResponseSummary summary;
  std::size_t passed = 0;
  std::size_t most_kept = 0;  // bytes that had to be shown again
  bool done = false;
};

// Shows the stream in pieces; bytes that are not passed are shown again with more behind them.
Followed follow(ResponseStream& stream, ByteView bytes, std::size_t piece) {
  Followed out;
  std::size_t shown = 0;
  while (shown < bytes.size() && !stream.done()) {
    shown = std::min(bytes.size(), shown + piece);
    for (;;) {
      const ExactBuffer data(bytes.substr(out.passed, shown - out.passed));
      const ResponseStream::Step step = stream.advance(data.view());
      EXPECT_LE(step.passed, data.view().size());
      out.passed += step.passed;
      if (step.part == ResponsePart::none) {
        if (!stream.done()) {
          EXPECT_GT(step.wanted, data.view().size() - step.passed);
        }
        break;
      }
      out.parts.push_back(step.part);
      out.payloads.emplace_back(step.payload);
      if (stream.done()) break;
    }
    out.most_kept = std::max(out.most_kept, shown - out.passed);
  }
  out.summary = stream.follower().summary();
  out.done = stream.done();
  return out;
}

Followed follow(const Capture& capture, ByteView bytes, std::size_t piece) {
  ResponseStream stream(capture.capabilities);
  const auto command = command_of(capture.command);
  EXPECT_TRUE(command.has_value());
  stream.begin(*command);
  return follow(stream, bytes, piece);
}

void expect_summary(const Capture& capture, const ResponseSummary& found) {
  const std::map<std::string, std::uint64_t> values{
      {"rows", found.rows},        {"columns", found.column_count},   {"parameters", found.parameter_count},
      {"results", found.results},  {"affected", found.affected_rows}, {"warnings", found.warnings},
      {"error", found.error_code}, {"cursor", found.cursor},          {"file", found.had_file}};
  for (const auto& [name, value] : capture.expect) {
    ASSERT_TRUE(values.contains(name)) << name;
    EXPECT_EQ(values.at(name), value) << name << " of " << capture.name;
  }
  if (!capture.expect.contains("error")) {
    EXPECT_FALSE(found.failed()) << capture.name << ": " << found.error_code;
  }
}

TEST(MysqlResponseStream, EndsWhereRealServersEnd) {
  for (const Capture& capture : captures()) {
    SCOPED_TRACE(capture.name);
    const Followed found = follow(capture, capture.response + "behind", capture.response.size() + 6);
    EXPECT_TRUE(found.done);
    EXPECT_EQ(found.passed, capture.response.size());
    EXPECT_THAT(found.parts, ::testing::Not(::testing::Contains(ResponsePart::violation)));
    expect_summary(capture, found.summary);
  }
}

TEST(MysqlResponseStream, FollowsTheSameInPiecesOfAnySize) {
  for (const Capture& capture : captures()) {
    SCOPED_TRACE(capture.name);
    const Followed whole = follow(capture, capture.response, capture.response.size());
    for (const std::size_t piece : {1U, 2U, 3U, 7U, 36U, 100U}) {
      const Followed found = follow(capture, capture.response, piece);
      EXPECT_TRUE(found.done);
      EXPECT_EQ(found.parts, whole.parts);
      EXPECT_EQ(found.payloads, whole.payloads);
      expect_summary(capture, found.summary);
    }
  }
}

TEST(MysqlResponseStream, IsNotDoneBeforeTheLastByte) {
  for (const Capture& capture : captures()) {
    SCOPED_TRACE(capture.name);
    for (std::size_t size = 0; size < capture.response.size(); size += size + 64U < capture.response.size() ? 7U : 1U) {
      const Followed found = follow(capture, capture.response.substr(0, size), size + 1);
      EXPECT_FALSE(found.done) << size;
      EXPECT_LE(found.passed, size);
    }
  }
}

TEST(MysqlResponseStream, TellsPartsInOrder) {
  const Capture call = capture_of("mysql", "call");
  using enum ResponsePart;
  EXPECT_THAT(follow(call, call.response, 1).parts,
              ElementsAre(column_count, columns_end, rows_end, column_count, columns_end, rows_end, ok));
  const Capture deprecated = capture_of("mariadb", "call", capability::kDeprecateEof);
  EXPECT_THAT(follow(deprecated, deprecated.response, 1).parts,
              ElementsAre(column_count, rows_end, column_count, rows_end, ok));
  const Capture alter = capture_of("mariadb", "progress");
  EXPECT_THAT(follow(alter, alter.response, 1).parts, ElementsAre(ResponsePart::progress, ResponsePart::progress, ok));
  const Capture load = capture_of("mysql", "load");
  EXPECT_THAT(follow(load, load.response, 1).parts, ElementsAre(local_infile, ok));
  const Capture prepare = capture_of("mysql", "prepare");
  EXPECT_THAT(follow(prepare, prepare.response, 1).parts, ElementsAre(prepared, columns_end, columns_end));
}

TEST(MysqlResponseStream, WaitsForTheFile) {
  const Capture load = capture_of("mariadb", "load");
  ResponseStream stream(load.capabilities);
  stream.begin(Command::query);
  const ByteView all = load.response;
  EXPECT_EQ(stream.advance(all.substr(0, 13)).part, ResponsePart::local_infile);
  EXPECT_TRUE(stream.follower().waits_for_file());
  EXPECT_FALSE(stream.done());
  EXPECT_EQ(stream.advance(all.substr(13)).part, ResponsePart::ok);
  EXPECT_FALSE(stream.follower().waits_for_file());
  EXPECT_TRUE(stream.done());
}

TEST(MysqlResponseStream, NeedsNoMemoryForLargeRows) {
  const Capture rows = capture_of("mysql", "query_rows");
  const std::string end = hex("05000009fe00000200");
  std::string response = rows.response.substr(0, rows.response.size() - end.size());
  std::uint8_t sequence = 7;
  std::string row;
  append_lenenc_bytes(row, std::string(40'000'000, 'x'));  // begins with 0xfe, and takes three packets
  append_message(response, sequence, row);
  std::string empty_row;
  append_lenenc_bytes(empty_row, std::string(kMaxPayload - 4, 'y'));  // takes a packet and an empty one
  append_message(response, sequence, empty_row);
  response += end;
  for (const std::size_t piece : {std::size_t{1} << 16, std::size_t{1000003}}) {
    const Followed found = follow(rows, response + "more", piece);
    EXPECT_TRUE(found.done);
    EXPECT_EQ(found.summary.rows, 5U);
    EXPECT_EQ(found.passed, response.size());
    EXPECT_LE(found.most_kept, piece + 36);
  }
}

TEST(MysqlResponseStream, ShowsOnlyTheFrontOfWhatIsTooLarge) {
  std::string response;
  std::uint8_t sequence = 1;
  const std::string info(5000, 'i');
  append_ok(response, sequence, capability::kProtocol41,
            {.affected_rows = 3, .status = status::kAutocommit, .info = info});
  ResponseStream stream(capability::kProtocol41 | capability::kLongPassword, 1000);
  stream.begin(Command::query);
  const ResponseStream::Step step = stream.advance(ByteView(response).substr(0, 100));
  EXPECT_EQ(step.part, ResponsePart::ok);
  EXPECT_TRUE(step.cut);
  EXPECT_EQ(step.payload.size(), ResponseFollower::kHeadSize);
  EXPECT_EQ(step.passed, 100U);
  EXPECT_FALSE(stream.done());
  EXPECT_EQ(stream.follower().summary().affected_rows, 3U);
  const ResponseStream::Step rest = stream.advance(ByteView(response + "behind").substr(100));
  EXPECT_EQ(rest.passed, response.size() - 100);
  EXPECT_TRUE(stream.done());
}

TEST(MysqlResponseStream, FollowsChangeUserThroughItsPackets) {
  std::string response;
  std::uint8_t sequence = 1;
  append_auth_switch_request(response, sequence, auth_plugin::kCachingSha2Password, std::string(21, 'n'));
  append_auth_more_data(response, sequence, "\x04");
  append_auth_more_data(response, sequence, "PEM");
  const Capabilities capabilities = capability::kProtocol41 | capability::kPluginAuth | capability::kLongPassword;
  std::string good = response;
  append_ok(good, sequence, capabilities, {.status = status::kAutocommit});
  ResponseStream stream(capabilities);
  stream.begin(Command::change_user);
  const Followed found = follow(stream, good, 1);
  using enum ResponsePart;
  EXPECT_THAT(found.parts, ElementsAre(authentication, authentication, authentication, ok));
  EXPECT_TRUE(found.done);
  append_err(response, sequence, 1045, "28000", "no");
  ResponseStream refused(capabilities);
  refused.begin(Command::change_user);
  const Followed refusal = follow(refused, response, 3);
  EXPECT_EQ(refusal.parts.back(), err);
  EXPECT_EQ(refusal.summary.error_code, 1045);
  EXPECT_EQ(std::string(refusal.summary.sqlstate.data(), 5), "28000");
}

TEST(MysqlResponseStream, KnowsCommandsWithoutAnAnswer) {
  for (const Command command : {Command::quit, Command::stmt_close, Command::stmt_send_long_data}) {
    ResponseStream stream(capability::kProtocol41);
    stream.begin(command);
    EXPECT_TRUE(stream.done());
    EXPECT_EQ(stream.advance("whatever").passed, 0U);
  }
}

TEST(MysqlResponseStream, NeverEndsWhatItDoesNotUnderstand) {
  ResponseStream stream(capability::kProtocol41);
  stream.begin(static_cast<Command>(0x77));
  const std::string bytes = hex("0100000101 01000002fe 0100000300 09000001ffd404234859303030");
  EXPECT_EQ(stream.advance(bytes).passed, bytes.size());
  EXPECT_FALSE(stream.done());
  EXPECT_EQ(stream.follower().kind(), ResponseKind::unknown);
}

TEST(MysqlResponseStream, PassesABinlogUntilItsEnd) {
  ResponseStream stream(capability::kProtocol41);
  stream.begin(Command::binlog_dump);
  const std::string events = hex("0500000100aabbccdd 0200000200ee");
  EXPECT_EQ(stream.advance(events).passed, events.size());
  EXPECT_FALSE(stream.done());
  EXPECT_EQ(stream.advance(hex("05000003fe00000200")).part, ResponsePart::ok);
  EXPECT_TRUE(stream.done());
  stream.begin(Command::binlog_dump);
  EXPECT_EQ(stream.advance(hex("09000001ffd404234859303030")).part, ResponsePart::err);
  EXPECT_TRUE(stream.done());
}

TEST(MysqlResponseStream, SeesWhatCannotBe) {
  const Capabilities capabilities = capability::kProtocol41 | capability::kLongPassword;
  const std::string rows = hex("0100000101") + hex("0500000203646566ff");  // a definition is not looked at
  for (const std::string& bytes :
       {hex("00000001"), hex("0200000100 00"), hex("01000001fe"), hex("020000010101"), hex("04000001 fcffffff"),
        hex("01000001ff"), hex("0400000100000000"), rows + hex("0100000300"), rows + hex("04000003fe000002")}) {
    ResponseStream stream(capabilities);
    stream.begin(Command::query);
    const Followed found = follow(stream, bytes, bytes.size());
    ASSERT_FALSE(found.parts.empty());
    EXPECT_EQ(found.parts.back(), ResponsePart::violation);
  }
  ResponseFollower follower(capabilities);
  EXPECT_EQ(follower.on_message(7, hex("00000002000000")), ResponsePart::violation);  // nothing was asked
}

}  // namespace
}  // namespace tapri::wire::mysql
