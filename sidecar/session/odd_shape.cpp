#include "session/odd_shape.h"

#include <algorithm>

namespace tapri::session {

bool understood(const sql::Facts& facts) {
  return std::none_of(facts.statements.begin(), facts.statements.end(),
                      [](const sql::StatementFacts& statement) { return statement.verb == sql::Verb::not_understood; });
}

std::string odd_shape(std::string_view sql, const sql::mysql::Dialect* dialect) {
  // Under another dialect the same text may be one that is understood.
  std::string shape = dialect == nullptr ? std::string() : "(not understood) " + sql::mysql::dialect_tag(*dialect);
  shape += sql;
  return shape;
}

}  // namespace tapri::session
