#include "dbclient/mysql/grants.h"

#include <gtest/gtest.h>

namespace tapri::dbclient::mysql {
namespace {

constexpr const char* kAll = "GRANT SELECT, PROCESS, SHOW VIEW, TRIGGER ON *.* TO `tapri`@`%`";

TEST(GrantsTest, SeesWhatIsGrantedEverywhere) {
  const Privileges everything{.objects = true, .sources = true, .process = true};
  EXPECT_EQ(privileges_of({kAll}), everything);
  EXPECT_EQ(privileges_of({"GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION"}), everything);
  EXPECT_EQ(privileges_of({"GRANT SELECT, PROCESS ON *.* TO `a`@`%` IDENTIFIED BY PASSWORD '*00'",
                           "GRANT SHOW VIEW, TRIGGER ON *.* TO `role`"}),
            everything);
}

TEST(GrantsTest, SourcesAreForThoseWhoMayReadData) {
  const auto found = privileges_of({"GRANT REFERENCES, PROCESS, SHOW VIEW, TRIGGER ON *.* TO `tapri`@`%`"});
  EXPECT_EQ(found, (Privileges{.objects = true, .sources = false, .process = true}));
}

TEST(GrantsTest, WhatIsGrantedForSomeIsNotEnough) {
  EXPECT_FALSE(privileges_of({"GRANT SELECT, SHOW VIEW, TRIGGER ON `shop`.* TO `tapri`@`%`"}).objects);
  EXPECT_FALSE(privileges_of({"GRANT SELECT, SHOW VIEW ON *.* TO `tapri`@`%`"}).objects);
  EXPECT_FALSE(privileges_of({"GRANT SELECT, TRIGGER ON *.* TO `tapri`@`%`"}).objects);
  EXPECT_FALSE(privileges_of({"GRANT SHOW VIEW, TRIGGER ON *.* TO `tapri`@`%`"}).objects);
  EXPECT_FALSE(privileges_of({"GRANT USAGE ON *.* TO `tapri`@`%`", "GRANT `all`@`%` TO `tapri`@`%`"}).objects);
}

TEST(GrantsTest, WhatIsRevokedForSomeLeavesNothing) {
  EXPECT_EQ(privileges_of({kAll, "REVOKE SELECT ON `secret`.* FROM `tapri`@`%`"}), Privileges{});
}

}  // namespace
}  // namespace tapri::dbclient::mysql
