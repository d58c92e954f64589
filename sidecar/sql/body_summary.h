// What is kept of the statements in the body of a routine, of whichever server.
//
// Thread-safety: pure.
#pragma once

#include <vector>

#include "sql/facts.h"

namespace tapri::sql {

// Names and obstacles alone, nothing that parameters or constants say; all statements that do not write are one.
// `calls_apart`: each CALL stays by itself, for the name of a procedure means something else than a function's.
[[nodiscard]] std::vector<StatementFacts> summary_of(const std::vector<StatementFacts>& statements, bool calls_apart);

}  // namespace tapri::sql
