#include "dbclient/mysql/changes.h"

#include <gtest/gtest.h>

namespace tapri::dbclient::mysql {
namespace {

using std::chrono::seconds;

TEST(CountersTest, TellDefinitionsFromPrivilegesAndFromWhatIsTemporary) {
  Counters counters;
  count(counters, "Com_create_table", 3);
  count(counters, "Com_alter_table", 2);
  count(counters, "Com_create_temporary_table", 100);
  count(counters, "Com_drop_temporary_table", 100);
  count(counters, "Com_create_user", 1);
  count(counters, "Com_grant", 4);
  count(counters, "Com_drop_role", 5);
  count(counters, "Uptime", 77);
  count(counters, "Com_kill", 6);
  count(counters, "Max_execution_time_exceeded", 1);
  count(counters, "Max_statement_time_exceeded", 2);
  EXPECT_EQ(counters.definitions, 5U);
  EXPECT_EQ(counters.privileges, 10U);
  EXPECT_EQ(counters.interruptions, 9U);
  EXPECT_EQ(counters.uptime, 77U);
}

TEST(MayDefineTest, WhatIsNotKnownToBeHarmlessMay) {
  for (const char* text : {"ALTER TABLE t ADD a INT", " create table t (a int)", "CALL p()", "EXECUTE s",
                           "RENAME TABLE a TO b", "/* note */ SELECT 1", "-- note\nDROP TABLE t",
                           "/*!50000 DROP TABLE t */", "XA COMMIT 'a'", "OPTIMIZE TABLE t", "selection", "\"x\""}) {
    EXPECT_TRUE(may_define("Query", text)) << text;
  }
  for (const char* text : {"SELECT 1", "(select 1) union (select 2)", "\n\tUPDATE t SET a = 1",
                           "insert into t values (1)", "COMMIT", "show processlist", ""}) {
    EXPECT_FALSE(may_define("Query", text)) << text;
  }
  EXPECT_FALSE(may_define("Sleep", "ALTER TABLE t"));
  EXPECT_TRUE(may_define("Execute", "ALTER TABLE t"));
  EXPECT_TRUE(may_define("Slave_SQL", "ALTER TABLE t"));
}

class LookScheduleTest : public testing::Test {
 protected:
  // After a look that took a second.
  void read(bool settled, bool changed = false) {
    schedule_.read({.definitions = 5}, settled, changed, start_, start_ + seconds(1));
  }
  bool due(std::uint64_t definitions, int after, Doubt doubt = Doubt::none) const {
    return schedule_.due({.definitions = definitions}, doubt, start_ + seconds(1 + after));
  }

  const TimePoint start_ = TimePoint{} + seconds(1000);
  LookSchedule schedule_;
};

TEST_F(LookScheduleTest, BeginsWithALook) { EXPECT_TRUE(due(5, 0)); }

TEST_F(LookScheduleTest, RestsAsLongAsNothingIsCounted) {
  read(true);
  EXPECT_FALSE(due(5, 59));
  EXPECT_TRUE(due(5, 60));  // for what is not counted
}

TEST_F(LookScheduleTest, LooksWhenSomethingWasCounted) {
  read(true);
  EXPECT_FALSE(due(6, 48));  // no more than a fiftieth of the time
  EXPECT_TRUE(due(6, 49));
  EXPECT_TRUE(due(4, 49));  // the server counts anew
  read(true, true);
  EXPECT_FALSE(due(6, 3));  // changes are likely to come together
  EXPECT_TRUE(due(6, 4));
}

TEST_F(LookScheduleTest, WhatWasUnderWayCountsAsCounted) {
  read(false);
  EXPECT_TRUE(due(5, 49));
}

TEST_F(LookScheduleTest, NobodyWaitsForWhatIsInDoubt) {
  read(true);
  EXPECT_TRUE(due(5, 0, Doubt::definition));
  EXPECT_FALSE(due(5, 0, Doubt::suspicion));
  EXPECT_TRUE(due(6, 0, Doubt::suspicion));
  read(false);
  EXPECT_TRUE(due(5, 0, Doubt::suspicion));
}

}  // namespace
}  // namespace tapri::dbclient::mysql
