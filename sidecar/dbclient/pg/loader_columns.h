// Reads what row-precise dependencies need of one database's schema: columns, and the keys made of them. A part of
// load_schema(), after the relations.
#pragma once

#include "catalog/snapshot.h"

namespace pqxx {
class transaction_base;
}  // namespace pqxx

namespace tapri::dbclient::pg {

// Throws what pqxx throws.
void load_columns(pqxx::transaction_base& transaction, catalog::Snapshot::Source& source);

}  // namespace tapri::dbclient::pg
