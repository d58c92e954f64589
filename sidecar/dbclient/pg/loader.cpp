#include "dbclient/pg/loader.h"

#include <pqxx/pqxx>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "dbclient/pg/fields.h"
#include "dbclient/pg/loader_bodies.h"
#include "dbclient/pg/loader_columns.h"
#include "dbclient/pg/loader_definitions.h"
#include "dbclient/pg/queries.h"

namespace tapri::dbclient::pg {
namespace {

using catalog::ObjectId;

catalog::RelationKind relation_kind(char kind) {
  switch (kind) {
    case 'r':
    case 'p':
    case 'v':
    case 'm':
    case 'f':
    case 'S':
      return static_cast<catalog::RelationKind>(kind);
    default:
      return catalog::RelationKind::other;
  }
}

catalog::Volatility volatility(char mark) {
  if (mark == 'i') return catalog::Volatility::immutable;
  return mark == 's' ? catalog::Volatility::stable : catalog::Volatility::is_volatile;
}

catalog::Effects effects(bool unknown, bool harmless) {
  if (unknown) return catalog::Effects::unknown;
  return harmless ? catalog::Effects::none : catalog::Effects::by_schema;
}

std::vector<catalog::Relation> read_relations(pqxx::transaction_base& transaction) {
  std::vector<catalog::Relation> relations;
  for (const pqxx::row& row : transaction.exec(kRelationsQuery)) {
    catalog::Relation& relation = relations.emplace_back();
    relation.oid = object_id(row[0]);
    relation.schema = row[1].c_str();
    relation.name = row[2].c_str();
    relation.kind = relation_kind(letter(row[3]));
    relation.temporary = row[4].as<bool>();
    relation.row_security = row[5].as<bool>();
  }
  return relations;
}

void mark_effects(pqxx::transaction_base& transaction, std::vector<catalog::Relation>& relations) {
  std::unordered_map<ObjectId, catalog::Relation*> by_oid;
  for (catalog::Relation& relation : relations) by_oid.emplace(relation.oid, &relation);
  for (const pqxx::row& row : transaction.exec(effects_query())) {
    const auto found = by_oid.find(object_id(row[0]));
    if (found == by_oid.end()) continue;
    catalog::Relation& relation = *found->second;
    switch (letter(row[1])) {
      case 'r':
        relation.read_side_effects = true;
        break;
      case 't':
        relation.has_time = true;
        break;
      case 'z':
        relation.has_timetz = true;
        break;
      default:
        relation.write_side_effects = true;
    }
  }
}

std::vector<catalog::Routine> read_routines(pqxx::transaction_base& transaction, const std::string& query) {
  std::vector<catalog::Routine> routines;
  for (const pqxx::row& row : transaction.exec(query)) {
    catalog::Routine& routine = routines.emplace_back();
    routine.schema = row[0].c_str();
    routine.name = row[1].c_str();
    routine.volatility = volatility(letter(row[2]));
    routine.effects = effects(row[3].as<bool>(), row[4].as<bool>());
    routine.takes_row = row[5].as<bool>();
  }
  return routines;
}

std::vector<catalog::Type> read_types(pqxx::transaction_base& transaction) {
  std::vector<catalog::Type> types;
  for (const pqxx::row& row : transaction.exec(types_query())) {
    catalog::Type& type = types.emplace_back();
    type.schema = row[1].c_str();
    type.name = row[2].c_str();
    type.kind = letter(row[3]);
    type.safe_input = row[4].as<bool>();
    type.volatile_input = row[5].as<bool>();
  }
  return types;
}

std::vector<catalog::InheritanceEdge> read_inheritance(pqxx::transaction_base& transaction) {
  std::vector<catalog::InheritanceEdge> edges;
  for (const pqxx::row& row : transaction.exec(kInheritanceQuery)) {
    edges.push_back({object_id(row[0]), object_id(row[1])});
  }
  return edges;
}

}  // namespace

Check read_check(pqxx::transaction_base& transaction) {
  const pqxx::row row = transaction.exec1(fingerprint_query());
  return {row[0].c_str(), row[1].c_str()};
}

catalog::Snapshot::Source load_schema(pqxx::dbtransaction& transaction, std::string name_space) {
  catalog::Snapshot::Source source;
  source.database = std::move(name_space);
  source.fingerprint = read_check(transaction).fingerprint;
  source.relations = read_relations(transaction);
  mark_effects(transaction, source.relations);
  source.functions = read_routines(transaction, functions_query());
  source.operators = read_routines(transaction, kOperatorsQuery);
  source.types = read_types(transaction);
  source.inheritance = read_inheritance(transaction);
  load_columns(transaction, source);
  const StandardBodies standard = load_definitions(transaction, source);
  source.volatile_casts = transaction.exec1(kCastsQuery)[0].as<bool>();
  source.event_triggers = transaction.exec1(kEventTriggersQuery)[0].as<bool>();
  load_bodies(transaction, standard, source);
  source.server_version = static_cast<std::uint32_t>(transaction.conn().server_version());
  return source;
}

}  // namespace tapri::dbclient::pg
