// What FOUND_ROWS() says after a query. Private to sql/mysql.
//
// Both servers count the rows that an offset skips. MariaDB does not apply the LIMIT of a whole UNION to it, nor that
// beside WITH TIES, nor counts VALUES; and where an aggregate without GROUP BY is found to have no row to go over it
// leaves the number as it was. None of that is documented: it was asked of MariaDB 10.11 and MySQL 9.
#pragma once

#include <string_view>

#include "sql/facts.h"
#include "sql/mysql/dialect.h"
#include "sql/mysql/scanner.h"
#include "sql/mysql/split.h"

namespace tapri::sql::mysql {

// `facts`: of the piece, with its functions. Words count wherever they stand in it: what is said of a query of which
// only a part has an offset is less than could be.
[[nodiscard]] FoundRows found_rows_of(const Tokens& tokens, const Piece& piece, const StatementFacts& facts,
                                      const Dialect& dialect);

}  // namespace tapri::sql::mysql
