#include "sql/mysql/found_rows.h"

#include <algorithm>

#include "sql/mysql/functions.h"

namespace tapri::sql::mysql {
namespace {

struct Clauses {
  bool uncounted = false;
  bool limit = false;
  bool set_operator = false;
  bool groups = false;
};

Clauses clauses_of(const Tokens& tokens, const Piece& piece) {
  Clauses found;
  for (std::size_t i = piece.first; i < piece.end; ++i) {
    switch (tokens.tokens[i].word) {
      case "limit"_w:
        found.limit = true;
        found.uncounted |= i + 2 < piece.end && tokens.tokens[i + 2].symbol == ","_s;
        break;
      case "offset"_w:
      case "ties"_w:
      case "rollup"_w:
      case "values"_w:
      case "procedure"_w:
        found.uncounted = true;
        break;
      case "union"_w:
      case "except"_w:
      case "intersect"_w:
      case "minus"_w:
        found.set_operator = true;
        break;
      case "group"_w:
        found.groups = true;
        break;
      default:
        break;
    }
  }
  return found;
}

bool aggregates(const StatementFacts& facts) {
  return std::ranges::any_of(facts.functions, [](const QualifiedName& function) {
    const FunctionKind kind = function_kind(function.name);
    return kind == FunctionKind::aggregate || kind == FunctionKind::unknown;
  });
}

}  // namespace

FoundRows found_rows_of(const Tokens& tokens, const Piece& piece, const StatementFacts& facts, const Dialect& dialect) {
  const Clauses clauses = clauses_of(tokens, piece);
  if (dialect.server == Server::mariadb && !clauses.groups && aggregates(facts)) return FoundRows::may_stay;
  const bool more = clauses.uncounted || (clauses.set_operator && clauses.limit);
  return more ? FoundRows::of_server : FoundRows::counted;
}

}  // namespace tapri::sql::mysql
