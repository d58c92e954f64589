// Which changes the cheap look sees, and which it must not.
#include <gtest/gtest.h>

#include "dbclient/pg/control_connection.h"
#include "unit/dbclient/database_test.h"

namespace tapri::dbclient::pg {
namespace {

class FingerprintTest : public dbclient::test::DatabaseTest {
 protected:
  std::string fingerprint() {
    const auto check = connection_->check();
    EXPECT_TRUE(check) << check.error().message;
    return check ? check->fingerprint : "";
  }
  void SetUp() override {
    DatabaseTest::SetUp();
    run("CREATE TABLE t (id int PRIMARY KEY, a text); CREATE TABLE u (id int); CREATE DOMAIN d AS int;"
        "CREATE TYPE e AS ENUM ('x'); CREATE VIEW v AS SELECT * FROM t;"
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
        "CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
        "CREATE FUNCTION etrg() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'");
    auto opened = ControlConnection::open(config(), database_);
    ASSERT_TRUE(opened) << opened.error().message;
    connection_ = std::move(*opened);
  }
  std::unique_ptr<ControlConnection> connection_;
};

TEST_F(FingerprintTest, SeesWhatMatters) {
  for (const char* sql : {
           "CREATE TABLE n (id int)",
           "ALTER TABLE t ADD COLUMN b int",
           "ALTER TABLE t RENAME TO t2",
           "ALTER TABLE t2 RENAME TO t",
           "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
           "CREATE POLICY p ON t USING (true)",
           "GRANT SELECT ON t TO observer",
           "CREATE TRIGGER x AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION trg()",
           "ALTER TABLE t DISABLE TRIGGER x",
           "CREATE RULE r AS ON INSERT TO u DO INSTEAD NOTHING",
           "ALTER TABLE t ALTER COLUMN a SET DEFAULT 'x'",
           "ALTER TABLE t ADD CHECK (id > 0)",
           "ALTER TABLE u ADD FOREIGN KEY (id) REFERENCES t ON DELETE CASCADE",
           "CREATE TABLE c () INHERITS (u)",
           "ALTER TABLE c NO INHERIT u",
           "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'",
           "ALTER FUNCTION f() IMMUTABLE",
           "ALTER DOMAIN d ADD CHECK (value > 0)",
           "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)",
           "CREATE FUNCTION to_e(int) RETURNS e LANGUAGE sql AS $$SELECT 'x'::e$$",
           "CREATE CAST (int AS e) WITH FUNCTION to_e(int)",
           "CREATE OR REPLACE VIEW v AS SELECT *, 1 AS one FROM t",
           "CREATE SCHEMA s",
           "GRANT USAGE ON SCHEMA s TO observer",
           "CREATE TEMP VIEW tv AS SELECT 1",
           "CREATE ROLE clerk",
           "ALTER ROLE clerk CREATEROLE",
           "GRANT clerk TO observer",
           "REVOKE clerk FROM observer",
           "DROP ROLE clerk",
           "CREATE EVENT TRIGGER ddl ON ddl_command_end EXECUTE FUNCTION etrg()",
           "ALTER EVENT TRIGGER ddl DISABLE",
           "DROP TABLE n",
           "ALTER TABLE t RENAME COLUMN a TO a2",
           "ALTER TABLE t RENAME COLUMN a2 TO a",
           "DROP VIEW v",
           "ALTER TABLE t DROP COLUMN b",
           "ALTER TABLE t ALTER COLUMN a TYPE varchar(10)",
           "ALTER TABLE t ALTER COLUMN a TYPE varchar(20)",
           "ALTER TABLE t ALTER COLUMN a TYPE varchar(20) COLLATE \"C\"",
           "CREATE INDEX t_a ON t (a)",
           "ALTER TABLE t ADD CONSTRAINT t_a2 UNIQUE (a)",
           "ALTER TABLE t DROP CONSTRAINT t_a2",
           "DROP INDEX t_a",
           "CREATE INDEX CONCURRENTLY t_a3 ON t (a)",
           "DROP INDEX CONCURRENTLY t_a3",
           "ALTER TABLE u DROP CONSTRAINT u_id_fkey",
           "ALTER TABLE u ADD FOREIGN KEY (id) REFERENCES t",
           "CREATE FUNCTION eq(uuid, text) RETURNS bool LANGUAGE sql AS 'SELECT true'",
           "CREATE OPERATOR = (LEFTARG = uuid, RIGHTARG = text, FUNCTION = eq)",
       }) {
    const std::string before = fingerprint();
    tapri::test::PostgresSession session(server().url(database_));
    session.run(sql);
    EXPECT_NE(fingerprint(), before) << sql;
  }
}

TEST_F(FingerprintTest, IsQuietAboutTheRest) {
  tapri::test::PostgresSession session(server().url(database_));
  const std::string before = fingerprint();
  for (const char* sql : {
           "INSERT INTO t SELECT i, 'x' FROM generate_series(1, 1000) i",
           "ANALYZE",
           "VACUUM",
           "VACUUM FREEZE pg_class",
           "REINDEX TABLE t",
           "CREATE TEMP TABLE mine (id serial PRIMARY KEY, a int CHECK (a > 0) DEFAULT 1)",
           "CREATE INDEX ON mine (a)",
           "ALTER TABLE mine RENAME COLUMN a TO b",
           "CREATE TEMP TABLE mine2 AS SELECT * FROM t",
           "DROP TABLE mine",
       }) {
    session.run(sql);
    EXPECT_EQ(fingerprint(), before) << sql;
  }
}

TEST_F(FingerprintTest, LoadGivesTheFingerprintOfWhatItRead) {
  const auto source = connection_->load("test/x");
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_EQ(source->fingerprint, fingerprint());
}

TEST_F(FingerprintTest, SessionIsReadOnlyAndNamed) {
  EXPECT_EQ(
      server().value("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tapri-control' AND datname = '" +
                     database_ + "'"),
      "1");
}

}  // namespace
}  // namespace tapri::dbclient::pg
