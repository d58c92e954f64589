#include "sql/pg/routine_body.h"

#include <algorithm>

#include "sql/body_summary.h"
#include "sql/pg/scanner.h"

namespace tapri::sql::pg {
namespace {

// CALL says that it may do anything; what it calls is known by name and can be followed. DO names nothing.
bool is_call(const StatementFacts& facts) { return facts.verb == Verb::call && !facts.functions.empty(); }

bool is_plain(const StatementFacts& facts) {
  return !facts.writes_unknown && !facts.drops_or_alters && !facts.temporary_only && !facts.database_level &&
         !facts.changes_roles && !facts.changes_session && !facts.changes_unknown_setting && facts.settings.empty() &&
         facts.inner.empty();
}

bool can_be_followed(const StatementFacts& facts) {
  switch (facts.verb) {
    case Verb::empty:
    case Verb::select:
    case Verb::insert:
    case Verb::update:
    case Verb::delete_rows:
    case Verb::merge:
      return is_plain(facts);
    default:
      return is_call(facts);
  }
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && classify(text.front()) == Byte::blank) text.remove_prefix(1);
  while (!text.empty() && classify(text.back()) == Byte::blank) text.remove_suffix(1);
  return text;
}

}  // namespace

BodyFacts sql_body_facts(std::string_view body, const Limits& limits) {
  Facts facts = extract_facts(body, limits);
  if (!std::all_of(facts.statements.begin(), facts.statements.end(), can_be_followed)) return std::nullopt;
  return summary_of(facts.statements, false);
}

BodyFacts standard_body_facts(std::string_view body, const Limits& limits) {
  constexpr std::string_view kReturn = "RETURN ";
  constexpr std::string_view kBegin = "BEGIN ATOMIC";
  constexpr std::string_view kEnd = "END";
  body = trim(body);
  if (body.starts_with(kReturn)) return expression_facts(body.substr(kReturn.size()), limits);
  if (!body.starts_with(kBegin) || !body.ends_with(kEnd)) return std::nullopt;
  body.remove_prefix(kBegin.size());
  if (body.size() < kEnd.size()) return std::nullopt;
  body.remove_suffix(kEnd.size());
  return sql_body_facts(body, limits);
}

BodyFacts expression_facts(std::string_view expressions, const Limits& limits) {
  Facts facts = extract_facts("SELECT " + std::string(expressions), limits);
  if (!facts.single() || facts.statements.front().verb != Verb::select || !is_plain(facts.statements.front())) {
    return std::nullopt;
  }
  return summary_of(facts.statements, false);
}

BodyFacts joined(BodyFacts first, const BodyFacts& second) {
  if (!first || !second) return std::nullopt;
  first->insert(first->end(), second->begin(), second->end());
  return summary_of(*first, false);
}

}  // namespace tapri::sql::pg
