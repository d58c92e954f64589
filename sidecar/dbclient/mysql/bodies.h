// What routines, triggers and views written in SQL do: here the parser of their texts comes in.
//
// Thread-safety: pure.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "dbclient/mysql/schema.h"
#include "sql/facts.h"

namespace tapri::dbclient::mysql {

// Nullopt: not known, so that it may do anything.
[[nodiscard]] std::optional<std::vector<sql::StatementFacts>> body_facts(const StoredBody& body);

// Null: not known. Names are written with their schema.
[[nodiscard]] std::shared_ptr<const sql::StatementFacts> view_facts(const ViewRow& view);

}  // namespace tapri::dbclient::mysql
