#include "sql/pg/facts.h"

#include <string>

#include "sql/pg/lexing_cost.h"
#include "sql/pg/literals.h"
#include "sql/pg/raw_parse.h"
#include "sql/pg/walk.h"

namespace tapri::sql::pg {
namespace {

// A string of very many tiny statements would cost far more memory as facts than as text.
constexpr std::size_t kMaxStatements = 10'000;

Facts not_understood(Reason reason) {
  StatementFacts facts;
  facts.verb = Verb::not_understood;
  facts.obstacle = reason;
  facts.writes_unknown = true;
  facts.drops_or_alters = true;
  facts.changes_session = true;
  facts.changes_unknown_setting = true;
  Facts all;
  all.statements.push_back(std::move(facts));
  return all;
}

Facts empty() {
  StatementFacts facts;
  facts.verb = Verb::empty;
  facts.obstacle = Reason::not_a_read;
  Facts all;
  all.statements.push_back(std::move(facts));
  return all;
}

}  // namespace

Facts extract_facts(std::string_view sql, const Limits& limits) {
  if (sql.size() > limits.max_length) return not_understood(Reason::too_large);
  if (sql.find('\0') != std::string_view::npos) return not_understood(Reason::not_understood);
  if (is_costly_to_scan(sql)) return not_understood(Reason::too_deep);
  const RawParse parse{std::string(sql)};
  if (!parse.good()) return not_understood(Reason::not_understood);
  const Nodes statements(parse.statements());
  if (statements.size() == 0) return empty();
  if (statements.size() > kMaxStatements) return not_understood(Reason::too_large);
  const Literals literals = statements.size() == 1 ? Literals(sql) : Literals();
  Facts facts;
  facts.statements.reserve(statements.size());
  for (const Node* raw : statements) {
    if (!is_a(raw, T_RawStmt)) return not_understood(Reason::not_understood);
    facts.statements.push_back(statement_facts(as<RawStmt>(raw).stmt, limits, literals));
  }
  return facts;
}

}  // namespace tapri::sql::pg
