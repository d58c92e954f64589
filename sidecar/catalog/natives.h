// Functions that MySQL and MariaDB bring along: those that the parser knows by name (sql/mysql/functions.h), each on
// the servers that have it. There nobody's own function comes before one of these, whatever its name.
//
// Sources: the chapters on functions of both manuals, which say since when; item_create.cc and sql_yacc.yy of both.
// integration/mysql_differential holds them against what MariaDB 10.11 and MySQL 9 have.
// Thread-safety: pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "sql/facts.h"

namespace tapri::catalog {

struct NativeServer {
  bool mariadb = false;
  std::uint32_t version = 0;  // 101106, 90700; 0: not known, nor which of both it is
};

enum class Native : std::uint8_t {
  none,           // the server has none of that name, or may have none: it may be somebody's
  deterministic,  // depends on its arguments and the session's settings alone
  changing,       // changes no row of a table, but returns something else each time or in each session
};

// `function` in lower case. Of a server that is not known: what every one has.
[[nodiscard]] Native native_function(std::string_view function, const NativeServer& server = {});

// Whether every version of MySQL from 5.7 on and of MariaDB from 10.3 on has it. A function that came later or that a
// component brings may be somebody's own all the same.
[[nodiscard]] bool is_native_everywhere(std::string_view function);

// Whether it calls by name what may be somebody's own: a stored function, or a procedure.
[[nodiscard]] bool calls_stored(const sql::StatementFacts& facts);

}  // namespace tapri::catalog
