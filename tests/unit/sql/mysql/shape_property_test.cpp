// Facts are kept by shape: whatever text of a shape came first, its facts must hold for every other. Texts are those of
// the case files, with other literals put in.
#include <gtest/gtest.h>

#include <array>

#include "sql/mysql/facts.h"
#include "unit/sql/case_file.h"
#include "unit/sql/mysql/shape_reader.h"

namespace tapri::sql::mysql {
namespace {

constexpr std::array<std::string_view, 7> kLiterals = {"1", "'x'", "2.5e3", "'it''s'", "0x1F", "N'n'", "b'01'"};

std::string packed(std::string_view token) {
  std::string out;
  for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>((token.size() >> shift) & 0xFFU);
  return out.append(token);
}

struct Lifted {
  std::string shape;
  std::vector<std::string> literals;
  bool markers = false;
};

std::optional<Lifted> lift(const std::string& sql) {
  Lifted out;
  std::string literals;
  if (!lift_literals(sql, {}, out.shape, literals)) return std::nullopt;
  for (const std::string_view token : literal_tokens(literals)) out.literals.emplace_back(token);
  out.markers = literals.ends_with(std::string_view("\0\0\0\0", 4));
  return out;
}

std::string text_of(const Lifted& lifted) {
  std::string literals;
  for (const std::string& token : lifted.literals) literals += packed(token);
  if (lifted.markers) literals += packed("");
  return read_back(lifted.shape, literals, {}).value_or("");
}

// One literal is another one.
std::vector<std::string> variants(const Lifted& lifted) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < lifted.literals.size(); ++i) {
    for (const std::string_view literal : kLiterals) {
      Lifted other = lifted;
      other.literals[i] = literal;
      texts.push_back(text_of(other));
    }
  }
  return texts;
}

TEST(MysqlShapeProperty, OneShapeHasOneSetOfFacts) {
  std::size_t compared = 0;
  for (const Case& item : read_cases(std::string(TAPRI_SOURCE_DIR) + "/tests/unit/sql/mysql/cases")) {
    const auto lifted = lift(item.sql);
    const Facts facts = extract_facts(item.sql, {});
    if (!lifted || facts.statements.front().verb == Verb::not_understood) continue;
    for (const std::string& text : variants(*lifted)) {
      const auto again = lift(text);
      ASSERT_TRUE(again) << text;
      EXPECT_EQ(again->shape, lifted->shape) << text;
      const Facts other = extract_facts(text, {});
      if (other.statements.front().verb == Verb::not_understood) continue;
      ++compared;
      EXPECT_EQ(other.statements, facts.statements) << text << "\n" << to_text(facts) << to_text(other);
    }
  }
  EXPECT_GE(compared, 500U);
}

TEST(MysqlShapeProperty, TextsReadBackMeanTheSame) {
  std::size_t compared = 0;
  for (const Case& item : read_cases(std::string(TAPRI_SOURCE_DIR) + "/tests/unit/sql/mysql/cases")) {
    const auto lifted = lift(item.sql);
    if (!lifted) continue;
    ++compared;
    EXPECT_EQ(extract_facts(text_of(*lifted), {}).statements, extract_facts(item.sql, {}).statements) << item.sql;
  }
  EXPECT_GE(compared, 150U);
}

}  // namespace
}  // namespace tapri::sql::mysql
