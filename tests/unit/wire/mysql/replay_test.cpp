#include "wire/mysql/replay.h"

#include <gtest/gtest.h>

#include "unit/wire/mysql/captures.h"
#include "unit/wire/mysql/vectors.h"
#include "wire/mysql/packet.h"
#include "wire/mysql/response_stream.h"
#include "wire/mysql/rows.h"

namespace tapri::wire::mysql {
namespace {

constexpr Capabilities kPlain = capability::kProtocol41 | capability::kLongPassword;
constexpr Capabilities kDeprecated = kPlain | capability::kDeprecateEof;

std::string replayed(const Capture& capture, Capabilities client) {
  const auto layout = find_layout(capture.response, capture.capabilities);
  EXPECT_TRUE(layout.has_value()) << capture.name;
  std::string out;
  if (layout)
    append_result(out, capture.response, *layout, client, {.warnings = layout->warnings, .status = layout->status});
  return out;
}

bool is_one_result(const Capture& capture) {
  const auto& expect = capture.expect;
  const bool left_out = capture.label.starts_with("no_metadata") || capture.label.starts_with("cache_first") ||
                        capture.label == "cache_again";
  const bool several = expect.contains("results") && expect.at("results") != 1;
  const bool read = capture.command[0] == '\x03' || capture.command[0] == '\x17';
  return read && !expect.contains("cursor") && expect.contains("rows") && !several && !left_out;
}

TEST(MysqlReplay, FindsExactlyTheResultsThatCanBeSentAgain) {
  std::size_t found = 0;
  for (const Capture& capture : captures()) {
    SCOPED_TRACE(capture.name);
    const auto layout = find_layout(capture.response, capture.capabilities);
    EXPECT_EQ(layout.has_value(), is_one_result(capture));
    if (!layout) continue;
    EXPECT_EQ(layout->row_count, capture.expect.at("rows"));
    ++found;
    for (std::size_t size = 0; size < capture.response.size(); ++size) {
      EXPECT_FALSE(find_layout(ExactBuffer(capture.response.substr(0, size)).view(), capture.capabilities)) << size;
    }
    EXPECT_FALSE(find_layout(capture.response + std::string(4, '\0'), capture.capabilities));
    EXPECT_FALSE(find_layout(capture.response + "x", capture.capabilities));
  }
  EXPECT_GT(found, 30U);
}

TEST(MysqlReplay, ToTheSameClientIsTheSameBytes) {
  for (const Capture& capture : captures()) {
    if (!is_one_result(capture) || capture.label.starts_with("track_")) continue;
    SCOPED_TRACE(capture.name);
    EXPECT_EQ(replayed(capture, capture.capabilities), capture.response);
  }
}

// The captures come in pairs: without kDeprecateEof and with it.
TEST(MysqlReplay, ToTheOtherKindOfClientIsWhatTheServerSendsIt) {
  std::size_t compared = 0;
  for (const Capture& capture : captures()) {
    if (!is_one_result(capture) || capture.label.starts_with("track_")) continue;
    const std::string server = capture.name.substr(0, capture.name.find(' '));
    const Capabilities other = capture.capabilities ^ capability::kDeprecateEof;
    if (capture.label == "returning") continue;  // another row each time
    for (const Capture& pair : captures()) {
      const bool same = pair.label == capture.label && pair.name.starts_with(server + " ");
      if (!same || pair.capabilities != other) continue;
      EXPECT_TRUE(can_replay(capture.capabilities, other));
      if (capture.label == "execute_again") continue;
      EXPECT_EQ(replayed(capture, other), pair.response) << capture.name;
      ++compared;
    }
  }
  EXPECT_GT(compared, 20U);
}

TEST(MysqlReplay, HasTheStatusOfTheSessionThatIsAnswered) {
  const Capture capture = capture_of("mysql", "query_warning");
  const auto layout = find_layout(capture.response, capture.capabilities);
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->warnings, 1);
  std::string out;
  append_result(out, capture.response, *layout, kPlain, {.warnings = 0, .status = status::kInTransaction});
  EXPECT_TRUE(ByteView(out).ends_with(hex("fe00000100")));
  EXPECT_EQ(out.find(hex("fe01000100")), std::string::npos);
  out.clear();
  append_result(out, capture.response, *layout, kPlain, {.warnings = 7, .status = status::kInTransaction});
  EXPECT_NE(out.find(hex("05000003 fe00000100")), std::string::npos);
  EXPECT_TRUE(ByteView(out).ends_with(hex("fe07000100")));
}

TEST(MysqlReplay, FlagsThatDefinitionsFollow) {
  const Capture capture = capture_of("mariadb", "extended");
  const Capabilities caching = capture.capabilities | capability::kMariaCacheMetadata;
  const std::string out = replayed(capture, caching);
  EXPECT_TRUE(out.starts_with(hex("02000001 04 01")));
  EXPECT_TRUE(find_layout(out, caching).has_value());
}

TEST(MysqlReplay, NeedsTheSameDefinitions) {
  using namespace capability;
  EXPECT_TRUE(can_replay(kPlain, kDeprecated));
  EXPECT_FALSE(can_replay(kPlain, kPlain | kLongFlag));
  EXPECT_FALSE(can_replay(kProtocol41 | kMariaExtendedMetadata, kProtocol41));
  EXPECT_TRUE(can_replay(kProtocol41 | kMariaCacheMetadata, kProtocol41 | kMariaProgress));
  EXPECT_TRUE(can_replay(kPlain | kMariaExtendedMetadata, kPlain));  // a MySQL client has no such flag
}

// A result of one column and of rows with these sizes.
std::string result_of(Capabilities capabilities, const std::vector<std::size_t>& sizes) {
  const Capture capture = capture_of("mysql", "query_no_rows", capability::kDeprecateEof);
  std::string out = capture.response.substr(0, capture.response.size() - 11);
  std::uint8_t sequence = 3;
  if (!has(capabilities, capability::kDeprecateEof)) append_eof(out, sequence, {.status = status::kAutocommit});
  for (const std::size_t size : sizes) {
    const std::string value(size, 'x');
    const std::optional<ByteView> values[] = {value};
    append_text_row(out, sequence, values);
  }
  append_end_of_rows(out, sequence, capabilities, {.status = status::kAutocommit});
  return out;
}

TEST(MysqlReplay, RenumbersRowsOfSeveralPackets) {
  const std::vector<std::size_t> sizes{3, kMaxPayload - 4, 0, 17'000'000, 5};
  for (const Capabilities from : {kPlain, kDeprecated}) {
    const std::string recording = result_of(from, sizes);
    const auto layout = find_layout(recording, from);
    ASSERT_TRUE(layout);
    EXPECT_EQ(layout->row_count, 5U);
    for (const Capabilities to : {kPlain, kDeprecated}) {
      std::string out;
      append_result(out, recording, *layout, to, {.warnings = 0, .status = layout->status});
      EXPECT_TRUE(out == result_of(to, sizes)) << from << " to " << to;
    }
  }
}

TEST(MysqlReplay, SequenceIdsWrap) {
  const std::vector<std::size_t> sizes(1000, 2);
  const std::string recording = result_of(kDeprecated, sizes);
  const auto layout = find_layout(recording, kDeprecated);
  ASSERT_TRUE(layout);
  std::string out;
  append_result(out, recording, *layout, kPlain, {.warnings = 0, .status = layout->status});
  EXPECT_EQ(out, result_of(kPlain, sizes));
  std::string wrong = recording;
  wrong[3] = '\x02';
  EXPECT_FALSE(find_layout(wrong, kDeprecated));
}

TEST(MysqlReplay, TakesNoOtherResponse) {
  const std::string good = result_of(kPlain, {1, 2});
  const std::string rows = good.substr(0, good.size() - 9);
  EXPECT_FALSE(find_layout(rows + hex("09000007 ff2804 23") + "42000", kPlain));
  EXPECT_FALSE(find_layout(rows + hex("05000006 fe 0000 0a00"), kPlain));  // more results follow
  EXPECT_FALSE(find_layout(hex("07000001 00 00 00 0200 0000"), kPlain));
  EXPECT_FALSE(find_layout("", kPlain));
  EXPECT_TRUE(find_layout(good, kPlain));
}

}  // namespace
}  // namespace tapri::wire::mysql
