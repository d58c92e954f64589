#include "sql/pg/routine_body.h"

#include <algorithm>
#include <tuple>
#include <utility>

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

template <typename T>
void append(std::vector<T>& all, const std::vector<T>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

// Drops duplicates, and order.
void settle(std::vector<QualifiedName>& names) {
  const auto less = [](const auto& a, const auto& b) {
    return std::tie(a.schema, a.name) < std::tie(b.schema, b.name);
  };
  std::sort(names.begin(), names.end(), less);
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

void settle(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

void add_names(StatementFacts& all, const StatementFacts& more) {
  append(all.reads, more.reads);
  append(all.writes, more.writes);
  append(all.functions, more.functions);
  append(all.operators, more.operators);
  append(all.types, more.types);
  append(all.fields, more.fields);
  // An expression of a body reads no relation most of the time.
  if (all.obstacle == Reason::none && more.obstacle != Reason::no_relation) all.obstacle = more.obstacle;
}

StatementFacts nothing(Verb verb) {
  StatementFacts facts;
  facts.verb = verb;
  facts.obstacle = Reason::none;
  return facts;
}

// What is promised in the header: names and obstacles alone, and one statement for all that do not write.
std::vector<StatementFacts> summary(const std::vector<StatementFacts>& statements) {
  std::vector<StatementFacts> result = {nothing(Verb::select)};
  for (const StatementFacts& statement : statements) {
    if (statement.writes.empty()) {
      add_names(result.front(), statement);
    } else {
      add_names(result.emplace_back(nothing(statement.verb)), statement);
    }
  }
  StatementFacts& reading = result.front();
  settle(reading.reads);
  settle(reading.functions);
  settle(reading.operators);
  settle(reading.types);
  settle(reading.fields);
  if (reading == nothing(Verb::select)) result.erase(result.begin());
  return result;
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
  return summary(facts.statements);
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
  return summary(facts.statements);
}

BodyFacts joined(BodyFacts first, const BodyFacts& second) {
  if (!first || !second) return std::nullopt;
  append(*first, *second);
  return summary(*first);
}

}  // namespace tapri::sql::pg
