#include "app/workers.h"

#include <gtest/gtest.h>

namespace tapri::app {
namespace {

TEST(Workers, AreHalfOfTheCoresAndAtLeastOne) {
  EXPECT_EQ(default_workers(0, ""), 1U);
  EXPECT_EQ(default_workers(1, ""), 1U);
  EXPECT_EQ(default_workers(2, ""), 1U);
  EXPECT_EQ(default_workers(3, ""), 1U);
  EXPECT_EQ(default_workers(4, ""), 2U);
  EXPECT_EQ(default_workers(64, ""), 32U);
}

TEST(Workers, KnowTheQuotaOfAContainer) {
  EXPECT_EQ(default_workers(64, "max 100000"), 32U);
  EXPECT_EQ(default_workers(64, "50000 100000"), 1U);
  EXPECT_EQ(default_workers(64, "400000 100000"), 2U);
  EXPECT_EQ(default_workers(64, "350000 100000"), 2U) << "rounded up to four";
  EXPECT_EQ(default_workers(4, "6400000 100000"), 2U);
}

TEST(Workers, DoNotTrustWhatIsNoQuota) {
  for (const char* text : {"", " ", "5", "5 ", "5 0", "-5 100000", "x 100000", "max"}) {
    EXPECT_EQ(default_workers(8, text), 4U) << text;
  }
}

TEST(Workers, OfThisProcessAreSome) { EXPECT_GE(default_workers(), 1U); }

}  // namespace
}  // namespace tapri::app
