// What the body of a routine says: the facts of every statement and expression in it.
//
// Default-deny: what is dynamic (EXECUTE), ends or begins a transaction, changes settings, roles or the schema, makes a
// temporary table, or is not understood, makes the whole body unknown. What calls what and what triggers do is for
// catalog/ to follow. The names of parameters and variables may show among facts as those of columns would. Of each
// statement only names and obstacles are kept, nothing that its parameters or constants say; all that do not write are
// one.
// Never throws on any input. Thread-safety: any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/facts.h"
#include "sql/pg/facts.h"

namespace tapri::sql::pg {

using BodyFacts = std::optional<std::vector<StatementFacts>>;  // nullopt: not known

// LANGUAGE sql: statements, as in pg_proc.prosrc.
[[nodiscard]] BodyFacts sql_body_facts(std::string_view body, const Limits& limits = {});
// As pg_get_function_sqlbody() prints it: "RETURN expression" or "BEGIN ATOMIC statements END". Names stand with their
// schema, those of pg_catalog without.
[[nodiscard]] BodyFacts standard_body_facts(std::string_view body, const Limits& limits = {});

// LANGUAGE plpgsql, parsed by libpg_query: what its parser does not take, such as declared cursors, is not known.
struct PlpgsqlRoutine {
  std::string_view body;
  std::vector<std::string> parameters;  // names of IN parameters
  std::vector<std::string> outputs;     // names of OUT, INOUT and TABLE parameters
  bool returns_set = false;
  bool trigger = false;
};
// Assignments convert between any two types, by text if need be: the types of variables are among the facts as those of
// casts.
[[nodiscard]] BodyFacts plpgsql_body_facts(const PlpgsqlRoutine& routine, const Limits& limits = {});

// Comma-separated expressions, as pg_get_expr() prints the defaults of arguments.
[[nodiscard]] BodyFacts expression_facts(std::string_view expressions, const Limits& limits = {});

// Several as one. Unknown where one of them is.
[[nodiscard]] BodyFacts joined(BodyFacts first, const BodyFacts& second);

}  // namespace tapri::sql::pg
