// The working of resolve(): one object a statement, its methods spread over resolve.cpp (statement),
// resolve_relations.cpp and resolve_routines.cpp. Not for other rooms.
//
// Thread-safety: none; lives on one stack. Everything handed in must outlive it.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "catalog/resolve.h"

namespace tapri::catalog {

// "schema.name", or "name" where no schema was written.
[[nodiscard]] std::string display_name(const sql::QualifiedName& name);

class Resolver {
 public:
  Resolver(const sql::StatementFacts& facts, const Snapshot* snapshot, std::string_view database,
           std::span<const std::string> search_path, const DeclaredEffects& declared,
           std::optional<HiddenEffects> hidden);
  [[nodiscard]] Resolution run();

 private:
  // Results. The first obstacle stays; likewise the first that no TTL gets over.
  void obstacle(Reason reason, std::string detail);
  void changes_everything();  // all(D)
  void unknown_effects();     // all(D), and whatever else code that is not known may do
  void depends_on(ObjectId family);
  void add_table(const sql::QualifiedName& name);

  void statement();
  void names_not_looked_up();

  // Relations.
  void read(const sql::QualifiedName& name);
  void read_known(const Relation& relation);
  void read_temporary(const sql::QualifiedName& name);
  void write(const sql::QualifiedName& name, bool cascades);
  void write_known(const Relation& relation, bool cascades);
  void declared_writes();
  [[nodiscard]] bool is_written(const DeclaredEffects::OnWrite& effect) const;
  void changes(ObjectId family);
  [[nodiscard]] bool fires_cascades(const sql::QualifiedName& target) const;
  // Null where unknown. An unqualified name is looked up in the path without its temporary schemas.
  [[nodiscard]] const Relation* find(const sql::QualifiedName& name) const;
  // What the snapshot holds under this name in the session's own temporary schema. It may be of the past.
  [[nodiscard]] const Relation* find_temporary(std::string_view name) const;

  // Routines and types.
  void function(const sql::QualifiedName& name);
  void field(const std::string& name);
  void function_without_catalog(const sql::QualifiedName& name);
  void known_function(const Routine& routine);
  void builtin_function(const Routine& routine);
  void user_routine(const Routine& routine);
  void user_operator(const sql::QualifiedName& name);
  void operator_without_catalog(const sql::QualifiedName& name);
  void type(const sql::QualifiedName& name);
  void user_type(const Type& type);
  // Casts written as calls: date_of_birth('2000-01-01').
  void type_called_like(const sql::QualifiedName& name);
  [[nodiscard]] bool may_convert_time_of_day() const;
  [[nodiscard]] bool searches(std::string_view schema) const;
  [[nodiscard]] bool is_candidate(const sql::QualifiedName& name, std::string_view schema) const {
    return name.schema.empty() ? searches(schema) : name.schema == schema;
  }

  const sql::StatementFacts& facts_;
  const Snapshot* snapshot_;
  std::string_view database_;
  const DeclaredEffects& declared_;
  std::optional<HiddenEffects> hidden_;
  std::vector<std::string_view> path_;  // pg_catalog is always in it
  bool temporary_path_;
  std::unordered_set<ObjectId> written_;  // families
  Resolution out_;
};

}  // namespace tapri::catalog
