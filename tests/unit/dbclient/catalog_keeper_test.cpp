#include "dbclient/catalog_keeper.h"

#include <gtest/gtest.h>

#include <chrono>

namespace tapri::dbclient {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(RestAfterLook, IsTheIntervalUnlessLooksAreDear) {
  EXPECT_EQ(rest_after_look(milliseconds(0), seconds(5)), seconds(5));
  EXPECT_EQ(rest_after_look(milliseconds(100), seconds(5)), seconds(5));
  EXPECT_EQ(rest_after_look(milliseconds(200), seconds(5)), milliseconds(9800));
  EXPECT_EQ(rest_after_look(seconds(1), seconds(1)), seconds(49));
}

TEST(Restarted, ShowsByWhenTheServerWasStarted) {
  const auto at = [](int second) { return Check{.started = std::chrono::sys_seconds(seconds(second))}; };
  EXPECT_FALSE(restarted(at(100), at(100)));
  EXPECT_FALSE(restarted(at(100), at(103)));  // both are rounded
  EXPECT_FALSE(restarted(at(103), at(100)));
  EXPECT_TRUE(restarted(at(100), at(104)));
  EXPECT_FALSE(restarted(Check{}, at(104)));
  EXPECT_FALSE(restarted(at(100), Check{}));
}

}  // namespace
}  // namespace tapri::dbclient
