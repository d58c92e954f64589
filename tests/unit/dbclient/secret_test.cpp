#include "dbclient/secret.h"

#include <gtest/gtest.h>

namespace tapri::dbclient {
namespace {

TEST(SecretTest, TakesSecretsOutOfMessages) {
  EXPECT_EQ(without_secret("bad pass pass\nword\n", "pass"), "bad *** *** word");
  EXPECT_EQ(without_secret("nothing here", "pass"), "nothing here");
  EXPECT_EQ(without_secret("a*b", "*"), "a***b");
  EXPECT_EQ(without_secret("kept", ""), "kept");
}

}  // namespace
}  // namespace tapri::dbclient
