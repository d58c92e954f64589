#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "policy/document.h"
#include "policy/rules.h"
#include "temp_folder.h"

namespace tapri::policy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using namespace std::chrono_literals;

std::string refusal_of(const std::string& path) {
  const auto rules = load_rules(path);
  EXPECT_FALSE(rules);
  return rules ? "" : rules.error().message;
}

std::string rule(const std::string& name) { return R"({"version": 1, "rules": [{"name": ")" + name + R"("}]})"; }

TEST(Load, SetsOfTheSameTextsHaveTheSameHash) {
  const TempFolder here;
  here.write("10-a.json", rule("a"));
  here.write("20-b.json", rule("b"));
  const TempFolder there;
  there.write("a.json", rule("a"));
  there.write("b.json", rule("b"));
  const auto hash = [](const std::string& path) { return (*load_rules(path))->text_hash(); };
  EXPECT_EQ(hash(here.path()), hash(there.path()));
  there.write("c.json", rule("c"));
  EXPECT_NE(hash(here.path()), hash(there.path()));
  EXPECT_NE((*parse_rules(rule("a"), "x"))->text_hash(), (*parse_rules(rule("b"), "x"))->text_hash());
  EXPECT_EQ(default_rules()->text_hash(), 0U);
}

TEST(Load, AFolderIsReadInTheOrderOfNames) {
  const TempFolder folder;
  folder.write("20-b.json", rule("b"));
  folder.write("10-a.json", rule("a"));
  folder.write("30-c.json", R"({"version": 1, "defaults": {"ttl": "3s"}, "dependencies": [
      {"when": {"writes": "orders"}, "also_changes": ["order_stats"]}]})");
  folder.write("rules.schema.json", "not a rule file");
  folder.write(".hidden.json", "nor this");
  folder.write("notes.txt", "nor this");
  folder.write("old.json/x.json", "nor a folder");
  const auto rules = load_rules(folder.path());
  ASSERT_TRUE(rules) << rules.error().message;
  EXPECT_EQ((*rules)->size(), 2U);
  EXPECT_EQ((*rules)->rule_name(1), "a (10-a.json:1)");
  EXPECT_EQ((*rules)->rule_name(2), "b (20-b.json:1)");
  EXPECT_EQ((*rules)->defaults().ttl, 3s);
  // Defaults hold for the rules of every file.
  EXPECT_EQ((*rules)->decide({}).ttl, 3s);
  ASSERT_EQ((*rules)->effects().size(), 1U);
  EXPECT_EQ((*rules)->effects()[0].when_writes, "orders");
}

TEST(Load, OnlyOneFileMayHaveDefaults) {
  const TempFolder folder;
  folder.write("a.json", R"({"version": 1, "defaults": {}})");
  folder.write("b.json", "{\"version\": 1,\n  \"defaults\": {}}");
  EXPECT_EQ(refusal_of(folder.path()), (folder / "b.json") +
                                           ":2:3: defaults: only one file may have it; it is also in " +
                                           (folder / "a.json") + ":1:16");
}

TEST(Load, ANameMayNotBeInTwoFiles) {
  const TempFolder folder;
  folder.write("a.json", rule("x"));
  folder.write("b.json", rule("x"));
  EXPECT_THAT(refusal_of(folder.path()),
              StartsWith((folder / "b.json") + ":1:35: rules[0].name: the name \"x\" is taken"));
}

TEST(Load, OneBrokenFileRefusesAll) {
  const TempFolder folder;
  folder.write("a.json", rule("x"));
  folder.write("b.json", "{");
  folder.write("c.json", R"({"version": 3})");
  const std::string refusal = refusal_of(folder.path());
  EXPECT_THAT(refusal, HasSubstr((folder / "b.json") + ":1:"));
  EXPECT_THAT(refusal, HasSubstr((folder / "c.json") + ":1:13: version:"));
}

TEST(Load, WhatCannotBeReadIsSaid) {
  const TempFolder folder;
  EXPECT_EQ(refusal_of(folder / "nothing"), (folder / "nothing") + ": No such file or directory");
  EXPECT_EQ(refusal_of(folder.path()), folder.path() + ": no rule file (*.json) in this folder");
  EXPECT_EQ(refusal_of("/dev/null"), "/dev/null: not a regular file");
  std::filesystem::create_symlink("nowhere.json", folder / "link.json");
  EXPECT_THAT(refusal_of(folder.path()), StartsWith((folder / "link.json") + ": "));
}

TEST(Load, AFileMayBeExactlyAsLongAsTheLimit) {
  const TempFolder folder;
  std::string text = R"({"version": 1})";
  text.resize(kMaxFileSize, ' ');
  folder.write("exact.json", text);
  folder.write("longer.json", text + " ");
  EXPECT_TRUE(load_rules(folder / "exact.json"));
  EXPECT_THAT(refusal_of(folder / "longer.json"), HasSubstr("longer than 1048576 bytes"));
  EXPECT_FALSE(parse_rules(text + " ", "longer.json"));
}

TEST(Load, NestingIsRefusedBeforeItIsFollowed) {
  const auto rules = parse_rules(std::string(500'000, '['), "deep.json");
  ASSERT_FALSE(rules);
  EXPECT_EQ(rules.error().message, "deep.json:1:17: nested deeper than 16 levels");
}

TEST(Load, AFileFullOfProblemsShowsTheFirst) {
  std::string text = R"({"version": 1, "rules": [)";
  for (int i = 0; i < 1000; ++i) text += "\n7,";
  const auto rules = parse_rules(text + "]}", "r.json");
  ASSERT_FALSE(rules);
  EXPECT_THAT(rules.error().message, StartsWith("r.json:2:1: rules[0]: expected an object"));
  EXPECT_THAT(rules.error().message, HasSubstr("\nand 980 more"));
}

TEST(Load, ManyRulesOnOneLineLoad) {
  std::string text = R"({"version": 1, "rules": [)";
  for (int i = 0; i < 20'000; ++i) text += R"({"name": "rule )" + std::to_string(i) + R"("},)";
  const auto rules = parse_rules(text + "]}", "r.json");
  ASSERT_TRUE(rules) << rules.error().message;
  EXPECT_EQ((*rules)->size(), 20'000U);
}

TEST(Load, Dependencies) {
  const auto rules = parse_rules(R"({"version": 1, "dependencies": [
      {"when": {"calls": "place_*"}, "changes": ["orders", "shop.seats"], "reads": ["products"]},
      {"when": {"calls": "price_of"}, "reads": [], "deterministic": true}]})",
                                 "r.json");
  ASSERT_TRUE(rules) << rules.error().message;
  const auto effects = (*rules)->effects();
  ASSERT_EQ(effects.size(), 2U);
  EXPECT_EQ(effects[0].when_calls, "place_*");
  EXPECT_EQ(effects[0].when_writes, std::nullopt);
  EXPECT_THAT(effects[0].changes, ElementsAre("orders", "shop.seats"));
  EXPECT_THAT(effects[0].reads, ElementsAre("products"));
  EXPECT_FALSE(effects[0].deterministic);
  EXPECT_TRUE(effects[1].deterministic);
  EXPECT_THAT(effects[1].reads, IsEmpty());
}

TEST(Document, LinesEndAsEditorsEndThem) {
  const auto document = Document::parse("{\"a\": 1,\r\n\"b\": 2,\r\"c\": [1,\n\n7]}", "d.json");
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(document->place_of(document->root().find("b")->offset), "d.json:2:6");
  EXPECT_EQ(document->place_of(document->root().find("c")->key_offset), "d.json:3:1");
  const Node& last = document->root().find("c")->children.at(1);
  EXPECT_EQ(document->place_of(last.offset), "d.json:5:1");
  EXPECT_EQ(document->path_of(last.offset), "c[1]");
  EXPECT_EQ(document->path_of(document->root().find("c")->key_offset), "c");
  EXPECT_EQ(document->path_of(0), "");
}

TEST(Document, MembersKeepTheirOrder) {
  const auto document = Document::parse(R"({"z": 1, "a": {"y": true}, "m": null})", "d.json");
  ASSERT_TRUE(document);
  ASSERT_EQ(document->root().children.size(), 3U);
  EXPECT_EQ(document->root().children[0].key, "z");
  EXPECT_EQ(document->root().children[1].key, "a");
  EXPECT_EQ(document->root().children[2].key, "m");
  EXPECT_EQ(document->root().find("missing"), nullptr);
}

}  // namespace
}  // namespace tapri::policy
