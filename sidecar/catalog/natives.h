// Functions that every version of MySQL (5.7 and later) and MariaDB (10.3 and later) brings along. Nobody's own
// function comes before one of these, whatever its name.
//
// Sources: the chapters on functions of both manuals; native_functions_registry and func_array of sql/item_create.cc.
// Thread-safety: pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "sql/facts.h"

namespace tapri::catalog {

enum class Native : std::uint8_t {
  none,           // not in the list: it may be somebody's
  deterministic,  // depends on its arguments and the session's settings alone
  changing,       // changes no row of a table, but returns something else each time or in each session
};

// `function` in lower case.
[[nodiscard]] Native native_function(std::string_view function);

// Whether it calls by name what may be somebody's own: a stored function, or a procedure.
[[nodiscard]] bool calls_stored(const sql::StatementFacts& facts);

}  // namespace tapri::catalog
