// What a server might say of a schema, for what is made of it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "dbclient/mysql/source.h"

namespace tapri::dbclient::mysql::test {

inline constexpr Privileges kAll{.objects = true, .sources = true, .process = true};

inline ColumnRow column(const std::string& name, const std::string& type, const std::string& extra = "") {
  ColumnRow row;
  row.table = {"shop", "t"};
  row.name = name;
  row.column_type = type;
  row.data_type = type.substr(0, type.find_first_of(" ("));
  row.extra = extra;
  row.nullable = true;
  return row;
}

// What stands in a body that nobody can follow.
inline const char* const kUnknown = "BEGIN PREPARE p FROM @text; EXECUTE p; END";

inline TriggerRow trigger(const std::string& table, const std::string& event, const std::string& timing,
                          const std::string& body) {
  const std::string text =
      "CREATE DEFINER=`a`@`b` TRIGGER `tr` " + timing + " " + event + " ON `" + table + "` FOR EACH ROW " + body;
  return {"tr_" + table, {"shop", table}, event, timing, {text, "", "utf8mb4", "shop"}};
}

inline RoutineRow function(const std::string& name, const std::string& body) {
  const std::string text = "CREATE DEFINER=`a`@`b` FUNCTION `" + name + "`(x INT) RETURNS int\n" + body;
  return {.name = {"shop", name}, .procedure = false, .body = {text, "", "utf8mb4", "shop"}};
}

inline RoutineRow procedure(const std::string& name, const std::string& body) {
  const std::string text = "CREATE DEFINER=`a`@`b` PROCEDURE `" + name + "`()\n" + body;
  return {.name = {"shop", name}, .procedure = true, .body = {text, "", "utf8mb4", "shop"}};
}

// Tables t and u of the database shop, and what a test adds.
class SchemaTest : public testing::Test {
 protected:
  SchemaTest() {
    schema_.privileges = kAll;
    schema_.loadable.emplace();
    schema_.tables = {{{"shop", "t"}, "BASE TABLE", "InnoDB"}, {{"shop", "u"}, "BASE TABLE", "InnoDB"}};
  }
  const catalog::Snapshot& build() {
    snapshot_ = catalog::Snapshot::build(build_source(schema_, "test/"));
    return *snapshot_;
  }
  const catalog::Relation& relation(const std::string& name, const std::string& schema = "shop") {
    static const catalog::Relation kNone;
    const catalog::Relation* found = snapshot_->find_relation(schema, name);
    EXPECT_NE(found, nullptr) << name;
    return found == nullptr ? kNone : *found;
  }
  void add_view(const std::string& name, const std::string& definition) {
    schema_.tables.push_back({{"shop", name}, "VIEW", ""});
    schema_.views.push_back({{"shop", name}, definition});
  }

  Schema schema_;
  std::shared_ptr<const catalog::Snapshot> snapshot_;
};

}  // namespace tapri::dbclient::mysql::test
