#include "sql/pg/walk.h"

#include <algorithm>
#include <tuple>

namespace tapri::sql::pg {
namespace {

bool name_less(const QualifiedName& a, const QualifiedName& b) {
  return std::tie(a.schema, a.name) < std::tie(b.schema, b.name);
}

void drop_duplicates(std::vector<QualifiedName>& names) {
  std::sort(names.begin(), names.end(), name_less);
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

void drop_duplicates(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

// What cannot be understood may do anything.
void assume_the_worst(StatementFacts& facts, Reason reason) {
  facts.verb = Verb::not_understood;
  facts.obstacle = reason;
  facts.writes_unknown = true;
  facts.drops_or_alters = true;
  facts.temporary_only = false;
  facts.changes_session = true;
  facts.changes_unknown_setting = true;
  facts.levels.clear();
  facts.changes.clear();
  facts.keys_unknown = true;
}

}  // namespace

QualifiedName qualified_name(const List* parts) {
  QualifiedName name;
  for (const Node* part : Nodes(parts)) {
    name.schema = std::move(name.name);
    name.name = string_of(part);
  }
  return name;
}

void Walk::deny(Reason reason) {
  if (!denied()) denied_ = reason;
}

void Walk::obstacle(Reason reason) {
  if (obstacle_ == Reason::none || reason < obstacle_) obstacle_ = reason;
}

void Walk::finish() {
  drop_duplicates(facts_.reads);
  drop_duplicates(facts_.writes);
  drop_duplicates(facts_.functions);
  drop_duplicates(facts_.operators);
  drop_duplicates(facts_.types);
  drop_duplicates(facts_.fields);
  drop_duplicates(facts_.settings);
  if (denied()) return assume_the_worst(facts_, denied_);
  facts_.obstacle = obstacle_;
  if (facts_.verb == Verb::select) {
    if (facts_.obstacle == Reason::none && facts_.reads.empty()) facts_.obstacle = Reason::no_relation;
  } else if (facts_.verb != Verb::define || obstacle_ != Reason::creates_relation) {
    facts_.obstacle = Reason::not_a_read;
  }
}

StatementFacts statement_facts(const Node* node, const Limits& limits, const Literals& literals) {
  StatementFacts facts;
  Walk walk(facts, limits, literals);
  walk.statement(node);
  walk.finish();
  return facts;
}

}  // namespace tapri::sql::pg
