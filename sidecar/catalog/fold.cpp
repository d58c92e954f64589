#include "catalog/fold.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace tapri::catalog {
namespace {

class Folder {
 public:
  explicit Folder(bool relations) : relations_(relations) {}

  void fold(sql::StatementFacts& facts) const {
    for (auto* names : {&facts.reads, &facts.writes}) {
      for (sql::QualifiedName& name : *names) relation(name);
    }
    for (sql::QualifiedName& name : facts.functions) {
      identifier(name.schema);
      lower(name.name);
    }
    for (sql::QueryLevel& each : facts.levels) level(each);
    for (sql::Change& each : facts.changes) change(each);
    for (sql::StatementFacts& inner : facts.inner) fold(inner);
  }

 private:
  static void lower(std::string& name) { name = folded(name); }

  void identifier(std::string& name) const {
    if (relations_) lower(name);
  }

  void relation(sql::QualifiedName& name) const {
    identifier(name.schema);
    identifier(name.name);
  }

  void column(sql::ColumnName& name) const {
    identifier(name.item);
    lower(name.name);
  }

  void level(sql::QueryLevel& level) const {
    for (sql::FromItem& item : level.items) {
      relation(item.relation);
      identifier(item.alias);
    }
    for (sql::Equality& equality : level.equalities) {
      column(equality.column);
      column(equality.other);
    }
    for (sql::Output& output : level.outputs) {
      lower(output.name);
      column(output.column);
    }
  }

  void change(sql::Change& change) const {
    relation(change.relation);
    for (std::string& name : change.columns) lower(name);
    for (std::string& name : change.conflict_columns) lower(name);
    for (sql::Assignment& each : change.assignments) lower(each.column);
    for (sql::Assignment& each : change.assignments) {
      if (std::ranges::count(change.assignments, each.column, &sql::Assignment::column) > 1) each.value = {};
    }
  }

  bool relations_;
};

}  // namespace

std::string folded(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

sql::StatementFacts folded(sql::StatementFacts facts, bool relations) {
  Folder(relations).fold(facts);
  return facts;
}

}  // namespace tapri::catalog
