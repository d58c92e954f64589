#include "sql/body_summary.h"

#include <algorithm>
#include <string>
#include <tuple>

namespace tapri::sql {
namespace {

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

}  // namespace

std::vector<StatementFacts> summary_of(const std::vector<StatementFacts>& statements, bool calls_apart) {
  std::vector<StatementFacts> result = {nothing(Verb::select)};
  for (const StatementFacts& statement : statements) {
    const bool apart = !statement.writes.empty() || (calls_apart && statement.verb == Verb::call);
    if (!apart) {
      add_names(result.front(), statement);
      continue;
    }
    add_names(result.emplace_back(nothing(statement.verb)), statement);
    if (calls_apart) result.back().name = statement.name;
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

}  // namespace tapri::sql
