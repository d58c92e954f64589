// Extracts facts from MySQL and MariaDB SQL with a parser of our own.
//
// Default-deny: what is deeper, longer or not in the grammar is not understood, which is always the safe answer: never
// cached, and taken as a write to anything. Never throws on any input.
// Names of columns, functions and settings are in lower case (ASCII letters only), names of schemas, relations and
// their aliases as written, or in lower case where the server folds them.
// Thread-safety: any thread.
#pragma once

#include <cstddef>
#include <string_view>

#include "sql/facts.h"
#include "sql/mysql/dialect.h"

namespace tapri::sql::mysql {

struct Limits {
  std::size_t max_length = std::size_t{1024} * 1024;  // bytes; longer: Reason::too_large
  std::size_t max_depth = 200;                        // nested expressions and queries; deeper: Reason::too_deep
};

[[nodiscard]] Facts extract_facts(std::string_view sql, const Dialect& dialect, const Limits& limits = {});

}  // namespace tapri::sql::mysql
