// What information_schema says, as it says it; build_source() makes a catalog of it.
//
// Thread-safety: plain data.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/snapshot.h"
#include "dbclient/mysql/grants.h"

namespace tapri::dbclient::mysql {

using sql::QualifiedName;

struct TableRow {
  QualifiedName name;
  std::string type;    // BASE TABLE, VIEW, SYSTEM VERSIONED, SEQUENCE, ...
  std::string engine;  // empty: none, or it cannot be opened
};

struct ColumnRow {
  QualifiedName table;
  std::uint64_t position = 0;
  std::string name;
  std::string data_type;    // int
  std::string column_type;  // int(10) unsigned
  std::string collation;    // empty: none
  std::uint64_t max_length = 0;
  bool nullable = false;
  std::string extra;
  std::string generation;  // the expression that it is generated from; empty: none
};

// One column of an index.
struct IndexRow {
  QualifiedName table;
  std::string index;
  std::uint64_t position = 0;
  bool unique = false;
  std::string column;  // empty: an expression
  bool prefix = false;
};

struct ForeignKeyRow {
  QualifiedName child;
  QualifiedName parent;
  std::string name;  // as ForeignKeyColumnRow has it
  catalog::ForeignKeyAction on_delete = catalog::ForeignKeyAction::none;
  catalog::ForeignKeyAction on_update = catalog::ForeignKeyAction::none;
};

struct ForeignKeyColumnRow {
  QualifiedName child;  // empty where the key's name says all
  std::string name;
  std::uint64_t position = 0;
  std::string child_column;
  std::string parent_column;
};

// The definition of a routine or trigger, with what it is read by.
struct StoredBody {
  std::string text;      // as SHOW CREATE prints it; empty: the user may not see it
  std::string sql_mode;  // of when it was made, as is the character set
  std::string charset;
  std::string schema;  // names without one are of this
};

struct TriggerRow {
  std::string name;
  QualifiedName table;
  std::string event;   // INSERT, UPDATE, DELETE
  std::string timing;  // BEFORE, AFTER
  StoredBody body;
};

struct ViewRow {
  QualifiedName name;
  std::string definition;  // empty: the user may not see it
};

// What a view is made of: VIEW_TABLE_USAGE and VIEW_ROUTINE_USAGE of MySQL, each with what it names itself.
struct UsageRow {
  QualifiedName view;
  QualifiedName used;
  bool routine = false;
};

struct RoutineRow {
  QualifiedName name;
  bool procedure = false;
  StoredBody body;
};

struct Schema {
  catalog::ServerFacts server;
  std::uint32_t version = 0;
  bool folds_names = false;
  Privileges privileges;
  std::vector<TableRow> tables;
  std::vector<ColumnRow> columns;
  std::vector<IndexRow> indexes;
  std::vector<ForeignKeyRow> foreign_keys;
  std::vector<ForeignKeyColumnRow> foreign_key_columns;
  std::vector<TriggerRow> triggers;
  std::vector<ViewRow> views;
  std::optional<std::vector<UsageRow>> usage;  // nullopt: the server does not tell
  std::vector<RoutineRow> routines;
  std::optional<std::vector<std::string>> loadable;  // names of loadable functions; nullopt: not to be seen
  bool packages = false;  // there are some, whose routines are written as those of a database are
  // Something was left out of what must be whole: triggers, foreign keys.
  bool incomplete = false;
  std::string fingerprint;
};

// Of a few names in a table of constants.
template <typename Names>
[[nodiscard]] bool is_among(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace tapri::dbclient::mysql
