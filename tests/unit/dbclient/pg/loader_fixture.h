// A database with a schema of the test's, as it is read from a real PostgreSQL's catalogs.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "catalog/snapshot.h"
#include "dbclient/pg/control_connection.h"
#include "unit/dbclient/database_test.h"

namespace tapri::dbclient::pg::test {

class LoaderTest : public dbclient::test::DatabaseTest {
 protected:
  // Runs the SQL as the owner, then reads the schema as the observer.
  const catalog::Snapshot& load(const std::string& sql) {
    run("CREATE FUNCTION writes() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';"
        "CREATE FUNCTION writes_check(text) RETURNS bool LANGUAGE plpgsql AS 'BEGIN RETURN true; END';" +
        sql);
    auto connection = ControlConnection::open(config(), database_);
    EXPECT_TRUE(connection) << connection.error().message;
    auto source = (*connection)->load("test/" + database_);
    EXPECT_TRUE(source) << source.error().message;
    snapshot_ = catalog::Snapshot::build(std::move(*source));
    return *snapshot_;
  }
  const catalog::Relation& relation(const std::string& name, const std::string& schema = "public") const {
    static const catalog::Relation kNone;
    const catalog::Relation* found = snapshot_->find_relation(schema, name);
    EXPECT_NE(found, nullptr) << schema << '.' << name;
    return found == nullptr ? kNone : *found;
  }
  const catalog::Routine& function(const std::string& name, const std::string& schema = "public") const {
    static const catalog::Routine kNone;
    for (const catalog::Routine* routine : snapshot_->functions(name)) {
      if (routine->schema == schema) return *routine;
    }
    ADD_FAILURE() << schema << '.' << name;
    return kNone;
  }
  const catalog::Type& type(const std::string& name, const std::string& schema = "public") const {
    static const catalog::Type kNone;
    for (const catalog::Type* type : snapshot_->types(name)) {
      if (type->schema == schema) return *type;
    }
    ADD_FAILURE() << schema << '.' << name;
    return kNone;
  }

  std::shared_ptr<const catalog::Snapshot> snapshot_;
};

}  // namespace tapri::dbclient::pg::test
