// What is known of a real server's views, triggers and routines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/resolve.h"
#include "sql/mysql/facts.h"
#include "unit/dbclient/mysql/server_fixture.h"

namespace tapri::dbclient::mysql {
namespace {

using testing::Contains;
using testing::Not;

class MysqlStoredTest : public test::ServerTest {
 protected:
  catalog::Resolution resolve(const std::string& statement) const {
    const std::vector<std::string> path = {database_};
    const sql::Facts facts = sql::mysql::extract_facts(statement, sql::mysql::Dialect());
    return catalog::resolve(facts.statements.front(), snapshot_.get(), "test/", path);
  }
  coherence::Dependency any(const std::string& table) const {
    return coherence::any_of("test/", relation(table).family);
  }
  // Nothing more and nothing less, of these tables.
  void expect_written(const std::string& statement, const std::vector<std::string>& tables,
                      const std::vector<std::string>& others) const {
    const catalog::Resolution resolution = resolve(statement);
    EXPECT_FALSE(resolution.footprint.contains(coherence::all_of("test/"))) << statement;
    EXPECT_FALSE(resolution.changes_unknown_setting) << statement;
    for (const std::string& table : tables) EXPECT_TRUE(resolution.footprint.contains(any(table))) << table;
    for (const std::string& table : others) EXPECT_FALSE(resolution.footprint.contains(any(table))) << table;
  }
  void expect_unknown(const std::string& statement) const {
    EXPECT_TRUE(resolve(statement).footprint.contains(coherence::all_of("test/"))) << statement;
  }
  void expect_read(const std::string& statement, const std::vector<std::string>& tables) const {
    const catalog::Resolution resolution = resolve(statement);
    EXPECT_EQ(resolution.obstacle, Reason::none) << statement << ": " << resolution.detail;
    for (const std::string& table : tables) EXPECT_THAT(resolution.dependencies, Contains(any(table))) << table;
  }
};

TEST_F(MysqlStoredTest, TriggersArePartOfAWrite) {
  run("CREATE TABLE t (a INT); CREATE TABLE u (a INT); CREATE TABLE v (a INT); CREATE TABLE w (a INT);"
      "CREATE TRIGGER before_t BEFORE UPDATE ON t FOR EACH ROW SET NEW.a = 1, @x = 'it\\'s';"
      "CREATE TRIGGER after_t AFTER INSERT ON t FOR EACH ROW FOLLOWED: BEGIN IF NEW.a > 1 THEN INSERT INTO u VALUES "
      "(NEW.a); END IF; END FOLLOWED;"
      "CREATE TRIGGER after_u AFTER INSERT ON u FOR EACH ROW DELETE FROM v;"
      "CREATE TRIGGER after_w AFTER INSERT ON w FOR EACH ROW SET SESSION sort_buffer_size = 99999");
  load();
  EXPECT_TRUE(relation("t").rewrites_rows);
  EXPECT_FALSE(relation("u").rewrites_rows);
  expect_written("INSERT INTO t VALUES (1)", {"t", "u", "v"}, {"w"});
  expect_written("DELETE FROM v", {"v"}, {"t", "u", "w"});
  expect_unknown("INSERT INTO w VALUES (1)");
}

TEST_F(MysqlStoredTest, ProceduresAndFunctionsAreFollowed) {
  run("CREATE TABLE t (a INT); CREATE TABLE u (a INT); CREATE TABLE v (a INT);"
      "CREATE FUNCTION Fn(x INT) RETURNS INT READS SQL DATA DETERMINISTIC COMMENT 'it''s \\\\ one' BEGIN DECLARE y "
      "INT; "
      "SELECT max(a) INTO y FROM t WHERE a < x; RETURN y; END;"
      "CREATE FUNCTION noted() RETURNS INT MODIFIES SQL DATA DETERMINISTIC BEGIN INSERT INTO u VALUES (1); RETURN 1; "
      "END;"
      "CREATE PROCEDURE pr(IN x INT, OUT y INT) BEGIN DECLARE done INT DEFAULT 0; DECLARE c CURSOR FOR SELECT a FROM "
      "t; "
      "DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = 1; OPEN c; r: LOOP FETCH c INTO y; IF done THEN LEAVE r; END "
      "IF; UPDATE u SET a = y WHERE a = '\\''; END LOOP; CLOSE c; CALL inner_one(); END;"
      "CREATE PROCEDURE inner_one() DELETE FROM v;"
      "CREATE PROCEDURE run_text() BEGIN PREPARE s FROM 'DELETE FROM t'; EXECUTE s; END;"
      "CREATE PROCEDURE makes() CREATE TEMPORARY TABLE tt (a INT)");
  load();
  expect_read("SELECT a, fN(a) FROM u", {"t", "u"});
  expect_written("SELECT noted() FROM v", {"u"}, {"t", "v"});
  expect_written("CALL pr(1, @y)", {"u", "v"}, {"t"});
  EXPECT_TRUE(resolve("CALL pr(1, @y)").call_followed);
  for (const char* statement : {"CALL run_text()", "CALL makes()"}) {
    expect_unknown(statement);
    EXPECT_FALSE(resolve(statement).call_followed) << statement;
  }
}

// information_schema shows them as if a statement stood in a string, or a string were a statement.
TEST_F(MysqlStoredTest, BodiesAreReadWithTheEscapesOfTheirStrings) {
  run("CREATE TABLE t (a INT); CREATE TABLE u (a INT); CREATE TABLE w (a INT);"
      "CREATE PROCEDURE hides() BEGIN SELECT 'it\\''; DELETE FROM u; SELECT '\\'it'; END;"
      "CREATE PROCEDURE shows() BEGIN SELECT 'x\\'; DELETE FROM u; SELECT \\'y'; DELETE FROM t; END;"
      "SET sql_mode = 'NO_BACKSLASH_ESCAPES';"
      "CREATE PROCEDURE plain() BEGIN SELECT '\\'; DELETE FROM u; SELECT '\\'; END;"
      "SET sql_mode = 'ANSI_QUOTES';"
      "CREATE TRIGGER ansi AFTER INSERT ON w FOR EACH ROW DELETE FROM \"u\"");
  load();
  expect_written("CALL hides()", {"u"}, {"t"});
  expect_written("CALL shows()", {"t"}, {"u"});
  expect_written("CALL plain()", {"u"}, {"t"});
  expect_written("INSERT INTO w VALUES (1)", {"w", "u"}, {"t"});
}

TEST_F(MysqlStoredTest, ViewsAreFollowed) {
  run("CREATE TABLE t (id INT PRIMARY KEY, a INT); CREATE TABLE u (x INT PRIMARY KEY, y INT);"
      "CREATE FUNCTION Fn(x INT) RETURNS INT DETERMINISTIC READS SQL DATA RETURN (SELECT max(y) FROM u);"
      "CREATE FUNCTION noted() RETURNS INT MODIFIES SQL DATA DETERMINISTIC BEGIN INSERT INTO u VALUES (1, 1); RETURN "
      "1; "
      "END;"
      "CREATE VIEW plain AS SELECT id, a FROM t WHERE a <> 'it\\'s'; CREATE VIEW nested AS SELECT a, y FROM plain LEFT "
      "JOIN u ON a = x; CREATE VIEW calls AS SELECT fN(a) AS b FROM t; CREATE VIEW around AS SELECT b FROM calls;"
      "CREATE VIEW grouped AS WITH c AS (SELECT a, count(*) AS n FROM t GROUP BY a) SELECT n, max(y) AS m FROM c JOIN "
      "u "
      "ON c.a = u.x GROUP BY n UNION ALL (SELECT 1, id FROM t ORDER BY id LIMIT 3);"
      "CREATE VIEW writes AS SELECT noted() AS n FROM t; CREATE VIEW now_and_then AS SELECT id, NOW() AS n FROM t;"
      "CREATE VIEW swapped (a, id) AS SELECT id, a FROM t");
  load();
  expect_read("SELECT * FROM plain", {"t"});
  expect_read("SELECT * FROM nested", {"t", "u"});
  expect_read("SELECT * FROM calls", {"t", "u"});
  expect_read("SELECT * FROM around", {"t", "u"});
  expect_read("SELECT * FROM grouped", {"t", "u"});
  expect_read("SELECT * FROM swapped WHERE a = 1", {});
  EXPECT_EQ(resolve("SELECT * FROM now_and_then").obstacle, Reason::volatile_function);
  EXPECT_FALSE(resolve("SELECT * FROM now_and_then").writes);
  expect_unknown("SELECT * FROM writes");
  expect_written("UPDATE plain SET a = 1", {"t"}, {"u"});
}

// By a key of the table where the view's column is that table's, under whatever name.
TEST_F(MysqlStoredTest, KeysReachThroughViews) {
  run("CREATE TABLE t (id INT PRIMARY KEY, a INT);"
      "CREATE VIEW v AS SELECT id AS n, a FROM t; CREATE VIEW swapped (a, id) AS SELECT id, a FROM t");
  load();
  ASSERT_EQ(resolve("SELECT a FROM v WHERE n = 5").key_reads.size(), 1U);
  EXPECT_EQ(resolve("SELECT a FROM v WHERE n = 5").key_reads[0].name, database_ + ".t.id");
  EXPECT_THAT(resolve("SELECT a FROM v WHERE n = 5").dependencies, Not(Contains(any("t"))));
  const catalog::Resolution swapped = resolve("SELECT * FROM swapped WHERE id = 5");
  EXPECT_TRUE(swapped.key_reads.empty() || swapped.key_reads[0].name == database_ + ".t.a") << "it is column a of t";
  EXPECT_NE(swapped.key_reads.empty(), swapped.dependencies.size() == 1);
}

TEST_F(MysqlStoredTest, MariadbLoopsOverQueries) {
  if (!mariadb()) return run("CREATE TABLE only_mariadb_has_it (a INT)");
  run("CREATE TABLE t (a INT); CREATE TABLE u (a INT);"
      "CREATE PROCEDURE p() BEGIN FOR r IN (SELECT a FROM t) DO INSERT INTO u VALUES (r.a); END FOR; FOR i IN 1..3 DO "
      "SELECT i; END FOR; END; CREATE SEQUENCE s; CREATE PROCEDURE q() SELECT NEXT VALUE FOR s");
  load();
  expect_written("CALL p()", {"u"}, {"t"});
  expect_unknown("CALL q()");
}

}  // namespace
}  // namespace tapri::dbclient::mysql
