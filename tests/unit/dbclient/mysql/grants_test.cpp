#include "dbclient/mysql/grants.h"

#include <gtest/gtest.h>

namespace tapri::dbclient::mysql {
namespace {

constexpr const char* kAll = "GRANT SELECT, PROCESS, SHOW VIEW, TRIGGER ON *.* TO `tapri`@`%`";

TEST(GrantsTest, SeesWhatIsGrantedEverywhere) {
  const Privileges everything{.objects = true, .routines = true, .process = true};
  EXPECT_EQ(privileges_of({kAll}, true), everything);
  EXPECT_EQ(privileges_of({"GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION"}, false), everything);
  EXPECT_EQ(privileges_of({"GRANT SELECT, PROCESS ON *.* TO `a`@`%` IDENTIFIED BY PASSWORD '*00'",
                           "GRANT SHOW VIEW, TRIGGER ON *.* TO `role`"},
                          true),
            everything);
}

TEST(GrantsTest, RoutinesHaveAPrivilegeOfTheirOwnOnMysql) {
  const std::vector<std::string> grants = {
      "GRANT REFERENCES, PROCESS, SHOW VIEW, TRIGGER ON *.* TO `tapri`@`%`",
      "GRANT SHOW_ROUTINE ON *.* TO `tapri`@`%`",
  };
  EXPECT_TRUE(privileges_of(grants, false).routines);
  EXPECT_TRUE(privileges_of(grants, false).objects);
  EXPECT_FALSE(privileges_of(grants, true).routines);
}

TEST(GrantsTest, WhatIsGrantedForSomeIsNotEnough) {
  EXPECT_FALSE(privileges_of({"GRANT SELECT, SHOW VIEW, TRIGGER ON `shop`.* TO `tapri`@`%`"}, false).objects);
  EXPECT_FALSE(privileges_of({"GRANT SELECT, SHOW VIEW ON *.* TO `tapri`@`%`"}, false).objects);
  EXPECT_FALSE(privileges_of({"GRANT SELECT, TRIGGER ON *.* TO `tapri`@`%`"}, false).objects);
  EXPECT_FALSE(privileges_of({"GRANT SHOW VIEW, TRIGGER ON *.* TO `tapri`@`%`"}, false).objects);
  EXPECT_FALSE(privileges_of({"GRANT USAGE ON *.* TO `tapri`@`%`", "GRANT `all`@`%` TO `tapri`@`%`"}, false).objects);
}

TEST(GrantsTest, WhatIsRevokedForSomeLeavesNothing) {
  EXPECT_EQ(privileges_of({kAll, "REVOKE SELECT ON `secret`.* FROM `tapri`@`%`"}, false), Privileges{});
}

}  // namespace
}  // namespace tapri::dbclient::mysql
