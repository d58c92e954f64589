#include "dbclient/mysql/views.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string_view>

#include "catalog/fold.h"
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

// Whether views call what may write, by names alone, in themselves or by way of other views.
class Effects {
 public:
  explicit Effects(const std::vector<catalog::Routine>& functions) {
    for (const catalog::Routine& function : functions) {
      if (catalog::has_unknown_effects(function)) functions_.insert(folded(function.name));
    }
  }

  void add(catalog::Relation& view, Names names) { views_.emplace_back(&view, std::move(names)); }

  void spread() {
    for (auto& [view, names] : views_) note(*view, any_of(names.called, functions_));
    for (bool again = true; again;) {
      again = false;
      for (auto& [view, names] : views_) again |= note(*view, any_of(names.others, suspects_));
    }
  }

 private:
  static bool any_of(const std::set<std::string>& names, const std::set<std::string>& suspects) {
    return std::ranges::any_of(names, [&](const std::string& name) { return suspects.contains(name); });
  }

  // Whether that is news.
  bool note(catalog::Relation& view, bool writes) {
    view.read_side_effects |= writes;
    return view.read_side_effects && suspects_.insert(folded(view.name)).second;
  }

  std::set<std::string> functions_;
  std::set<std::string> suspects_;  // views
  std::vector<std::pair<catalog::Relation*, Names>> views_;
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
    if (auto known = view_facts(row)) view->definition = std::move(known);
    if (row.definition.empty()) view->read_side_effects = true;
    effects.add(*view, names_in(row.definition));
  }
  effects.spread();
}

}  // namespace tapri::dbclient::mysql
