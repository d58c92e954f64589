#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/pg/startup.h"

namespace tapri::wire::pg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(Options, TakesEverySpelling) {
  EXPECT_THAT(parse_options("-c search_path=a"), ElementsAre(Pair("search_path", "a")));
  EXPECT_THAT(parse_options("-csearch_path=a"), ElementsAre(Pair("search_path", "a")));
  EXPECT_THAT(parse_options("--search_path=a"), ElementsAre(Pair("search_path", "a")));
  EXPECT_THAT(parse_options("--search-path=a"), ElementsAre(Pair("search_path", "a")));
  EXPECT_THAT(parse_options("-c search-path=a"), ElementsAre(Pair("search_path", "a")));
}

TEST(Options, KeepsOrderAndSplitsAtAnyBlank) {
  EXPECT_THAT(parse_options("  -c\ta=1\n-cb=2\v--c-d=3\r\f -c a=4  "),
              ElementsAre(Pair("a", "1"), Pair("b", "2"), Pair("c_d", "3"), Pair("a", "4")));
}

TEST(Options, BackslashTakesTheNextCharacter) {
  EXPECT_THAT(parse_options(R"(-c search_path=a,\ b -c x=\\y)"),
              ElementsAre(Pair("search_path", "a, b"), Pair("x", R"(\y)")));
  EXPECT_THAT(parse_options("-c a=1\\"), ElementsAre(Pair("a", "1")));
}

TEST(Options, ValuesMayHoldAnything) {
  EXPECT_THAT(parse_options("-c a= -c b=c=d -c e=--f"), ElementsAre(Pair("a", ""), Pair("b", "c=d"), Pair("e", "--f")));
}

TEST(Options, NamesKeepTheirCase) {
  EXPECT_THAT(parse_options("--TimeZone=UTC"), ElementsAre(Pair("TimeZone", "UTC")));
}

TEST(Options, LettersThatStandForSettings) {
  EXPECT_THAT(parse_options("-e -S 64 -FO"),
              ElementsAre(Pair("datestyle", "euro"), Pair("work_mem", "64"), Pair("fsync", "false"),
                          Pair("allow_system_table_mods", "true")));
  EXPECT_THAT(parse_options("-ec a=1"), ElementsAre(Pair("datestyle", "euro"), Pair("a", "1")));
  EXPECT_THAT(parse_options("-d 5 -c a=1"), ElementsAre(Pair("a", "1")));
}

TEST(Options, LeavesOutWhatTheServerRefuses) {
  EXPECT_THAT(parse_options(""), IsEmpty());
  EXPECT_THAT(parse_options("-c"), IsEmpty());
  EXPECT_THAT(parse_options("-c a"), IsEmpty());
  EXPECT_THAT(parse_options("-c =a"), IsEmpty());
  EXPECT_THAT(parse_options("--"), IsEmpty());
  EXPECT_THAT(parse_options("-"), IsEmpty());
  EXPECT_THAT(parse_options("word -c a=1"), IsEmpty());
  EXPECT_THAT(parse_options("-- -c a=1"), IsEmpty());
}

}  // namespace
}  // namespace tapri::wire::pg
