// Makes a catalog of what information_schema says.
//
// Thread-safety: pure.
#pragma once

#include <string>

#include "catalog/snapshot.h"
#include "dbclient/mysql/schema.h"

namespace tapri::dbclient::mysql {

[[nodiscard]] catalog::Snapshot::Source build_source(const Schema& schema, std::string name_space);

}  // namespace tapri::dbclient::mysql
