// Reads what the server prints from stored trees: what views and SQL-standard routines are defined as. A part of
// load_schema(), after the relations.
#pragma once

#include "catalog/snapshot.h"
#include "dbclient/pg/loader_bodies.h"

namespace pqxx {
class dbtransaction;
}

namespace tapri::dbclient::pg {

// Throws what pqxx throws. What cannot be had without waiting for somebody's DDL is left out.
[[nodiscard]] StandardBodies load_definitions(pqxx::dbtransaction& transaction, catalog::Snapshot::Source& source);

}  // namespace tapri::dbclient::pg
