#include "telemetry/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "telemetry/log_format.h"

namespace tapri::telemetry {
namespace {

// What `speak` makes the log write to standard error, with level and format put back afterwards.
template <typename Speak>
std::string captured(LogFormat format, Level level, Speak speak) {
  testing::internal::CaptureStderr();
  set_log_format(format);
  set_log_level(level);
  speak();
  set_log_format(LogFormat::text);
  set_log_level(Level::info);
  return testing::internal::GetCapturedStderr();
}

TEST(LogFormatTest, TextQuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(format_text("proxy", "client connected", {{"peer", "127.0.0.1:5"}, {"user", "a b"}, {"none", ""}}),
            R"(proxy: client connected peer=127.0.0.1:5 user="a b" none="")");
}

TEST(LogFormatTest, TextEscapesWhatCouldForgeAFieldOrALine) {
  EXPECT_EQ(format_text("c", "m\nx", {{"k", "v\nlevel=error"}, {"q", "a\"b"}, {"e", "a=b"}, {"b", "\x1b[0m\x7f"}}),
            R"(c: m\nx k="v\nlevel=error" q="a\"b" e="a=b" b="\u001b[0m\u007f")");
}

TEST(LogFormatTest, JsonKeepsTypes) {
  EXPECT_EQ(
      format_json("c", "m",
                  {{"i", -3},
                   {"u", std::numeric_limits<std::uint64_t>::max()},
                   {"d", 0.5},
                   {"t", true},
                   {"f", false},
                   {"s", std::string("1")},
                   {"nan", std::numeric_limits<double>::quiet_NaN()}}),
      R"("component":"c","message":"m","i":-3,"u":18446744073709551615,"d":0.5,"t":true,"f":false,"s":"1","nan":null})");
}

TEST(LogFormatTest, KeepsUtf8AndReplacesWhatIsNot) {
  const auto escaped = [](std::string_view text) {
    std::string out;
    append_escaped(out, text);
    return out;
  };
  const std::string replacement = "\xEF\xBF\xBD";
  EXPECT_EQ(escaped("\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x8D\xB5"), "\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x8D\xB5");
  EXPECT_EQ(escaped("\xC3"), replacement);                                                        // cut short
  EXPECT_EQ(escaped("\xC0\x80"), replacement + replacement);                                      // overlong
  EXPECT_EQ(escaped("\xED\xA0\x80"), replacement + replacement + replacement);                    // a surrogate
  EXPECT_EQ(escaped("\xF4\x90\x80\x80"), replacement + replacement + replacement + replacement);  // beyond U+10FFFF
  EXPECT_EQ(escaped(std::string_view("\0", 1)), "\\u0000");
  EXPECT_EQ(valid_utf8("a\xC3\xA9\"\n\xE9\""), "a\xC3\xA9\"\n" + replacement + "\"");
}

TEST(LogTest, WritesOneTextLine) {
  const std::string line = captured(LogFormat::text, Level::info, [] { log(Level::warn, "app", "hello", {{"n", 1}}); });
  EXPECT_THAT(line,
              testing::ContainsRegex(R"(^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z warning app: hello n=1)"));
  EXPECT_EQ(line.find('\x1b'), std::string::npos) << "coloured although not a terminal";
  EXPECT_EQ(line.back(), '\n');
}

TEST(LogTest, WritesOneJsonLine) {
  const std::string line = captured(LogFormat::json, Level::info, [] { log(Level::info, "app", "100 % %v {}", {}); });
  EXPECT_NE(line.find(R"(Z","level":"info","component":"app","message":"100 % %v {}"})"), std::string::npos) << line;
  EXPECT_EQ(line.rfind(R"({"time":")", 0), 0U) << line;
}

TEST(LogTest, LevelFiltersAtRunTime) {
  const std::string lines = captured(LogFormat::text, Level::error, [] {
    log(Level::warn, "app", "dropped");
    set_log_level(Level::debug);
    log(Level::debug, "app", "kept");
    log(Level::trace, "app", "dropped too");
    set_log_level(Level::off);
    log(Level::error, "app", "dropped as well");
    log(Level::off, "app", "never");
  });
  EXPECT_NE(lines.find("kept"), std::string::npos);
  EXPECT_EQ(lines.find("dropped"), std::string::npos);
  EXPECT_EQ(lines.find("never"), std::string::npos);
}

TEST(LogTest, ThreadsDoNotMixLines) {
  constexpr int kThreads = 4;
  constexpr int kLines = 200;
  const std::string lines = captured(LogFormat::json, Level::info, [] {
    std::vector<std::thread> threads;
    threads.reserve(kThreads);
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([t] {
        for (int i = 0; i < kLines; ++i) log(Level::info, "app", "line", {{"thread", t}, {"i", i}});
      });
    }
    for (std::thread& thread : threads) thread.join();
  });
  int count = 0;
  std::size_t begin = 0;
  for (std::size_t end = lines.find('\n'); end != std::string::npos; begin = end + 1, end = lines.find('\n', begin)) {
    EXPECT_EQ(lines[begin], '{');
    EXPECT_EQ(lines[end - 1], '}');
    ++count;
  }
  EXPECT_EQ(count, kThreads * kLines);
}

TEST(LogTest, NamesAndParsing) {
  for (const Level level : {Level::trace, Level::debug, Level::info, Level::warn, Level::error, Level::off}) {
    EXPECT_EQ(parse_level(level_name(level)), level);
  }
  EXPECT_EQ(parse_level("warn"), Level::warn);
  EXPECT_EQ(parse_level("loud").error().message,
            "'loud' is no log level; expected one of trace debug info warning error off");
  EXPECT_EQ(parse_log_format("json"), LogFormat::json);
  EXPECT_FALSE(parse_log_format("xml"));
}

TEST(StateLogTest, LogsOncePerChange) {
  StateLog state("catalog");
  const std::string lines = captured(LogFormat::text, Level::info, [&] {
    EXPECT_FALSE(state.recovered("works from the start"));
    EXPECT_TRUE(state.degraded("cannot be read", {{"error", "refused"}}));
    EXPECT_FALSE(state.degraded("cannot be read", {{"error", "refused again"}}));
    EXPECT_TRUE(state.is_degraded());
    EXPECT_TRUE(state.recovered("is read again"));
    EXPECT_FALSE(state.recovered("is read again"));
    EXPECT_FALSE(state.is_degraded());
  });
  EXPECT_NE(lines.find("warning catalog: cannot be read error=refused\n"), std::string::npos) << lines;
  EXPECT_NE(lines.find("info catalog: is read again\n"), std::string::npos) << lines;
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
}

}  // namespace
}  // namespace tapri::telemetry
