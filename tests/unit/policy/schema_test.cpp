// rules/rules.schema.json, which editors use, and the loader must know the same keys.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policy/document.h"
#include "policy/keys.h"
#include "temp_folder.h"

namespace tapri::policy {
namespace {

using testing::UnorderedElementsAreArray;

class Schema : public testing::Test {
 protected:
  void SetUp() override {
    auto parsed = Document::parse(text_of(TAPRI_SOURCE_DIR "/rules/rules.schema.json"), "rules.schema.json");
    ASSERT_TRUE(parsed) << parsed.error().message;
    schema_ = std::move(*parsed);
  }

  // "" for the whole file, else the name of a definition.
  const Node* object(const std::string& definition) {
    if (definition.empty()) return &schema_->root();
    const Node* definitions = schema_->root().find("$defs");
    return definitions == nullptr ? nullptr : definitions->find(definition);
  }

  void expect_same_keys(const std::string& definition, Section section) {
    SCOPED_TRACE(definition);
    const Node* node = object(definition);
    ASSERT_NE(node, nullptr);
    const Node* additional = node->find("additionalProperties");
    ASSERT_NE(additional, nullptr);
    EXPECT_EQ(additional->kind, Node::Kind::boolean);
    EXPECT_FALSE(additional->boolean);
    std::vector<std::string> in_schema;
    const Node* properties = node->find("properties");
    ASSERT_NE(properties, nullptr);
    for (const Node& property : properties->children) in_schema.push_back(property.key);
    std::vector<std::string> in_loader;
    for (const Key& key : keys_of(section)) {
      if (key.supported) in_loader.emplace_back(key.name);
    }
    EXPECT_THAT(in_schema, UnorderedElementsAreArray(in_loader));
  }

 private:
  std::optional<Document> schema_;
};

TEST_F(Schema, KnowsTheKeysThatTheLoaderSupportsAndNoOthers) {
  expect_same_keys("", Section::file);
  expect_same_keys("defaults", Section::defaults);
  expect_same_keys("rule", Section::rule);
  expect_same_keys("match", Section::match);
  expect_same_keys("dependency", Section::dependency);
  expect_same_keys("when", Section::when);
  expect_same_keys("l2", Section::l2);
}

TEST_F(Schema, ListsTheActionsThatAreSupported) {
  const Node* values = object("action")->find("enum");
  ASSERT_NE(values, nullptr);
  std::vector<std::string> actions;
  for (const Node& value : values->children) actions.push_back(value.text);
  EXPECT_THAT(actions, UnorderedElementsAreArray({"cache", "bypass"}));
  for (const std::string& action : actions) EXPECT_FALSE(is_future_action(action));
}

// Supported keys are explained; the others stand under "Not in this version", and only there.
TEST(Manual, NamesEveryKey) {
  const std::string manual = text_of(TAPRI_SOURCE_DIR "/docs/rules.md");
  const std::size_t start = manual.find("## Not in this version");
  ASSERT_NE(start, std::string::npos);
  const std::size_t end = manual.find("\n## ", start);
  const std::string later = manual.substr(start, end - start);
  const std::string now = manual.substr(0, start) + manual.substr(end);
  for (const Section section : {Section::file, Section::defaults, Section::rule, Section::match, Section::dependency,
                                Section::when, Section::l2}) {
    for (const Key& key : keys_of(section)) {
      const bool in_text = now.find("`" + std::string(key.name) + "`") != std::string::npos;
      const bool in_example = now.find("\"" + std::string(key.name) + "\":") != std::string::npos;
      const bool in_later = later.find("`" + std::string(key.name) + "`") != std::string::npos;
      EXPECT_EQ(in_text || in_example, key.supported) << key.name;
      EXPECT_EQ(in_later, !key.supported) << key.name;
    }
  }
}

}  // namespace
}  // namespace tapri::policy
