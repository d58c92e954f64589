// What the text of a stored procedure, a function or a trigger says: the facts of every statement and expression in it;
// and that of a view.
//
// Default-deny: what is dynamic (PREPARE, EXECUTE), begins or ends a transaction, changes settings, locks tables,
// defines anything, makes a temporary table, or is not understood, makes the whole body unknown. User variables may be
// set; nothing that is kept depends on them. What calls what and what triggers do is for catalog/ to follow. The names
// of parameters and variables may show among facts as those of columns would. Of each statement only names and
// obstacles are kept, nothing that its parameters or constants say; all that do not write are one, but for CALL.
// Never throws on any input. Thread-safety: any thread.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sql/facts.h"
#include "sql/mysql/facts.h"

namespace tapri::sql::mysql {

using BodyFacts = std::optional<std::vector<StatementFacts>>;  // nullopt: not known

// The whole definition, as SHOW CREATE PROCEDURE, FUNCTION or TRIGGER prints it: information_schema, of both servers,
// takes escapes out of strings and does not put all of them in again. `dialect`: as its own sql_mode has it.
[[nodiscard]] BodyFacts body_facts(std::string_view definition, const Dialect& dialect, const Limits& limits = {});

// A view's, as information_schema.VIEWS has it: a query, each relation written with its schema. Where it has an
// obstacle its names are all there nevertheless. Nullopt: not known.
[[nodiscard]] std::optional<StatementFacts> view_facts(std::string_view definition, const Dialect& dialect,
                                                       const Limits& limits = {});

}  // namespace tapri::sql::mysql
