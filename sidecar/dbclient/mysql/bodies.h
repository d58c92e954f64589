// What routines, triggers and views written in SQL do: here the parser of their texts comes in.
//
// Thread-safety: pure.
#pragma once

#include <optional>
#include <vector>

#include "dbclient/mysql/schema.h"
#include "sql/facts.h"

namespace tapri::dbclient::mysql {

// Nullopt: not known, so that it may do anything.
[[nodiscard]] std::optional<std::vector<sql::StatementFacts>> body_facts(const Schema& schema, const StoredBody& body);

// Nullopt: not known. Names of relations and of stored functions are written with their schema.
[[nodiscard]] std::optional<sql::StatementFacts> view_facts(const Schema& schema, const ViewRow& view);

}  // namespace tapri::dbclient::mysql
