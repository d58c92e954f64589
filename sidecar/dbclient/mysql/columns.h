// Columns, and what keys they make, of one table.
//
// Thread-safety: pure.
#pragma once

#include <vector>

#include "catalog/snapshot.h"
#include "dbclient/mysql/schema.h"

namespace tapri::dbclient::mysql {

[[nodiscard]] catalog::Column column_of(const ColumnRow& row);
// Whether it is the same whenever and by whomever it is read. MariaDB has virtual columns that are not: of the moment,
// of chance, of the session.
[[nodiscard]] bool is_settled(const ColumnRow& row);
// In the order that values of an INSERT without a list of columns have: what is invisible comes last.
[[nodiscard]] std::vector<catalog::Column> columns_of(std::vector<const ColumnRow*> rows);
// Adds to `source` the keys of a relation, and to the relation what it has of the kind; `rows` are its indexes'.
void add_indexes(std::vector<const IndexRow*> rows, catalog::Relation& relation, catalog::Snapshot::Source& source);

}  // namespace tapri::dbclient::mysql
