// Reads one database's schema.
#pragma once

#include <string>

#include "catalog/snapshot.h"
#include "dbclient/control_connection.h"

namespace pqxx {
class dbtransaction;
class transaction_base;
}  // namespace pqxx

namespace tapri::dbclient::pg {

// Both throw what pqxx throws. `transaction` gives all queries one snapshot (REPEATABLE READ), so that the fingerprint
// belongs to what is loaded.
[[nodiscard]] Check read_check(pqxx::transaction_base& transaction);
[[nodiscard]] catalog::Snapshot::Source load_schema(pqxx::dbtransaction& transaction, std::string name_space);

}  // namespace tapri::dbclient::pg
