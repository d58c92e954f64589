// Reads what row-precise dependencies need of one database's schema: columns, the keys made of them, and what views are
// defined as. A part of load_schema(), after the relations.
#pragma once

#include "catalog/snapshot.h"

namespace pqxx {
class dbtransaction;
class transaction_base;
}  // namespace pqxx

namespace tapri::dbclient {

// Both throw what pqxx throws.
void load_columns(pqxx::transaction_base& transaction, catalog::Snapshot::Source& source);
// Definitions that cannot be had without waiting for somebody's DDL are left out.
void load_definitions(pqxx::dbtransaction& transaction, catalog::Snapshot::Source& source);

}  // namespace tapri::dbclient
