#include "sql/mysql/routine_body.h"

#include <algorithm>
#include <utility>

#include "sql/body_summary.h"
#include "sql/mysql/body_parser.h"
#include "sql/mysql/scanner.h"

namespace tapri::sql::mysql {
namespace {

// Servers leave no executable comment in what they keep; what a hint sets is not looked at.
bool is_plain(const Tokens& tokens) {
  return tokens.tokens.back().kind == TokenKind::end && !tokens.saw_executable && !tokens.sets_variables;
}

}  // namespace

BodyFacts body_facts(std::string_view definition, const Dialect& dialect, const Limits& limits) {
  if (definition.size() > limits.max_length) return std::nullopt;
  const Tokens tokens = tokens_of(definition, dialect);
  if (!is_plain(tokens)) return std::nullopt;
  Arena arena;
  BodyParser parser(definition, tokens.tokens, dialect, limits, arena);
  if (!parser.run()) return std::nullopt;
  return summary_of(parser.statements(), true);
}

std::optional<StatementFacts> view_facts(std::string_view definition, const Dialect& dialect, const Limits& limits) {
  if (definition.size() > limits.max_length || !is_plain(tokens_of(definition, dialect))) return std::nullopt;
  Facts all = extract_facts(definition, dialect, limits);
  if (!all.single()) return std::nullopt;
  StatementFacts& facts = all.statements.front();
  const auto qualified = [](const QualifiedName& name) { return !name.schema.empty(); };
  const bool whole = std::ranges::all_of(facts.reads, qualified) && std::ranges::all_of(facts.writes, qualified);
  if (facts.verb != Verb::select || !whole || facts.changes_session || facts.writes_unknown) return std::nullopt;
  return std::move(facts);
}

}  // namespace tapri::sql::mysql
