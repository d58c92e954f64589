// Every "volatile" text here is one that PostgreSQL reads as a moment that moves; tried with a server.
#include <gtest/gtest.h>

#include "sql/pg/facts.h"

namespace tapri::sql::pg {
namespace {

TEST(VolatileLiteral, WordsOfTheDateParser) {
  for (const char* text :
       {"now", "NOW", " now ", "today", "Tomorrow", "yesterday", "today 10:00", "today10:00", "10:00 today",
        "10:00today", "_now", "today_", "\nnow", ",,,(now", "tomorrow zulu", "''now", "now\xc3\xa9"}) {
    EXPECT_TRUE(is_volatile_literal(text)) << text;
  }
}

TEST(VolatileLiteral, OtherTexts) {
  for (const char* text : {"", "know", "nowhere", "todays", "2024-01-01", "infinity", "epoch", "allballs", "no w",
                           "tomorro", "yester day", "a now1x2nowb"}) {
    const bool holds_word = std::string_view(text) == "a now1x2nowb";
    EXPECT_EQ(is_volatile_literal(text), holds_word) << text;
  }
}

TEST(VolatileLiteral, BlanksAndPunctuationDoNotCountAsLength) {
  EXPECT_TRUE(is_volatile_literal(std::string(100'000, ' ') + "now"));
  EXPECT_TRUE(is_volatile_literal(std::string(100'000, '\'') + "now"));
  EXPECT_TRUE(is_volatile_literal(std::string(127, 'x') + " now"));
}

TEST(VolatileLiteral, LongTextsAreNoDates) {
  EXPECT_FALSE(is_volatile_literal(std::string(1000, 'x') + " now"));
  EXPECT_FALSE(is_volatile_literal(std::string(1000, '1') + " now"));
}

// text[] in binary: dimensions, flags, element type, size and bound, then each element with its length.
TEST(VolatileLiteral, BinaryArraysMayBeLong) {
  using namespace std::string_literals;
  std::string array = "\0\0\0\1\0\0\0\0\0\0\0\x19\0\0\0\2\0\0\0\1"s;
  array += "\0\0\x03\xe8"s + std::string(1000, '1');
  EXPECT_FALSE(is_volatile_literal(array + "\0\0\0\4know"s));
  EXPECT_TRUE(is_volatile_literal(array + "\0\0\0\3now"s));
}

TEST(VolatileLiteral, ArraysAndRangesMayBeLong) {
  std::string dates = "{";
  for (int i = 0; i < 200; ++i) dates += "2024-01-01,";
  EXPECT_TRUE(is_volatile_literal(dates + "now}"));
  EXPECT_FALSE(is_volatile_literal(dates + "2024-01-02}"));
  EXPECT_TRUE(is_volatile_literal("  [" + std::string(1000, '1') + ",today)"));
}

}  // namespace
}  // namespace tapri::sql::pg
