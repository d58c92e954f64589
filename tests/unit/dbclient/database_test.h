// One PostgreSQL for all tests of this program; each test gets a database of its own.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "dbclient/control_config.h"
#include "support/postgres_server.h"

namespace tapri::dbclient::test {

class DatabaseTest : public testing::Test {
 protected:
  static tapri::test::PostgresServer& server() {
    static tapri::test::PostgresServer instance(options());
    return instance;
  }

  void SetUp() override {
    static int counter = 0;
    database_ = "test" + std::to_string(++counter);
    server().run("CREATE DATABASE " + database_);
    server().run(
        "DO $$ BEGIN CREATE ROLE observer LOGIN PASSWORD 'hush hush@'; EXCEPTION WHEN duplicate_object THEN END $$");
  }

  void run(const std::string& sql) { server().run(sql, database_); }

  // The least-privileged role that there is.
  ControlConfig config() const {
    ControlConfig config;
    config.conninfo = server().url(database_, "observer", "hush%20hush%40");
    config.upstream = "test";
    config.retry_min = config.retry_max = std::chrono::milliseconds(20);
    return config;
  }

  std::string database_;

 private:
  static tapri::test::PostgresOptions options() {
    tapri::test::PostgresOptions options;
    options.access = {"host all observer 127.0.0.1/32 scram-sha-256"};
    return options;
  }
};

}  // namespace tapri::dbclient::test
