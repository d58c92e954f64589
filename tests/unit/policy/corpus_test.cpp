// Files under corpus/good must load; each file under corpus/broken says in its "// expect:" lines how it is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "policy/rules.h"
#include "temp_folder.h"

namespace tapri::policy {
namespace {

const std::string kCorpus = TAPRI_SOURCE_DIR "/tests/unit/policy/corpus/";

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path().string());
  std::ranges::sort(files);
  return files;
}

std::vector<std::string> expectations_of(const std::string& text) {
  static const std::string kMark = "// expect: ";
  std::vector<std::string> expected;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(kMark)) expected.push_back(line.substr(kMark.size()));
  }
  return expected;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) result.push_back(line);
  return result;
}

TEST(Corpus, GoodFilesLoad) {
  const auto files = files_in(kCorpus + "good");
  ASSERT_GE(files.size(), 4U);
  for (const std::string& file : files) {
    const auto rules = load_rules(file);
    EXPECT_TRUE(rules) << file << "\n" << (rules ? "" : rules.error().message);
  }
}

// Every problem of a file is reported, in the order of the "expect" lines, and nothing else is.
TEST(Corpus, BrokenFilesAreRefusedAtTheStatedPlace) {
  const auto files = files_in(kCorpus + "broken");
  ASSERT_GE(files.size(), 30U);
  for (const std::string& file : files) {
    SCOPED_TRACE(file);
    const auto expected = expectations_of(text_of(file));
    ASSERT_FALSE(expected.empty());
    const auto rules = load_rules(file);
    ASSERT_FALSE(rules);
    const auto problems = lines_of(rules.error().message);
    EXPECT_EQ(problems.size(), expected.size()) << rules.error().message;
    for (std::size_t i = 0; i < std::min(problems.size(), expected.size()); ++i) {
      EXPECT_TRUE(problems[i].starts_with(file + ":" + expected[i]))
          << "expected " << expected[i] << "\n     got " << problems[i].substr(file.size() + 1);
    }
  }
}

TEST(Corpus, CutShortAnywhereAGoodFileIsRefusedAndNothingElseHappens) {
  std::string text = text_of(kCorpus + "good/everything.json");
  text.resize(text.find_last_of('}') + 1);
  ASSERT_TRUE(parse_rules(text, "whole.json"));
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto rules = parse_rules(text.substr(0, length), "cut.json");
    ASSERT_FALSE(rules) << length;
    ASSERT_TRUE(rules.error().message.starts_with("cut.json:")) << rules.error().message;
  }
}

}  // namespace
}  // namespace tapri::policy
