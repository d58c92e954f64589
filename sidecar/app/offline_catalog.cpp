#include "app/offline_catalog.h"

#include <algorithm>
#include <set>
#include <utility>

#include "app/language.h"
#include "app/offline_names.h"
#include "catalog/builtins.h"
#include "catalog/fold.h"

namespace tapri::app {
namespace {

using catalog::Routine;
using catalog::Volatility;
using Source = catalog::Snapshot::Source;

constexpr const char* kSystemSchema = "pg_catalog";

bool holds(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void add_relation(Source& source, std::string schema, std::string name, catalog::RelationKind kind) {
  catalog::Relation relation;
  relation.oid = static_cast<catalog::ObjectId>(source.relations.size() + 1);
  relation.schema = std::move(schema);
  relation.name = std::move(name);
  relation.kind = kind;
  source.relations.push_back(std::move(relation));
}

void add_functions(Source& source, std::span<const std::string_view> names, Volatility volatility,
                   const std::set<std::string, std::less<>>& replaced) {
  for (const std::string_view name : names) {
    if (replaced.contains(name)) continue;
    Routine routine{kSystemSchema, std::string(name), volatility};
    routine.takes_row = volatility == Volatility::immutable || holds(functions_that_take_a_row(), name);
    source.functions.push_back(std::move(routine));
  }
}

Volatility volatility_of(policy::CaseVolatility volatility) {
  switch (volatility) {
    case policy::CaseVolatility::immutable:
      return Volatility::immutable;
    case policy::CaseVolatility::stable:
      return Volatility::stable;
    case policy::CaseVolatility::is_volatile:
      break;
  }
  return Volatility::is_volatile;
}

void add_routines(Source& source, const OfflineSchema& schema) {
  std::set<std::string, std::less<>> replaced;
  for (const policy::CaseFunction& function : schema.functions) {
    if (function.name.schema == kSystemSchema) replaced.insert(function.name.name);
    source.functions.push_back({function.name.schema, function.name.name, volatility_of(function.volatility)});
  }
  if (schema.protocol == Protocol::mysql) return;
  add_functions(source, immutable_functions(), Volatility::immutable, replaced);
  add_functions(source, stable_functions(), Volatility::stable, replaced);
  add_functions(source, volatile_functions(), Volatility::is_volatile, replaced);
  for (const std::string_view name : builtin_operators()) {
    source.operators.push_back({kSystemSchema, std::string(name), Volatility::immutable});
  }
}

void add_types(Source& source) {
  for (const std::string_view name : builtin_types()) {
    source.types.push_back({kSystemSchema, std::string(name), 'b', true});
    if (!name.starts_with('_')) source.types.push_back({kSystemSchema, "_" + std::string(name), 'b', true});
  }
}

// "table" or "schema.table", as rules name them.
sql::QualifiedName name_of(const std::string& text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string::npos) return {"", text};
  return {text.substr(0, dot), text.substr(dot + 1)};
}

bool holds_own_relations(std::string_view schema, Protocol protocol) {
  if (protocol == Protocol::mysql) return catalog::is_system_database(catalog::folded(schema));
  return catalog::is_system_schema(schema) || catalog::is_temporary_schema(schema);
}

}  // namespace

std::vector<std::string> assumed_path(Protocol protocol, const std::string& database) {
  return default_path(protocol, database.empty() ? "test" : database);
}

std::shared_ptr<const catalog::Snapshot> offline_snapshot(const OfflineSchema& schema) {
  Source source;
  source.database = schema.database;
  const bool mysql = schema.protocol == Protocol::mysql;
  if (mysql) source.dialect = catalog::Dialect::mysql;
  const auto own = mysql ? std::span<const std::string_view>() : system_relations();
  for (const std::string_view name : own) {
    add_relation(source, kSystemSchema, std::string(name), catalog::RelationKind::table);
  }
  for (const sql::QualifiedName& table : schema.tables) {
    add_relation(source, table.schema, table.name, catalog::RelationKind::table);
  }
  add_routines(source, schema);
  if (!mysql) add_types(source);
  return catalog::Snapshot::build(std::move(source));
}

std::vector<sql::QualifiedName> assumed_tables(const sql::Facts& facts, const policy::RuleSet& rules, Protocol protocol,
                                               std::span<const std::string> search_path) {
  const auto home = std::find_if(search_path.begin(), search_path.end(), [protocol](const std::string& schema) {
    return !holds_own_relations(schema, protocol);
  });
  std::vector<sql::QualifiedName> tables;
  const auto assume = [&](sql::QualifiedName name) {
    const bool own = protocol == Protocol::postgres && name.schema.empty() && holds(system_relations(), name.name);
    if (own) return;
    if (name.schema.empty() && home == search_path.end()) return;
    if (name.schema.empty()) name.schema = *home;
    if (holds_own_relations(name.schema, protocol)) return;
    if (std::find(tables.begin(), tables.end(), name) == tables.end()) tables.push_back(std::move(name));
  };
  for (const sql::StatementFacts& statement : facts.statements) {
    for (const sql::QualifiedName& name : statement.reads) assume(name);
    for (const sql::QualifiedName& name : statement.writes) assume(name);
  }
  for (const policy::DeclaredEffect& effect : rules.effects()) {
    for (const auto* texts : {&effect.reads, &effect.changes, &effect.also_changes}) {
      for (const std::string& text : *texts) assume(name_of(text));
    }
  }
  return tables;
}

}  // namespace tapri::app
