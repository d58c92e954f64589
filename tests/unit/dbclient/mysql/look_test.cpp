// What a look at a real server sees of definitions, and how much it takes for that.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <set>

#include "unit/dbclient/mysql/server_fixture.h"

namespace tapri::dbclient::mysql {
namespace {

using testing::HasSubstr;
using testing::Not;

class MysqlLookTest : public test::ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    run("CREATE TABLE t (a INT PRIMARY KEY, b INT)");
    connection_ = connect(config());
    look();
  }

  Check look(Doubt doubt = Doubt::none) {
    auto check = connection_->check(doubt);
    EXPECT_TRUE(check) << check.error().message;
    return check ? *check : Check{};
  }
  std::uint64_t definitions() {
    Client client(config());
    Counters counters;
    client.run(
        "SHOW GLOBAL STATUS WHERE Variable_name LIKE 'Com\\_create\\_%' OR Variable_name LIKE 'Com\\_drop\\_%' "
        "OR Variable_name LIKE 'Com\\_alter\\_%' OR Variable_name LIKE 'Com\\_rename\\_%'",
        [&](const Row& row) { count(counters, row.text(0), row.number(1)); });
    return counters.definitions;
  }

  std::unique_ptr<ControlConnection> connection_;
};

TEST_F(MysqlLookTest, WithoutDefinitionsTheSchemaIsNotReadAgain) {
  const std::string before = look().fingerprint;
  run("INSERT INTO t VALUES (1, 1); UPDATE t SET b = 2; DELETE FROM t");
  const Check check = look();
  EXPECT_FALSE(check.whole);
  EXPECT_EQ(check.fingerprint, before);
}

TEST_F(MysqlLookTest, TheFingerprintIsThatOfTheSchema) {
  std::set<std::string> seen = {look().fingerprint};
  for (const char* sql :
       {"CREATE TABLE u (a INT) ENGINE=MyISAM", "ALTER TABLE u ENGINE=InnoDB", "ALTER TABLE t ADD c INT",
        "ALTER TABLE t RENAME COLUMN c TO d", "ALTER TABLE t MODIFY d BIGINT", "CREATE UNIQUE INDEX i ON t (b)",
        "ALTER TABLE t ADD UNIQUE (b, a)", "CREATE VIEW v AS SELECT a FROM t", "ALTER VIEW v AS SELECT b FROM t",
        "CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW SET @a = 1",
        "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1", "CREATE PROCEDURE p() BEGIN END",
        "CREATE TABLE child (a INT, FOREIGN KEY (a) REFERENCES t (a) ON DELETE CASCADE)", "RENAME TABLE u TO w",
        "ALTER TABLE t MODIFY b INT AUTO_INCREMENT", "DROP TRIGGER tr", "DROP TABLE w"}) {
    run(sql);
    EXPECT_TRUE(seen.insert(look(Doubt::definition).fingerprint).second) << sql;
  }
}

TEST_F(MysqlLookTest, EveryWayToDefineIsCounted) {
  run("CREATE PROCEDURE p() BEGIN CREATE TABLE by_procedure (a INT); END");
  for (const char* sql :
       {"CREATE TABLE plain (a INT)", "CALL p()", "PREPARE s FROM 'CREATE TABLE prepared (a INT)'; EXECUTE s",
        "DROP TABLE plain, by_procedure, prepared", "CREATE OR REPLACE VIEW v AS SELECT 1 AS x", "DROP VIEW v"}) {
    const std::uint64_t before = definitions();
    run(sql);
    EXPECT_GT(definitions(), before) << sql;
  }
}

TEST_F(MysqlLookTest, PrivilegesAreOfTheConfiguration) {
  const std::string before = look().configuration;
  EXPECT_EQ(look().configuration, before);
  run("CREATE USER somebody@localhost; GRANT SELECT ON *.* TO somebody@localhost");
  EXPECT_NE(look().configuration, before);
  run("DROP USER somebody@localhost");
}

TEST_F(MysqlLookTest, KnowsWhichSessionsRun) {
  const int own = std::stoi(server().value("SELECT max(id) FROM information_schema.PROCESSLIST WHERE user = 'tapri'"));
  const auto found = connection_->running({own, 1000000});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(*found, std::set<int>{own});
}

TEST_F(MysqlLookTest, TheServerHasStartedAtOneTime) {
  const auto before = look().started;
  ASSERT_TRUE(before);
  EXPECT_LE(std::chrono::abs(*look().started - *before), std::chrono::seconds(1));
}

TEST_F(MysqlLookTest, ErrorsHoldNoPassword) {
  ControlConfig wrong = config();
  wrong.mysql->password = "tapri";  // which the server's own words hold, too
  const auto refused = ControlConnection::open(wrong);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("Access denied"));
  EXPECT_THAT(refused.error().message, Not(HasSubstr("tapri")));
}

TEST_F(MysqlLookTest, RequiredTlsIsRequired) {
  ControlConfig encrypted = config();
  encrypted.mysql->tls = Tls::required;
  const auto opened = ControlConnection::open(encrypted);
  // MySQL makes itself a certificate, and so does MariaDB since 11.4.
  EXPECT_EQ(opened.has_value(), !mariadb() || server().value("SELECT @@have_ssl") == "YES");
  if (opened) return;
  EXPECT_THAT(opened.error().message, HasSubstr("TLS"));
}

TEST_F(MysqlLookTest, ASelfMadeCertificateIsNoProof) {
  ControlConfig verified = config();
  verified.mysql->tls = Tls::verified;
  EXPECT_FALSE(ControlConnection::open(verified));
}

TEST_F(MysqlLookTest, AnInterruptEndsWhatIsWaitedFor) {
  ControlConfig interruptible = config();
  interruptible.interrupt = std::make_shared<Interrupt>();
  Client client(interruptible);
  interruptible.interrupt->raise();
  EXPECT_THROW(client.run("SELECT sleep(10)"), ClientError);
  EXPECT_FALSE(client.stands());
  EXPECT_FALSE(ControlConnection::open(interruptible));
}

TEST_F(MysqlLookTest, ALostConnectionIsKnownForOne) {
  EXPECT_TRUE(connection_->stands());
  run("KILL " + server().value("SELECT max(id) FROM information_schema.PROCESSLIST WHERE user = 'tapri'"));
  EXPECT_FALSE(connection_->check(Doubt::none));
  EXPECT_FALSE(connection_->stands());
}

TEST_F(MysqlLookTest, ItsSessionChangesNothing) {
  Client client(config("tapri"));
  EXPECT_THROW(client.run("CREATE TABLE " + database_ + ".x (a INT)"), ClientError);
  EXPECT_THROW(client.run("INSERT INTO " + database_ + ".t VALUES (1, 1)"), ClientError);
  EXPECT_TRUE(client.stands());
}

}  // namespace
}  // namespace tapri::dbclient::mysql
