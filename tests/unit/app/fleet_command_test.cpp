#include "app/fleet_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "unit/app/terminal_script.h"

namespace tapri::app {
namespace {

using test::FakeTerminal;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kDocument = R"({
  "mode": "bounded", "max_staleness_seconds": 1,
  "log": {"appending": true, "following": false, "epoch": 3, "position": 52776558133260, "base": 52776558133248,
          "open_here": 2, "open_elsewhere": 1, "gaps": 4, "unannounced": false, "last_sync_age_seconds": 0.0125},
  "redis": [{"tier": "near", "connected": 4, "down": 1, "breakers": {"closed": 4, "half_open": 0, "open": 1}, "opened": 6}],
  "tiers": [{"tier": "redis", "hits": 12, "stored": 13}],
  "members": [
    {"id": "one:1", "age_seconds": 0.5, "lag_records": 7,
     "says": {"version": "1.2", "mode": "bounded", "epoch": 3, "position": 52776558133253, "open": 2,
              "last_sync_age_seconds": 0.001, "breakers": {"closed": 5, "half_open": 1, "open": 0}}},
    {"id": "two\u001b[2J", "age_seconds": 9, "lag_records": null, "says": {"version": {"a": 1}, "position": -5}},
    {"id": "three"}, 17]})";

std::vector<std::string> words_of(const std::string& text, const std::string& begin) {
  std::istringstream in(text.substr(text.find(begin)));
  std::string line;
  std::getline(in, line);
  std::istringstream words(line);
  std::vector<std::string> all;
  for (std::string word; words >> word;) all.push_back(word);
  return all;
}

FleetOptions asking(const std::string& listen) {
  FleetOptions options;
  options.config.admin.listen = listen;
  return options;
}

TEST(FleetCommand, ShowsEachMemberWithHowFarItIsBehind) {
  const std::string text = fleet_text(kDocument);
  EXPECT_THAT(words_of(text, "one:1"), ElementsAre("one:1", "1.2", "bounded", "3", "5", "7", "0.001", "s", "2", "1",
                                                   "half_open,", "5", "closed", "0.500", "s"));
  EXPECT_THAT(text, HasSubstr("read up to 3-12, nothing from before 3-0 is used"));
  EXPECT_THAT(text, HasSubstr("can be written, CANNOT BE READ, last read 0.013 s ago; records were missed 4 times"));
  EXPECT_THAT(text, HasSubstr("2 under way here, 1 elsewhere\n"));
  EXPECT_THAT(text, HasSubstr("near: 4 connections can be used, 1 cannot; breakers: 1 open, 4 closed, opened 6 times"));
  EXPECT_THAT(text, HasSubstr("redis: 12 answers found, 13 stored"));
}

TEST(FleetCommand, BelievesNothingThatMembersSay) {
  const std::string text = fleet_text(kDocument);
  EXPECT_THAT(words_of(text, "two"), ElementsAre("two?[2J", "-", "-", "-", "-", "-", "-", "-", "-", "9.000", "s"));
  EXPECT_THAT(words_of(text, "three"), ElementsAre("three", "-", "-", "-", "-", "-", "-", "-", "-", "-"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_EQ(fleet_text("no JSON"), "");
  EXPECT_THAT(fleet_text("{}"), HasSubstr("Redis has not said lately"));
  EXPECT_THAT(fleet_text(R"({"log": 3, "members": {}, "tiers": 5, "redis": []})"), HasSubstr("Redis has not"));
}

TEST(FleetCommand, SaysWhyThereIsNobodyToAsk) {
  for (const char* listen : {"off", "127.0.0.1:0", "no address"}) {
    FakeTerminal terminal;
    EXPECT_EQ(fleet_command(asking(listen), terminal.terminal()), kBadInput) << listen;
    EXPECT_THAT(terminal.err(), HasSubstr("tapri fleet: ")) << listen;
  }
}

TEST(FleetCommand, FailsWhereNobodyAnswers) {
  const test::Folder folder;
  FakeTerminal terminal;
  EXPECT_EQ(fleet_command(asking("unix:" + folder.path("nobody")), terminal.terminal()), kFailed);
  EXPECT_THAT(terminal.err(), HasSubstr("no instance can be asked at unix:"));
  EXPECT_EQ(terminal.out(), "");
}

}  // namespace
}  // namespace tapri::app
