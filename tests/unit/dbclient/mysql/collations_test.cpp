// The collations that keys may be made under, held against what the server takes for equal under each.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "dbclient/mysql/columns.h"
#include "unit/dbclient/mysql/server_fixture.h"

namespace tapri::dbclient::mysql {
namespace {

class MysqlCollationsTest : public test::ServerTest {
 protected:
  // Every printable character, and every two, beside the same in small letters without spaces at the end.
  void SetUp() override {
    ServerTest::SetUp();
    run("CREATE TABLE letters (c VARCHAR(1) CHARACTER SET ascii COLLATE ascii_bin);"
        "INSERT INTO letters WITH RECURSIVE n AS (SELECT 32 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 126)"
        "  SELECT CHAR(i USING ascii) FROM n;"
        "CREATE TABLE texts (t VARCHAR(2) CHARACTER SET ascii COLLATE ascii_bin, plain VARBINARY(2));"
        "INSERT INTO texts SELECT t, CAST(TRIM(TRAILING ' ' FROM LOWER(t)) AS BINARY)"
        "  FROM (SELECT c AS t FROM letters UNION ALL SELECT CONCAT(a.c, b.c) FROM letters a, letters b) x");
  }
  static bool makes_keys(const std::string& collation) {
    ColumnRow row;
    row.name = "c";
    row.data_type = "varchar";
    row.column_type = "varchar(10)";
    row.collation = collation;
    row.max_length = 10;
    return column_of(row).type == catalog::ColumnType::text;
  }
  // Texts that are equal under it, but not what keys have of them.
  std::string mistaken(const std::string& collation) const {
    const std::string charset = collation.substr(0, collation.find('_'));
    return server().value("SELECT COUNT(*) FROM (SELECT 1 FROM " + database_ + ".texts GROUP BY CONVERT(t USING " +
                          charset + ") COLLATE " + collation + " HAVING COUNT(DISTINCT plain) > 1) x");
  }
};

TEST_F(MysqlCollationsTest, KeysAreTheSameWhereTextsAreEqual) {
  EXPECT_EQ(server().value("SELECT COUNT(*) FROM " + database_ + ".texts"), "9120");
  // MariaDB leaves the character set out of some names.
  std::istringstream names(
      server().value("SET SESSION group_concat_max_len = 1000000; SELECT GROUP_CONCAT(IF(COLLATION_NAME LIKE 'uca%', "
                     "CONCAT('utf8mb4_', COLLATION_NAME), COLLATION_NAME) SEPARATOR ' ') "
                     "FROM information_schema.COLLATIONS"));
  std::size_t checked = 0;
  for (std::string name; names >> name;) {
    if (!makes_keys(name)) continue;
    EXPECT_EQ(mistaken(name), "0") << name;
    ++checked;
  }
  EXPECT_GE(checked, 20U);
  EXPECT_NE(mistaken("utf8mb4_roman_ci"), "0") << "whose u and v are one letter";
}

}  // namespace
}  // namespace tapri::dbclient::mysql
