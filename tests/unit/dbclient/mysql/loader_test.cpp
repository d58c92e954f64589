// What is loaded of a real server's schema, compared with what was created.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/dbclient/mysql/server_fixture.h"

namespace tapri::dbclient::mysql {
namespace {

using catalog::ColumnType;
using catalog::ForeignKeyAction;
using catalog::IntegerRange;
using catalog::RelationKind;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class MysqlLoaderTest : public test::ServerTest {
 protected:
  const catalog::Column& column(const std::string& table, const std::string& name) const {
    static const catalog::Column kNone;
    const catalog::Column* found = catalog::find_column(relation(table), name);
    EXPECT_NE(found, nullptr) << name;
    return found == nullptr ? kNone : *found;
  }
  std::vector<std::string> keys(const std::string& table) const {
    std::vector<std::string> keys;
    for (const catalog::Key& key : snapshot_->keys(relation(table).family)) {
      keys.push_back(catalog::key_text(key.columns) + (key.unique ? " unique" : ""));
    }
    return keys;
  }
};

TEST_F(MysqlLoaderTest, ServerSaysWhatItIs) {
  load();
  EXPECT_EQ(snapshot_->dialect(), catalog::Dialect::mysql);
  EXPECT_EQ(snapshot_->server().mariadb, mariadb());
  EXPECT_EQ(snapshot_->server().version, server().value("SELECT @@version"));
  EXPECT_GE(snapshot_->server_version(), mariadb() ? 101100U : 90000U);
  EXPECT_EQ(snapshot_->server().sql_mode, server().value("SELECT @@global.sql_mode"));
  EXPECT_FALSE(snapshot_->server().read_only);
  EXPECT_FALSE(snapshot_->server().limited);
  EXPECT_FALSE(snapshot_->folds_names());
  EXPECT_EQ(snapshot_->database(), "test/");
}

TEST_F(MysqlLoaderTest, TablesOfAllDatabasesAndNoneOfTheServer) {
  run("CREATE TABLE t (a INT); CREATE TABLE m (a INT) ENGINE=MyISAM; CREATE TABLE h (a INT) ENGINE=MEMORY;"
      "CREATE TABLE p (a INT PRIMARY KEY) PARTITION BY HASH (a) PARTITIONS 3; CREATE VIEW v AS SELECT a FROM t;"
      "CREATE TABLE g (a INT) ENGINE=MERGE UNION=(m)");
  run("CREATE DATABASE `" + database_ + "-2`; CREATE TABLE `" + database_ + "-2`.`Ta ble` (a INT)");
  load();
  EXPECT_EQ(relation("t").kind, RelationKind::table);
  EXPECT_FALSE(relation("t").writes_survive_rollback);
  EXPECT_TRUE(relation("m").writes_survive_rollback);
  EXPECT_TRUE(relation("h").writes_survive_rollback);
  EXPECT_EQ(relation("p").kind, RelationKind::table);
  EXPECT_EQ(relation("v").kind, RelationKind::view);
  EXPECT_EQ(relation("g").kind, RelationKind::foreign);
  EXPECT_NE(snapshot_->find_relation(database_ + "-2", "Ta ble"), nullptr);
  EXPECT_EQ(snapshot_->find_relation("mysql", "user"), nullptr);
  EXPECT_EQ(snapshot_->find_relation("information_schema", "TABLES"), nullptr);
  run("DROP DATABASE `" + database_ + "-2`");
}

TEST_F(MysqlLoaderTest, MariadbHasSequencesAndVersions) {
  if (!mariadb()) return run("CREATE TABLE only_mariadb_has_them (a INT)");
  run("CREATE SEQUENCE s; CREATE TABLE versioned (a INT PRIMARY KEY) WITH SYSTEM VERSIONING");
  load();
  EXPECT_EQ(relation("s").kind, RelationKind::sequence);
  EXPECT_EQ(relation("versioned").kind, RelationKind::table);
  EXPECT_THAT(keys("versioned"), ElementsAre("a unique"));
}

TEST_F(MysqlLoaderTest, ColumnsAndTheirKeys) {
  run("CREATE TABLE t (Id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, small TINYINT NULL, code VARCHAR(20) COLLATE "
      "utf8mb4_bin NOT NULL UNIQUE, name VARCHAR(20) COLLATE utf8mb4_roman_ci UNIQUE, later INT INVISIBLE, twice INT "
      "AS (small * 2) STORED, price DECIMAL(9,2), raw_key BINARY(16), prefixed TEXT COLLATE utf8mb4_bin, "
      "UNIQUE (prefixed(5)), KEY (price, small))");
  load();
  EXPECT_EQ(column("t", "id").type, ColumnType::integer);
  EXPECT_EQ(column("t", "id").assignable.range, (IntegerRange{1, UINT64_MAX}));
  EXPECT_TRUE(column("t", "id").assignable.null_replaced);
  EXPECT_EQ(column("t", "small").assignable.range, (IntegerRange{-128, 127}));
  EXPECT_FALSE(column("t", "small").assignable.null_replaced);
  EXPECT_EQ(column("t", "code").type, ColumnType::text);
  EXPECT_EQ(column("t", "code").assignable.max_length, 20U);
  EXPECT_EQ(column("t", "name").type, ColumnType::other);
  EXPECT_TRUE(column("t", "twice").generated);
  EXPECT_FALSE(column("t", "price").generated);
  EXPECT_EQ(relation("t").columns.back().name, "later");
  EXPECT_THAT(keys("t"), UnorderedElementsAre("id unique", "code", "prefixed", "small", "later"));
  EXPECT_THAT(relation("t").only_unique_key, IsEmpty());
}

TEST_F(MysqlLoaderTest, ForeignKeysWithTheirActions) {
  run("CREATE TABLE parent (a INT, b INT, PRIMARY KEY (a, b));"
      "CREATE TABLE `ch ild-é` (x INT, y INT, FOREIGN KEY (x, y) REFERENCES parent (a, b) ON DELETE CASCADE ON UPDATE "
      "SET NULL); CREATE TABLE strict (x INT, y INT, FOREIGN KEY (x, y) REFERENCES parent (a, b))");
  load();
  const auto found = snapshot_->referring_to(relation("parent").family);
  ASSERT_EQ(found.size(), 2U);
  for (const catalog::ForeignKey* key : found) {
    EXPECT_THAT(key->parent_columns, ElementsAre("a", "b"));
    EXPECT_THAT(key->child_columns, ElementsAre("x", "y"));
    const bool acts = key->child == relation("ch ild-é").oid;
    EXPECT_EQ(key->on_delete, acts ? ForeignKeyAction::cascade : ForeignKeyAction::none);
    EXPECT_EQ(key->on_update, acts ? ForeignKeyAction::set_null : ForeignKeyAction::none);
  }
  EXPECT_THAT(relation("parent").cascades, ElementsAre(relation("ch ild-é").oid));
}

TEST_F(MysqlLoaderTest, ABrokenViewIsNoObstacle) {
  run("CREATE TABLE t (a INT); CREATE VIEW v AS SELECT a FROM t; DROP TABLE t; CREATE TABLE u (a INT PRIMARY KEY)");
  load();
  EXPECT_FALSE(snapshot_->server().limited);
  EXPECT_EQ(relation("v").kind, RelationKind::view);
  EXPECT_FALSE(relation("u").write_side_effects);
}

TEST_F(MysqlLoaderTest, EnabledEventsAreCounted) {
  run("CREATE EVENT on_ ON SCHEDULE EVERY 1 DAY DO DELETE FROM t;"
      "CREATE EVENT off_ ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM t");
  EXPECT_EQ(load().server().events, 1U);
}

// What a user does not see it must not take for something that is not there.
class MysqlPrivilegesTest : public MysqlLoaderTest {
 protected:
  void SetUp() override {
    MysqlLoaderTest::SetUp();
    run("CREATE TABLE parent (id INT PRIMARY KEY); CREATE TABLE child (p INT, FOREIGN KEY (p) REFERENCES parent (id) "
        "ON "
        "DELETE CASCADE); CREATE TABLE t (a INT); CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW SET SESSION "
        "sort_buffer_size = 99999; CREATE FUNCTION fn() RETURNS INT DETERMINISTIC NO SQL RETURN fn_of_nobody(); CREATE "
        "VIEW v AS SELECT fn() AS x FROM t");
  }
  void TearDown() override {
    run("DROP USER IF EXISTS other@'127.0.0.1'");
    MysqlLoaderTest::TearDown();
  }
  const catalog::Snapshot& load_with(const std::string& privileges) {
    run("CREATE USER other@'127.0.0.1' IDENTIFIED BY 'hush hush@'; GRANT " + privileges + " TO other@'127.0.0.1'");
    return load("other");
  }
  void expect_all() {
    EXPECT_FALSE(snapshot_->server().limited);
    EXPECT_THAT(relation("parent").cascades, ElementsAre(relation("child").oid));
    EXPECT_FALSE(relation("parent").write_side_effects);
    EXPECT_TRUE(relation("t").write_side_effects);
    EXPECT_TRUE(relation("v").read_side_effects);
    EXPECT_THAT(keys("parent"), ElementsAre("id unique"));
  }
};

TEST_F(MysqlPrivilegesTest, ThoseOfTheManualShowAll) {
  load();
  expect_all();
}

TEST_F(MysqlPrivilegesTest, DataNeedNotBeReadable) {
  load_with("REFERENCES, SHOW VIEW, TRIGGER, EVENT, PROCESS ON *.*");
  expect_all();
}

TEST_F(MysqlPrivilegesTest, WithFewerAWriteIsOneToEverything) {
  for (const char* privileges : {"SELECT, SHOW VIEW, PROCESS ON *.*", "SELECT, TRIGGER, PROCESS ON *.*",
                                 "SELECT, INSERT, UPDATE, TRIGGER, SHOW VIEW ON *.*"}) {
    load_with(privileges);
    const bool enough = !mariadb() && std::string(privileges).find("INSERT") != std::string::npos;
    EXPECT_EQ(snapshot_->server().limited, !enough) << privileges;
    EXPECT_EQ(relation("parent").write_side_effects, !enough) << privileges;
    EXPECT_TRUE(relation("v").read_side_effects) << privileges;
    run("DROP USER other@'127.0.0.1'");
  }
}

TEST_F(MysqlPrivilegesTest, WhatIsGrantedForOneDatabaseIsNotEnough) {
  load_with("ALL PRIVILEGES ON " + database_ + ".*");
  EXPECT_TRUE(snapshot_->server().limited);
  EXPECT_TRUE(relation("parent").write_side_effects);
}

}  // namespace
}  // namespace tapri::dbclient::mysql
