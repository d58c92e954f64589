// One MySQL or MariaDB for all tests of this program; each test gets a database of its own.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "catalog/snapshot.h"
#include "dbclient/control_config.h"
#include "dbclient/mysql/control_connection.h"
#include "support/mysql_server.h"

namespace tapri::dbclient::mysql::test {

class ServerTest : public testing::Test {
 protected:
  static tapri::test::MysqlServer& server() {
    static tapri::test::MysqlServer instance;
    return instance;
  }
  static bool mariadb() { return server().is_mariadb(); }

  void SetUp() override {
    static int counter = 0;
    database_ = "test" + std::to_string(++counter);
    server().run("CREATE DATABASE " + database_ + " CHARACTER SET utf8mb4");
    // What the manual says that the user needs.
    server().run(
        "CREATE USER IF NOT EXISTS tapri@'127.0.0.1' IDENTIFIED BY 'hush hush@'; "
        "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, PROCESS ON *.* TO tapri@'127.0.0.1'");
  }
  void TearDown() override { server().run("DROP DATABASE IF EXISTS " + database_); }

  void run(const std::string& sql) const { server().run(sql, database_); }

  ControlConfig config(const std::string& user = "tapri") const {
    ControlConfig config;
    config.upstream = "test";
    config.retry_min = config.retry_max = std::chrono::milliseconds(20);
    Server& target = config.mysql.emplace();
    target.host = "127.0.0.1";
    target.port = static_cast<std::uint16_t>(server().port());
    target.user = user;
    target.password = "hush hush@";
    return config;
  }

  std::unique_ptr<ControlConnection> connect(const ControlConfig& config) const {
    auto connection = ControlConnection::open(config);
    EXPECT_TRUE(connection) << connection.error().message;
    return connection ? std::move(*connection) : nullptr;
  }

  // As the user `user` sees it.
  const catalog::Snapshot& load(const std::string& user = "tapri") {
    auto source = connect(config(user))->load("test/");
    EXPECT_TRUE(source) << source.error().message;
    if (source) snapshot_ = catalog::Snapshot::build(std::move(*source));
    return *snapshot_;
  }
  const catalog::Relation& relation(const std::string& name) const {
    static const catalog::Relation kNone;
    const catalog::Relation* found = snapshot_->find_relation(database_, name);
    EXPECT_NE(found, nullptr) << name;
    return found == nullptr ? kNone : *found;
  }

  std::string database_;
  std::shared_ptr<const catalog::Snapshot> snapshot_;
};

}  // namespace tapri::dbclient::mysql::test
