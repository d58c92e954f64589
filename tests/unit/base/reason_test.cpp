#include "base/reason.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace tapri {
namespace {

bool is_snake_case(std::string_view name) {
  const bool letters = std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  return letters && !name.empty() && name.front() != '_' && name.back() != '_' && name.find("__") == name.npos;
}

// They are metric labels and JSON values.
TEST(Reason, EachHasANameOfItsOwn) {
  std::set<std::string_view> names;
  std::set<std::string_view> texts;
  for (std::size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_TRUE(is_snake_case(reason_name(reason))) << reason_name(reason);
    EXPECT_TRUE(names.insert(reason_name(reason)).second) << reason_name(reason);
    EXPECT_TRUE(texts.insert(reason_text(reason)).second) << reason_text(reason);
    EXPECT_TRUE(reason_text(reason).ends_with('.')) << reason_text(reason);
  }
}

TEST(Reason, TheCountCountsThemAll) {
  std::size_t listed = 0;
#define TAPRI_COUNT(name, text) ++listed;
  TAPRI_REASONS(TAPRI_COUNT)
#undef TAPRI_COUNT
  EXPECT_EQ(kReasonCount, listed);
}

TEST(Reason, NamesAreThoseOfTheEnum) {
  EXPECT_EQ(reason_name(Reason::none), "none");
  EXPECT_EQ(reason_name(Reason::volatile_function), "volatile_function");
  EXPECT_EQ(reason_name(Reason::write_in_flight), "write_in_flight");
}

// Whatever a number is made of, there is a name for it.
TEST(Reason, OneThatIsNoneStillHasANameAndAText) {
  const auto beyond = static_cast<Reason>(kReasonCount);
  EXPECT_EQ(reason_name(beyond), "not_understood");
  EXPECT_FALSE(reason_text(beyond).empty());
}

}  // namespace
}  // namespace tapri
