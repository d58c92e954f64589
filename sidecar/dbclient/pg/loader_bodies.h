// Reads what routines written in SQL and PL/pgSQL do, and which of them triggers call. A part of load_schema(), after
// everything else.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/snapshot.h"

namespace pqxx {
class transaction_base;
}

namespace tapri::dbclient::pg {

// By object id, SQL-standard bodies as the server prints them.
using StandardBodies = std::map<catalog::ObjectId, std::string>;

// Throws what pqxx throws.
void load_bodies(pqxx::transaction_base& transaction, const StandardBodies& standard,
                 catalog::Snapshot::Source& source);

// The value of the setting search_path; "pg_temp" is left out. nullopt: it depends on the user.
[[nodiscard]] std::optional<std::vector<std::string>> parse_search_path(std::string_view setting);

}  // namespace tapri::dbclient::pg
