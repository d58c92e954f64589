#include "dbclient/mysql/views.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string_view>

#include "catalog/fold.h"
#include "catalog/natives.h"
#include "dbclient/mysql/bodies.h"

namespace tapri::dbclient::mysql {
namespace {

using catalog::folded;

// What a definition names, in lower case. Servers write each name of a relation or routine in backquotes, and a
// parenthesis right behind that of a routine; names of columns are among them, which does no harm.
struct Names {
  std::set<std::string> called;
  std::set<std::string> others;
};

Names names_in(std::string_view definition) {
  Names names;
  for (std::size_t at = definition.find('`'); at != std::string_view::npos; at = definition.find('`', at)) {
    std::string name;
    for (++at; at < definition.size(); ++at) {
      const bool quote = definition[at] == '`';
      if (quote && (at + 1 == definition.size() || definition[at + 1] != '`')) break;
      if (quote) ++at;
      name += definition[at];
    }
    if (at < definition.size()) ++at;
    const bool call = at < definition.size() && definition[at] == '(';
    (call ? names.called : names.others).insert(folded(name));
  }
  return names;
}

// Whether reading a view may write, by names alone: because it, or what it is made of, calls a stored function that
// does.
class Effects {
 public:
  explicit Effects(const std::vector<catalog::Routine>& functions) {
    for (const catalog::Routine& function : functions) stored_.insert(folded(function.name));
    for (const catalog::Routine& function : functions) add(function);
  }

  // Every function called is one that the catalog knows.
  [[nodiscard]] bool knows(const std::vector<QualifiedName>& functions) const {
    return std::ranges::all_of(functions, [&](const QualifiedName& function) { return knows(function); });
  }

  void add(catalog::Relation& view, Names names) {
    Part& part = parts_.emplace_back(Part{.name = folded(view.name), .names = std::move(names), .view = &view});
    part.writes = view.read_side_effects;
  }

  void spread() {
    for (bool again = true; again;) {
      again = false;
      for (Part& part : parts_) again |= note(part);
    }
  }

 private:
  // A function or a view.
  struct Part {
    std::string name;
    Names names;
    bool writes = false;
    catalog::Relation* view = nullptr;
  };

  [[nodiscard]] bool knows(const QualifiedName& function) const {
    const bool native = function.schema.empty() && catalog::native_function(function.name) != catalog::Native::none;
    return native || stored_.contains(folded(function.name));
  }

  void add(const catalog::Routine& function) {
    Part& part = parts_.emplace_back(Part{.name = folded(function.name), .names = {}});
    part.writes = function.body == nullptr;
    if (part.writes) return;
    for (const sql::StatementFacts& statement : function.body->statements) {
      part.writes = part.writes || !statement.writes.empty() || !knows(statement.functions);
      for (const QualifiedName& name : statement.functions) part.names.called.insert(folded(name.name));
      for (const QualifiedName& name : statement.reads) part.names.others.insert(folded(name.name));
    }
  }

  static bool any_of(const std::set<std::string>& names, const std::set<std::string>& suspects) {
    return std::ranges::any_of(names, [&](const std::string& name) { return suspects.contains(name); });
  }

  // Whether it is news that it writes.
  bool note(Part& part) {
    part.writes = part.writes || any_of(part.names.called, functions_) || any_of(part.names.others, views_);
    if (!part.writes) return false;
    if (part.view == nullptr) return functions_.insert(part.name).second;
    part.view->read_side_effects = true;
    return views_.insert(part.name).second;
  }

  std::set<std::string> stored_;
  std::vector<Part> parts_;
  std::set<std::string> functions_;  // that may write
  std::set<std::string> views_;
};

// A definition of which all names are known, and nothing else.
std::map<Name, sql::StatementFacts> definitions_in_part(const Schema& schema) {
  std::map<Name, sql::StatementFacts> definitions;
  for (const UsageRow& row : *schema.usage) {
    sql::StatementFacts& facts = definitions[{row.view.schema, row.view.name}];
    (row.routine ? facts.functions : facts.reads).push_back(row.used);
  }
  for (auto& [name, facts] : definitions) {
    facts.verb = sql::Verb::select;
    facts.obstacle = Reason::view;
    facts.keys_unknown = true;
  }
  return definitions;
}

bool names_all(const std::vector<QualifiedName>& names, const std::vector<QualifiedName>& wanted) {
  return std::ranges::all_of(wanted, [&](const QualifiedName& name) { return std::ranges::count(names, name) > 0; });
}

// Whether nothing is missing of what the server says that the view is made of. Tables are among that which its
// functions use, and those of views in it.
bool holds(const Schema& schema, const sql::StatementFacts& facts, const sql::StatementFacts& said) {
  const bool calls_none = std::ranges::all_of(schema.routines, &RoutineRow::procedure);
  return names_all(facts.functions, said.functions) && (!calls_none || names_all(facts.reads, said.reads));
}

// MySQL keeps the names that CREATE VIEW v (a, b) gives columns beside the definition, whose own may be others.
bool has_its_columns(const catalog::Relation& view, const sql::StatementFacts& facts) {
  if (facts.levels.empty()) return false;
  return std::ranges::equal(view.columns, facts.levels.front().outputs, {}, &catalog::Column::name, &sql::Output::name);
}

// What the definition says, where all functions in it are known; null: it is not understood.
std::shared_ptr<const sql::StatementFacts> definition_of(const Schema& schema, const ViewRow& row,
                                                         const catalog::Relation& view, const Effects& effects) {
  auto facts = view_facts(schema, row);
  if (!facts || !effects.knows(facts->functions)) return nullptr;
  sql::StatementFacts known = catalog::folded(std::move(*facts), schema.folds_names);
  if (view.definition != nullptr && !holds(schema, known, *view.definition)) return nullptr;
  if (!has_its_columns(view, known)) {
    known.levels.clear();
    known.keys_unknown = true;
  }
  return std::make_shared<const sql::StatementFacts>(std::move(known));
}

catalog::Relation* find(const Schema& schema, const Relations& relations, const QualifiedName& name) {
  const auto fold = [&](const std::string& text) { return schema.folds_names ? folded(text) : text; };
  const auto found = relations.find({fold(name.schema), fold(name.name)});
  return found == relations.end() ? nullptr : found->second;
}

}  // namespace

void add_views(const Schema& schema, const std::vector<catalog::Routine>& functions, const Relations& relations) {
  if (schema.usage) {
    for (auto& [name, facts] : definitions_in_part(schema)) {
      catalog::Relation* view = find(schema, relations, {name.first, name.second});
      if (view == nullptr) continue;
      view->definition = std::make_shared<const sql::StatementFacts>(catalog::folded(facts, schema.folds_names));
    }
  }
  Effects effects(functions);
  for (const ViewRow& row : schema.views) {
    catalog::Relation* view = find(schema, relations, row.name);
    if (view == nullptr) continue;
    if (auto known = definition_of(schema, row, *view, effects)) view->definition = std::move(known);
    if (row.definition.empty()) view->read_side_effects = true;
    effects.add(*view, names_in(row.definition));
  }
  effects.spread();
}

}  // namespace tapri::dbclient::mysql
