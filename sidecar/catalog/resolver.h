// The working of resolve(): one object a statement, its methods spread over resolve.cpp (statement),
// resolve_relations.cpp, resolve_routines.cpp and resolve_bodies.cpp. Not for other rooms.
//
// Thread-safety: none; lives on one stack. Everything handed in must outlive it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "catalog/levels.h"
#include "catalog/resolve.h"

namespace tapri::catalog {

// "schema.name", or "name" where no schema was written.
[[nodiscard]] std::string display_name(const sql::QualifiedName& name);

// The bodies of routines that one statement has run into, by itself or through others.
class Bodies {
 public:
  // Under different search paths one body may do different things; one that is trusted is asked for less.
  struct Entry {
    const Routine* routine = nullptr;
    std::vector<std::string> path = {};
    bool trusted = false;
    ObjectId relation = 0;  // instead of a routine: a view that is written
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  // False: what it does has been added, or is being.
  [[nodiscard]] bool enter(Entry entry);
  // More than anybody needs to follow, or more nested.
  [[nodiscard]] bool too_many() const;
  void leave() { --depth_; }

 private:
  std::vector<Entry> entered_;
  std::size_t depth_ = 0;
};

class Resolver {
 public:
  Resolver(const sql::StatementFacts& facts, const Snapshot* snapshot, std::string_view database,
           std::span<const std::string> search_path, const DeclaredEffects& declared,
           std::optional<HiddenEffects> hidden, Precision precision, Dialect dialect, Bodies* bodies = nullptr);
  // A statement in a body that `caller` runs into. Trusted: nothing but what it reads is asked.
  Resolver(const sql::StatementFacts& facts, const Resolver& caller, std::span<const std::string> search_path,
           bool trusted);
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;
  [[nodiscard]] Resolution run();

 private:
  // Results. The first obstacle stays; likewise the first that no TTL gets over.
  void obstacle(Reason reason, std::string detail);
  [[nodiscard]] bool mysql() const { return dialect_ == Dialect::mysql; }
  void changes_everything();  // all(D)
  void unknown_effects();     // all(D), and whatever else code that is not known may do
  void add_table(const sql::QualifiedName& name);

  void statement();
  void names_not_looked_up();

  // Relations.
  // `known`: what the rows that matter have in common.
  void read(const sql::QualifiedName& name, const KnownColumns& known = {});
  void read_known(const Relation& relation, const KnownColumns& known);
  void read_temporary(const sql::QualifiedName& name);
  // `change` says which rows; null: any.
  void write(const sql::QualifiedName& name, const sql::Change* change = nullptr);
  void write_known(const Relation& relation, const sql::Change* change);
  void write_view(const Relation& relation);
  // A schema whose relations belong to the server; one of the session's own temporary relations.
  [[nodiscard]] bool is_system(std::string_view schema) const;
  [[nodiscard]] bool is_temporary(std::string_view schema) const;
  void declared_writes();
  [[nodiscard]] bool is_written(const DeclaredEffects::OnWrite& effect) const;
  void changes(ObjectId family);

  // Reads by key: resolve_keys.cpp.
  void reads();
  [[nodiscard]] bool is_item(const sql::QualifiedName& relation) const;
  void view(const Relation& relation, const KnownColumns& known);
  void view_too_deep(const Relation& relation);
  void depends_on(const Relation& relation, const KnownColumns& known);
  void depends_on_whole(ObjectId family);
  void settle_dependencies();
  void say_why_unkeyed(const Relation& relation, const KnownColumns& known);
  [[nodiscard]] KeyUse key_use(ObjectId family, const Key& key) const;
  [[nodiscard]] ColumnType parameter_type(std::size_t parameter) const;

  // Writes by key: resolve_changes.cpp.
  void changes_unkeyed(ObjectId family);
  void changes_keys(const Relation& relation, const sql::Change& change);
  void inserts_key(const Relation& relation, const sql::Change& change, const Key& key);
  void updates_key(const Relation& relation, const sql::Change& change, const Key& key, const KnownColumns& known);
  void changes_known(KeyUse use, const Key& key, const KnownColumns& known);
  [[nodiscard]] const KnownColumns& known_of_target(const sql::Change& change) const;
  void count_assigned(const Relation& relation, const sql::Change& change);
  void count_assigned(const Relation& relation, std::string_view column, const sql::Value& value);
  [[nodiscard]] bool fires(const ForeignKey& key, const Relation& parent, const sql::Change* change) const;
  [[nodiscard]] bool fires_cascades(const Relation& relation, const sql::Change* change) const;
  void cascade(const Relation& relation, const sql::Change* change);
  void cascade_to(const ForeignKey& key, const Relation& child, const sql::Change* change);
  // Null where unknown. An unqualified name is looked up in the path without its temporary schemas.
  [[nodiscard]] const Relation* find(const sql::QualifiedName& name) const;
  // What the snapshot holds under this name in the session's own temporary schema. It may be of the past.
  [[nodiscard]] const Relation* find_temporary(std::string_view name) const;

  // Routines and types.
  void function(const sql::QualifiedName& name);
  void field(const std::string& name);
  [[nodiscard]] bool native(const sql::QualifiedName& name);
  [[nodiscard]] bool names_procedure(const sql::QualifiedName& name) const;
  [[nodiscard]] bool call_followed() const;
  [[nodiscard]] std::string called_obstacle() const;
  void function_without_catalog(const sql::QualifiedName& name);
  void known_function(const Routine& routine);
  [[nodiscard]] bool is_builtin(const Routine& routine) const;
  void builtin_function(const Routine& routine);
  void user_routine(const Routine& routine);
  void user_operator(const sql::QualifiedName& name);
  void operator_without_catalog(const sql::QualifiedName& name);
  void type(const sql::QualifiedName& name);
  void user_type(const Type& type);
  // Casts written as calls: date_of_birth('2000-01-01').
  void type_called_like(const sql::QualifiedName& name);
  [[nodiscard]] bool may_convert_time_of_day() const;

  // Bodies of routines: what they do counts as if it stood in the statement, by whole families. Keys in them would be
  // made of their own parameters.
  void fire_triggers(ObjectId family);
  void follow(const Routine& routine, bool trusted);  // its body is known
  void absorb(Resolver& inner);
  [[nodiscard]] std::vector<std::string> path_in(const RoutineBody& body) const;

  [[nodiscard]] bool searches(std::string_view schema) const;
  [[nodiscard]] bool is_candidate(const sql::QualifiedName& name, std::string_view schema) const {
    return name.schema.empty() ? searches(schema) : name.schema == schema;
  }

  const sql::StatementFacts& facts_;
  const Snapshot* snapshot_;
  std::string_view database_;
  const DeclaredEffects& declared_;
  std::optional<HiddenEffects> hidden_;
  Precision precision_;
  Dialect dialect_;
  std::optional<Levels> levels_;        // where rows are told apart
  KnownColumns given_;                  // of a view: of the columns of its result
  std::size_t view_depth_ = 0;          // of views in views; 0: this is what somebody has sent
  std::vector<std::string_view> path_;  // pg_catalog is always in it
  bool temporary_path_;
  std::unordered_set<ObjectId> written_;  // families
  std::vector<ObjectId> read_whole_;      // families, without duplicates
  std::vector<std::pair<ObjectId, KeyUse>> read_by_key_;
  std::map<std::pair<std::size_t, ColumnType>, std::size_t> assigned_uses_;  // of parameters
  Bodies own_bodies_;
  Bodies& bodies_;  // of the statement that runs into all of them
  bool trusted_ = false;
  bool rests_on_rules_ = false;  // which say what a function does
  Resolution out_;
};

}  // namespace tapri::catalog
