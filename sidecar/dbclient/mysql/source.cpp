#include "dbclient/mysql/source.h"

#include <algorithm>
#include <array>
#include <memory>
#include <unordered_map>
#include <utility>

#include "base/hash.h"
#include "catalog/fold.h"
#include "dbclient/mysql/bodies.h"
#include "dbclient/mysql/columns.h"
#include "dbclient/mysql/views.h"

namespace tapri::dbclient::mysql {
namespace {

using catalog::folded;
using catalog::Relation;
using catalog::RelationKind;
using catalog::Routine;

// Engines whose tables nobody but this server's statements changes.
constexpr std::array<std::string_view, 3> kTransactional = {"innodb", "rocksdb", "tokudb"};
constexpr std::array<std::string_view, 4> kOthers = {"myisam", "aria", "memory", "archive"};

class Builder {
 public:
  Builder(const Schema& schema, std::string name_space) : schema_(schema) {
    source_.dialect = catalog::Dialect::mysql;
    source_.folds_names = schema.folds_names;
    source_.database = std::move(name_space);
    source_.fingerprint = schema.fingerprint;
    source_.server_version = schema.version;
    source_.server = schema.server;
    source_.server.limited = !schema.privileges.objects || schema.incomplete;
  }

  catalog::Snapshot::Source build() {
    add_relations();
    add_columns();
    add_foreign_keys();
    add_routines();
    add_triggers();
    add_views(schema_, source_.functions, relations_);
    if (!schema_.privileges.sources) suspect_views();
    if (source_.server.limited) suspect_everything();
    return std::move(source_);
  }

 private:
  [[nodiscard]] Name name_of(const QualifiedName& name) const {
    if (!schema_.folds_names) return {name.schema, name.name};
    return {folded(name.schema), folded(name.name)};
  }

  [[nodiscard]] Relation* find(const QualifiedName& name) const {
    const auto found = relations_.find(name_of(name));
    return found == relations_.end() ? nullptr : found->second;
  }

  static void set_kind(const TableRow& row, Relation& relation) {
    if (row.type == "VIEW") {
      relation.kind = RelationKind::view;
    } else if (row.type == "SEQUENCE") {
      relation.kind = RelationKind::sequence;
    } else if (row.type == "BASE TABLE" || row.type == "SYSTEM VERSIONED") {
      const std::string engine = folded(row.engine);
      relation.writes_survive_rollback = !is_among(kTransactional, engine);
      const bool own = !relation.writes_survive_rollback || is_among(kOthers, engine);
      relation.kind = own ? RelationKind::table : RelationKind::foreign;
    }
  }

  void add_relations() {
    std::map<Name, const TableRow*> tables;
    for (const TableRow& row : schema_.tables) tables.emplace(name_of(row.name), &row);
    source_.relations.reserve(tables.size());
    std::unordered_map<catalog::ObjectId, Relation*> numbers;
    for (const auto& [name, row] : tables) {
      Relation& relation = source_.relations.emplace_back();
      std::tie(relation.schema, relation.name) = name;
      set_kind(*row, relation);
      set_number(numbers, relation);
      relations_.emplace(name, &relation);
    }
  }

  // By its name alone: what rests on a table is the same in every process, whatever else each knows of the schema.
  // Where two tables meet in a number nothing may rest on either, nor may a write to one of them be told from others.
  static void set_number(std::unordered_map<catalog::ObjectId, Relation*>& numbers, Relation& relation) {
    for (std::uint64_t attempt = 0;; ++attempt) {
      relation.oid = static_cast<catalog::ObjectId>(hash64(relation.name, hash64(relation.schema, attempt)));
      if (relation.oid == 0) continue;
      const auto [place, is_new] = numbers.emplace(relation.oid, &relation);
      if (is_new) return;
      for (Relation* one : {&relation, place->second}) {
        if (one->kind == RelationKind::table) one->kind = RelationKind::foreign;
      }
    }
  }

  void add_columns() {
    std::map<Relation*, std::vector<const ColumnRow*>> columns;
    for (const ColumnRow& row : schema_.columns) columns[find(row.table)].push_back(&row);
    std::map<Relation*, std::vector<const IndexRow*>> indexes;
    for (const IndexRow& row : schema_.indexes) indexes[find(row.table)].push_back(&row);
    for (Relation& relation : source_.relations) {
      if (const auto found = columns.find(&relation); found != columns.end()) {
        const bool settled = std::ranges::all_of(found->second, [](const ColumnRow* row) { return is_settled(*row); });
        if (!settled && relation.kind == RelationKind::table) relation.kind = RelationKind::other;
        relation.columns = columns_of(std::move(found->second));
      }
      if (const auto found = indexes.find(&relation); found != indexes.end()) {
        add_indexes(std::move(found->second), relation, source_);
      }
    }
  }

  void add_foreign_keys() {
    using Columns = std::vector<const ForeignKeyColumnRow*>;
    std::map<std::pair<Name, std::string>, Columns> columns;
    for (const ForeignKeyColumnRow& row : schema_.foreign_key_columns) {
      columns[{name_of(row.child), row.name}].push_back(&row);
    }
    for (const ForeignKeyRow& row : schema_.foreign_keys) {
      const Relation* parent = find(row.parent);
      const Relation* child = find(row.child);
      if (parent == nullptr || child == nullptr) continue;
      catalog::ForeignKey& key = source_.foreign_keys.emplace_back();
      key.parent = parent->oid;
      key.child = child->oid;
      key.on_delete = row.on_delete;
      key.on_update = row.on_update;
      auto found = columns.find({name_of(row.child), row.name});
      if (found == columns.end()) found = columns.find({Name(), row.name});
      if (found == columns.end()) continue;
      std::ranges::sort(found->second, {}, &ForeignKeyColumnRow::position);
      for (const ForeignKeyColumnRow* column : found->second) {
        key.parent_columns.push_back(folded(column->parent_column));
        key.child_columns.push_back(folded(column->child_column));
      }
    }
  }

  // Characteristics are the author's word, which the server does not look at: only a body tells what it does.
  void add_routines() {
    std::map<Name, Routine> routines;
    for (const RoutineRow& row : schema_.routines) {
      const std::string schema = schema_.folds_names ? folded(row.name.schema) : row.name.schema;
      const bool first = !routines.contains({schema, folded(row.name.name)});
      Routine& routine = routines[{schema, folded(row.name.name)}];
      // A procedure and a function may have one name.
      const bool known = first && (row.procedure || !may_be_loadable(row.name.name));
      set_body(routine, known ? routine_body(row.body) : nullptr);
      if (row.procedure) routine.volatility = catalog::Volatility::is_volatile;
    }
    for (auto& [name, routine] : routines) {
      std::tie(routine.schema, routine.name) = name;
      source_.functions.push_back(std::move(routine));
    }
  }

  // Who calls it without its database calls the loadable function of that name.
  [[nodiscard]] bool may_be_loadable(std::string_view name) const {
    return !schema_.loadable || std::ranges::any_of(*schema_.loadable, [&](const std::string& loadable) {
      return folded(loadable) == folded(name);
    });
  }

  // What its body calls says whether the result is the same each time.
  static void set_body(Routine& routine, std::shared_ptr<const catalog::RoutineBody> body) {
    const bool known = body != nullptr;
    routine.takes_row = false;
    routine.volatility = known ? catalog::Volatility::stable : catalog::Volatility::is_volatile;
    routine.effects = known ? catalog::Effects::by_body : catalog::Effects::unknown;
    routine.body = std::move(body);
  }

  [[nodiscard]] std::shared_ptr<const catalog::RoutineBody> routine_body(const StoredBody& stored) const {
    auto facts = body_facts(schema_, stored);
    if (!facts || schema_.packages) return nullptr;
    auto body = std::make_shared<catalog::RoutineBody>();
    for (sql::StatementFacts& statement : *facts) {
      body->statements.push_back(catalog::folded(std::move(statement), schema_.folds_names));
    }
    body->search_path = {schema_.folds_names ? folded(stored.schema) : stored.schema};
    return body;
  }

  // Each is a function that no statement can call: no name has a NUL in it.
  void add_triggers() {
    for (const TriggerRow& row : schema_.triggers) {
      Relation* table = find(row.table);
      if (table == nullptr) continue;
      table->rewrites_rows |= row.timing == "BEFORE" && row.event != "DELETE";
      Routine routine;
      routine.schema = row.body.schema;
      routine.name = std::string("\0trigger ", 9) + row.name;
      set_body(routine, routine_body(row.body));
      if (routine.body == nullptr) {
        table->write_side_effects = true;
        continue;
      }
      table->triggers.push_back({routine.schema, routine.name});
      source_.functions.push_back(std::move(routine));
    }
  }

  // There may be triggers, foreign keys and functions that are not seen.
  void suspect_everything() {
    for (Relation& relation : source_.relations) relation.write_side_effects = true;
    suspect_views();
  }

  void suspect_views() {
    for (Relation& relation : source_.relations) {
      if (relation.kind != RelationKind::view) continue;
      relation.read_side_effects = true;
      relation.definition = nullptr;
    }
  }

  const Schema& schema_;
  catalog::Snapshot::Source source_;
  Relations relations_;
};

}  // namespace

catalog::Snapshot::Source build_source(const Schema& schema, std::string name_space) {
  return Builder(schema, std::move(name_space)).build();
}

}  // namespace tapri::dbclient::mysql
