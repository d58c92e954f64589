// Texts that are not understood: what is found out about one says something of this text alone, not of others of its
// shape, so that it has a shape of its own.
//
// Thread-safety: pure.
#pragma once

#include <string>
#include <string_view>

#include "sql/facts.h"
#include "sql/mysql/dialect.h"

namespace tapri::session {

// Whether every statement of the text is.
[[nodiscard]] bool understood(const sql::Facts& facts);
// `dialect`: null for PostgreSQL's.
[[nodiscard]] std::string odd_shape(std::string_view sql, const sql::mysql::Dialect* dialect);

}  // namespace tapri::session
