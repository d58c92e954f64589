// A catalog without a database: the server's own names, and what one is told about tables and functions.
//
// Thread-safety: pure.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/protocol.h"
#include "catalog/snapshot.h"
#include "policy/cases.h"
#include "policy/rules.h"
#include "sql/facts.h"

namespace tapri::app {

struct OfflineSchema {
  Protocol protocol = Protocol::postgres;
  std::string database = {};                         // the namespace of dependencies
  std::vector<sql::QualifiedName> tables = {};       // plain tables, each with its schema
  std::vector<policy::CaseFunction> functions = {};  // one of pg_catalog replaces the built-in one of its name
};

// As default_path(); of MySQL in the database `test` where none is given.
[[nodiscard]] std::vector<std::string> assumed_path(Protocol protocol, const std::string& database);

// Everything that is not named here, in offline_names.h or in catalog/natives.h is not known.
[[nodiscard]] std::shared_ptr<const catalog::Snapshot> offline_snapshot(const OfflineSchema& schema);

// The relations that `facts` and the declared effects of `rules` name, each as a plain table: in the schema that it was
// written with, else in the first of `search_path` that is not the server's own. Relations of the server, and temporary
// ones by their schema, are left out.
[[nodiscard]] std::vector<sql::QualifiedName> assumed_tables(const sql::Facts& facts, const policy::RuleSet& rules,
                                                             Protocol protocol,
                                                             std::span<const std::string> search_path);

}  // namespace tapri::app
