#include "dbclient/pg/loader_definitions.h"

#include <pqxx/pqxx>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "dbclient/pg/queries.h"
#include "sql/pg/facts.h"

namespace tapri::dbclient::pg {
namespace {

using catalog::ObjectId;
using Definitions = std::map<ObjectId, std::string>;

std::shared_ptr<const sql::StatementFacts> plain_select(std::string_view text) {
  sql::Facts facts = sql::pg::extract_facts(text);
  if (!facts.single()) return nullptr;
  sql::StatementFacts& statement = facts.statements.front();
  if (statement.verb != sql::Verb::select || statement.obstacle != Reason::none) return nullptr;
  return std::make_shared<const sql::StatementFacts>(std::move(statement));
}

// The server locks, as a reader, what it prints the definition of: it must neither wait long for somebody's DDL, nor,
// holding other such locks, let it wait; a session that waits on us while we wait on it would be told of a deadlock.
constexpr const char* kLockTimeout = "SET LOCAL lock_timeout = '20ms'";
// PostgreSQL's lock_not_available.
constexpr std::string_view kLockNotAvailable = "55P03";

// Of object ids and what is printed of them.
Definitions read_definitions(pqxx::dbtransaction& transaction, const std::string& query) {
  Definitions definitions;
  try {
    pqxx::subtransaction locking(transaction, "definitions");  // never committed: the locks go with it
    locking.exec0(kLockTimeout);
    for (const pqxx::row& row : locking.exec(query)) {
      if (!row[1].is_null()) definitions.emplace(row[0].as<ObjectId>(), row[1].c_str());
    }
  } catch (const pqxx::sql_error& error) {
    if (error.sqlstate() != kLockNotAvailable) throw;
    definitions.clear();
  }
  return definitions;
}

}  // namespace

StandardBodies load_definitions(pqxx::dbtransaction& transaction, catalog::Snapshot::Source& source) {
  const Definitions views = read_definitions(transaction, kViewsQuery);
  for (catalog::Relation& relation : source.relations) {
    const auto found = views.find(relation.oid);
    if (found != views.end()) relation.definition = plain_select(found->second);
  }
  return read_definitions(transaction, standard_bodies_query(transaction.conn().server_version()));
}

}  // namespace tapri::dbclient::pg
