#include "redis/log_commands.h"

#include <gtest/gtest.h>

namespace tapri::redis {
namespace {

using coherence::position_of;

TEST(LogCommands, IdsAreAnEpochAndASequence) {
  EXPECT_EQ(id_text(position_of(3, 17)), "3-17");
  EXPECT_EQ(parse_id("3-17"), position_of(3, 17));
  EXPECT_EQ(parse_id("0-0"), 0U);
  EXPECT_EQ(parse_id("1048575-17592186044415"), ~coherence::Position{0});
  for (const char* const wrong : {"", "-", "3", "3-", "-3", "3-x", " 3-1", "3-1 ", "+3-1", "1048576-0",
                                  "1-17592186044416", "99999999999999999999-1"}) {
    EXPECT_EQ(parse_id(wrong), std::nullopt) << wrong;
  }
}

TEST(LogCommands, KeysOfANamespaceGoToOneSlot) {
  const LogKeys keys("shop");
  EXPECT_EQ(keys.log, "tapri:{shop}:log");
  EXPECT_EQ(keys.epoch, "tapri:{shop}:epoch");
}

}  // namespace
}  // namespace tapri::redis
