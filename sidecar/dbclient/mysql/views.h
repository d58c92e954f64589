// What is known of views: their definitions, or what they are made of, and whether reading one may write.
//
// Thread-safety: pure.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "catalog/snapshot.h"
#include "dbclient/mysql/schema.h"

namespace tapri::dbclient::mysql {

// In lower case where the server makes no difference of case.
using Name = std::pair<std::string, std::string>;
using Relations = std::map<Name, catalog::Relation*>;

// Fills in `definition` and `read_side_effects` of views. `functions` are the catalog's, finished.
void add_views(const Schema& schema, const std::vector<catalog::Routine>& functions, const Relations& relations);

}  // namespace tapri::dbclient::mysql
