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

}  // namespace
}  // namespace tapri::dbclient
