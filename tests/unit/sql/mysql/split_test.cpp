// Where one statement ends and the next begins.
#include <gtest/gtest.h>

#include "sql/mysql/split.h"

namespace tapri::sql::mysql {
namespace {

using Pieces = std::vector<std::string_view>;

TEST(MysqlSplit, SemicolonsOutsideQuotesAndComments) {
  EXPECT_EQ(split_statements("SELECT 1; /* ; */ SELECT ';' -- ;\n; ; SELECT `;`", {}),
            (Pieces{"SELECT 1", "SELECT ';'", "SELECT `;`"}));
  EXPECT_TRUE(split_statements(" ; -- x\n;", {}).empty());
  EXPECT_EQ(split_statements("SELECT 1; SELECT 'a; b", {}), (Pieces{"SELECT 1", "SELECT 'a; b"}));
}

TEST(MysqlSplit, BodiesAreWhole) {
  const std::string_view procedure =
      "CREATE DEFINER=`u`@`%` PROCEDURE p() BEGIN IF a THEN SELECT 1; END IF; BEGIN SELECT CASE b WHEN 1 THEN 2 END; "
      "END; CASE c WHEN 1 THEN SELECT 2; END CASE; WHILE d DO SET d = 0; END WHILE; END";
  EXPECT_EQ(split_statements(std::string(procedure) + "; SELECT 1", {}), (Pieces{procedure, "SELECT 1"}));
  const std::string_view trigger = "CREATE TRIGGER g AFTER UPDATE ON t FOR EACH ROW BEGIN DELETE FROM u; END";
  EXPECT_EQ(split_statements(std::string(trigger) + ";", {}), (Pieces{trigger}));
  EXPECT_EQ(split_statements("BEGIN NOT ATOMIC SELECT 1; END; SELECT 2", {}).size(), 2U);
}

TEST(MysqlSplit, WhatOnlyLooksLikeABodyIsNone) {
  EXPECT_EQ(split_statements("BEGIN; SELECT 1", {}), (Pieces{"BEGIN", "SELECT 1"}));
  EXPECT_EQ(split_statements("CREATE TABLE event (a INT); SELECT CASE 1 WHEN 1 THEN 2 END; COMMIT", {}).size(), 3U);
  EXPECT_EQ(split_statements("XA BEGIN 'a'; XA END 'a'", {}).size(), 2U);
}

// A body without an end takes the rest: its definition may do anything.
TEST(MysqlSplit, OpenBodiesTakeTheRest) {
  EXPECT_EQ(split_statements("CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2", {}).size(), 1U);
}

}  // namespace
}  // namespace tapri::sql::mysql
