#include "dbclient/pg/loader_bodies.h"

#include <algorithm>
#include <memory>
#include <pqxx/pqxx>
#include <unordered_map>
#include <utility>

#include "dbclient/pg/fields.h"
#include "dbclient/pg/queries.h"
#include "sql/pg/routine_body.h"

namespace tapri::dbclient::pg {
namespace {

using catalog::ObjectId;
using RoutineName = std::pair<std::string, std::string>;
using Routines = std::map<RoutineName, catalog::Routine*>;

// pg_proc.proargmodes: i IN, o OUT, b INOUT, v VARIADIC, t TABLE; null where all are IN.
sql::pg::PlpgsqlRoutine plpgsql_routine(const pqxx::row& row) {
  sql::pg::PlpgsqlRoutine routine;
  routine.body = row[4].c_str();
  routine.returns_set = row[5].as<bool>();
  routine.trigger = row[6].as<bool>();
  const std::vector<std::string> names = texts(row[7]);
  const std::vector<std::string> modes = texts(row[8]);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) continue;
    const bool input = i >= modes.size() || modes[i] == "i" || modes[i] == "v";
    (input ? routine.parameters : routine.outputs).push_back(names[i]);
  }
  return routine;
}

sql::pg::BodyFacts source_facts(const pqxx::row& row, const StandardBodies& standard) {
  switch (letter(row[3])) {
    case 's':
      return sql::pg::sql_body_facts(row[4].c_str());
    case 'a': {
      const auto found = standard.find(row[0].as<ObjectId>());
      if (found == standard.end()) return std::nullopt;
      return sql::pg::standard_body_facts(found->second);
    }
    case 'p':
      // What is returned or assigned to a parameter is converted like what is assigned to a variable.
      return sql::pg::joined(sql::pg::plpgsql_body_facts(plpgsql_routine(row)),
                             sql::pg::expression_facts(row[11].c_str()));
    default:
      return std::nullopt;
  }
}

// Nullopt: not known.
std::optional<catalog::RoutineBody> read_body(const pqxx::row& row, const StandardBodies& standard) {
  sql::pg::BodyFacts facts = source_facts(row, standard);
  if (!row[10].is_null()) facts = sql::pg::joined(std::move(facts), sql::pg::expression_facts(row[10].c_str()));
  if (!facts) return std::nullopt;
  catalog::RoutineBody body;
  body.statements = std::move(*facts);
  body.qualified = letter(row[3]) == 'a';
  if (!row[9].is_null()) {
    body.search_path = parse_search_path(row[9].c_str());
    if (!body.search_path) return std::nullopt;
  }
  return body;
}

// Overloads that are to be followed under different search paths are not worth telling apart.
void add(std::optional<catalog::RoutineBody>& all, std::optional<catalog::RoutineBody> more) {
  if (!all) return;
  if (!more || more->search_path != all->search_path || more->qualified != all->qualified) return all.reset();
  sql::pg::BodyFacts both = sql::pg::joined(std::move(all->statements), std::move(more->statements));
  all->statements = std::move(*both);
}

// Where conversions run code of users', bodies do what they do not say.
bool converts_by_code(const catalog::Snapshot::Source& source) {
  return source.volatile_casts || std::ranges::any_of(source.types, &catalog::Type::volatile_input);
}

Routines routines_of(catalog::Snapshot::Source& source) {
  Routines routines;
  for (catalog::Routine& routine : source.functions) {
    if (routine.schema != "pg_catalog") routines.emplace(RoutineName(routine.schema, routine.name), &routine);
  }
  return routines;
}

void read_bodies(pqxx::transaction_base& transaction, const StandardBodies& standard, const Routines& routines) {
  const pqxx::result rows = transaction.exec(bodies_query(transaction.conn().server_version()));
  for (auto row = rows.begin(); row != rows.end();) {
    const RoutineName name(row[1].c_str(), row[2].c_str());
    std::optional<catalog::RoutineBody> body = read_body(*row, standard);
    for (++row; row != rows.end() && name.first == row[1].c_str() && name.second == row[2].c_str(); ++row) {
      add(body, read_body(*row, standard));
    }
    const auto found = routines.find(name);
    if (body && found != routines.end()) {
      found->second->body = std::make_shared<const catalog::RoutineBody>(std::move(*body));
    }
  }
}

void read_triggers(pqxx::transaction_base& transaction, const Routines& routines, catalog::Snapshot::Source& source) {
  std::unordered_map<ObjectId, catalog::Relation*> relations;
  for (catalog::Relation& relation : source.relations) relations.emplace(relation.oid, &relation);
  for (const pqxx::row& row : transaction.exec(kTriggersQuery)) {
    const auto relation = relations.find(row[0].as<ObjectId>());
    if (relation == relations.end()) continue;
    catalog::Relation& table = *relation->second;
    table.rewrites_rows |= row[3].as<bool>();
    if (!row[4].as<bool>()) continue;  // the server's own have no other effect
    const auto routine = routines.find(RoutineName(row[1].c_str(), row[2].c_str()));
    const auto* body = routine == routines.end() ? nullptr : routine->second->body.get();
    const bool known = body != nullptr && (!row[5].as<bool>() || body->search_path) && !row[6].as<bool>();
    if (known) {
      table.triggers.push_back({row[1].c_str(), row[2].c_str()});
    } else {
      table.write_side_effects = true;
    }
  }
}

}  // namespace

std::optional<std::vector<std::string>> parse_search_path(std::string_view setting) {
  std::vector<std::string> schemas;
  std::string name;
  bool quoted = false;
  const auto finish = [&] {
    if (name != "pg_temp") schemas.push_back(name);
    name.clear();
  };
  for (std::size_t i = 0; i < setting.size(); ++i) {
    const char c = setting[i];
    if (c == '"' && quoted && i + 1 < setting.size() && setting[i + 1] == '"') {
      name += setting[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      finish();
    } else if (quoted || (c != ' ' && c != '\t' && c != '\n')) {
      name += !quoted && c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  finish();
  if (std::ranges::find(schemas, "$user") != schemas.end()) return std::nullopt;
  return schemas;
}

void load_bodies(pqxx::transaction_base& transaction, const StandardBodies& standard,
                 catalog::Snapshot::Source& source) {
  const Routines routines = routines_of(source);
  if (!converts_by_code(source)) read_bodies(transaction, standard, routines);
  read_triggers(transaction, routines, source);
}

}  // namespace tapri::dbclient::pg
