#include "catalog/levels.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace tapri::catalog {
namespace {

// Items times equalities: more is not looked at.
constexpr std::size_t kMaxWork = 20'000;

using sql::Value;

// Columns that equal each other, and what they equal.
class Classes {
 public:
  explicit Classes(std::size_t size) : parent_(size), values_(size, nullptr) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  std::size_t find(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) {
    a = find(a);
    b = find(b);
    if (a == b) return;
    parent_[a] = b;
    if (values_[a] != nullptr) equals(b, values_[a]);
  }
  // The shortest list says most.
  void equals(std::size_t i, const std::vector<Value>* values) {
    const std::vector<Value>*& known = values_[find(i)];
    if (known == nullptr || values->size() < known->size()) known = values;
  }
  const std::vector<Value>* values(std::size_t i) { return values_[find(i)]; }

 private:
  std::vector<std::size_t> parent_;
  std::vector<const std::vector<Value>*> values_;
};

}  // namespace

const KnownColumn* find_known(const KnownColumns& known, std::string_view name) {
  const auto found = std::ranges::find(known, name, &KnownColumn::name);
  return found == known.end() ? nullptr : &*found;
}

Levels::Levels(const sql::StatementFacts& facts, const Find& find, const KnownColumns& given, bool own_values)
    : facts_(facts), own_values_(own_values), levels_(facts.levels.size()), uses_(facts.parameter_uses.size()) {
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    for (const sql::FromItem& from : facts.levels[i].items) {
      levels_[i].items.push_back({&from, from.relation.name.empty() ? nullptr : find(from.relation), {}});
    }
  }
  if (!levels_.empty()) levels_.front().given = given;
  // A level stands behind the one that it is in.
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    resolve(i);
    hand_down(i);
  }
}

std::size_t Levels::uses(std::size_t parameter, ColumnType type) const {
  return parameter < uses_.size() ? uses_[parameter][static_cast<std::size_t>(type)] : 0;
}

// What is known of a column of the result is known of the column that it is of.
std::vector<sql::Equality> Levels::given_equalities(std::size_t index) const {
  std::vector<sql::Equality> equalities;
  const sql::QueryLevel& level = facts_.levels[index];
  if (level.groups || level.limits) return equalities;
  for (const KnownColumn& known : levels_[index].given) {
    const auto matches = [&](const sql::Output& output) { return output.name == known.name || output.name == "*"; };
    if (std::ranges::count_if(level.outputs, matches) != 1) continue;
    const sql::Output& output = *std::ranges::find_if(level.outputs, matches);
    sql::Equality equality;
    equality.column = output.column;
    if (output.name == "*") equality.column.name = known.name;
    equality.values = known.values;
    if (!equality.column.name.empty()) equalities.push_back(std::move(equality));
  }
  return equalities;
}

std::optional<bool> Levels::has_column(std::size_t index, const Item& item, std::string_view name) const {
  if (item.from->renames) return std::nullopt;
  if (item.relation != nullptr) return find_column(*item.relation, name) != nullptr;
  if (item.from->level == 0 || item.from->level <= index) return std::nullopt;
  const auto& outputs = facts_.levels[item.from->level - 1].outputs;
  if (outputs.empty()) return std::nullopt;
  // An output without a name has one of the server's making.
  const bool all_named = std::ranges::none_of(
      outputs, [](const sql::Output& output) { return output.name.empty() || output.name == "*"; });
  if (!all_named) return std::nullopt;
  return std::ranges::find(outputs, name, &sql::Output::name) != outputs.end();
}

std::optional<Levels::Place> Levels::place_in(std::size_t index, std::size_t item, const sql::ColumnName& name) const {
  const Item& found = levels_[index].items[item];
  if (found.from->renames) return std::nullopt;
  if (found.relation == nullptr) {
    if (found.from->level == 0 || name.as_text) return std::nullopt;
    return Place{.item = item, .column = name.name};
  }
  const Column* column = find_column(*found.relation, name.name);
  if (column == nullptr || column->type == ColumnType::other) return std::nullopt;
  if (name.as_text && column->type != ColumnType::text) return std::nullopt;
  return Place{item, column->name, column->type, column->collation};
}

std::optional<Levels::Place> Levels::find_place(std::size_t index, const sql::Equality& equality,
                                                const sql::ColumnName& name) const {
  const auto& items = levels_[index].items;
  std::optional<std::size_t> found;
  const std::size_t end = std::min<std::size_t>(items.size(), equality.end_item);
  for (std::size_t i = equality.first_item; i < end; ++i) {
    const std::optional<bool> has =
        name.item.empty() ? has_column(index, items[i], name.name) : std::optional(items[i].from->alias == name.item);
    if (!has || (*has && found)) return std::nullopt;
    if (*has) found = i;
  }
  if (!found) return std::nullopt;
  return place_in(index, *found, name);
}

const KnownColumn* Levels::outer_value(std::size_t index, const sql::ColumnName& name, const Place& inner) const {
  if (name.item.empty()) return nullptr;
  const auto is_it = [&](const Item& item) { return item.from->alias == name.item; };
  if (std::ranges::any_of(levels_[index].items, is_it)) return nullptr;
  for (std::int32_t outer = facts_.levels[index].parent; outer >= 0;
       outer = facts_.levels[static_cast<std::size_t>(outer)].parent) {
    const auto level = static_cast<std::size_t>(outer);
    if (level >= index || facts_.levels[level].hides_columns) return nullptr;
    const auto& items = levels_[level].items;
    const auto found = std::ranges::find_if(items, is_it);
    if (found == items.end()) continue;
    if (std::ranges::count_if(items, is_it) != 1 || found->from->renames) return nullptr;
    // What equals a value as a char(n) need not equal it as a text.
    const Column* column = found->relation == nullptr ? nullptr : find_column(*found->relation, name.name);
    if (column == nullptr || column->type != inner.type || column->collation != inner.collation) return nullptr;
    return find_known(levels_[level].everywhere[static_cast<std::size_t>(found - items.begin())], name.name);
  }
  return nullptr;
}

std::optional<Levels::Fact> Levels::fact_of(std::size_t index, const sql::Equality& equality) const {
  Fact fact;
  fact.scope = equality.scope;
  auto place = find_place(index, equality, equality.column);
  if (equality.other.name.empty()) {
    if (!place) return std::nullopt;
    // Of a sub-query's column the type is not known here; it is looked at again there.
    const auto fits = [&](const Value& value) {
      return value.cast.empty() || place->type == ColumnType::other || keeps_value(value.cast, place->type);
    };
    if (!std::ranges::all_of(equality.values, fits)) return std::nullopt;
    fact.place = *place;
    fact.values = &equality.values;
    return fact;
  }
  auto other = find_place(index, equality, equality.other);
  if (place && other) {
    if (place->type == ColumnType::other || place->type != other->type) return std::nullopt;
    if (place->collation != other->collation) return std::nullopt;
    fact.place = *place;
    fact.other = other;
    return fact;
  }
  // One of them may be a column of a level around this one.
  const sql::ColumnName& outer = place ? equality.other : equality.column;
  if (!place) place = other;
  const KnownColumn* known = place ? outer_value(index, outer, *place) : nullptr;
  if (known == nullptr) return std::nullopt;
  fact.place = *place;
  fact.handed = true;
  fact.values = &known->values;
  return fact;
}

std::vector<Levels::Fact> Levels::facts_of(std::size_t index, const std::vector<sql::Equality>& equalities) const {
  std::vector<Fact> out;
  for (const sql::Equality& equality : equalities) {
    if (auto fact = fact_of(index, equality)) out.push_back(*fact);
  }
  return out;
}

void Levels::count_uses(const std::vector<Fact>& facts) {
  for (const Fact& fact : facts) {
    if (fact.values == nullptr || fact.handed) continue;
    for (const Value& value : *fact.values) {
      if (value.source != Value::Source::parameter || value.index >= uses_.size()) continue;
      ++uses_[value.index][static_cast<std::size_t>(fact.place.type)];
    }
  }
}

std::vector<Levels::NumberedFact> Levels::number(const std::vector<Fact>& facts, std::vector<Place>& places) {
  const auto number_of = [&](const Place& place) {
    const auto index = static_cast<std::size_t>(std::ranges::find(places, place) - places.begin());
    if (index == places.size()) places.push_back(place);
    return index;
  };
  std::vector<NumberedFact> numbered;
  for (const Fact& fact : facts) {
    const std::size_t place = number_of(fact.place);
    numbered.push_back({place, fact.other ? number_of(*fact.other) : place, &fact});
  }
  return numbered;
}

KnownColumns Levels::known_of(std::size_t item, const std::vector<std::uint32_t>& scopes,
                              const std::vector<Place>& places, const std::vector<NumberedFact>& facts) {
  Classes classes(places.size());
  for (const NumberedFact& each : facts) {
    const std::uint32_t scope = each.fact->scope;
    if (scope != 0 && std::ranges::find(scopes, scope) == scopes.end()) continue;
    if (each.fact->values != nullptr) {
      classes.equals(each.place, each.fact->values);
    } else {
      classes.join(each.place, each.other);
    }
  }
  KnownColumns known;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i].item != item || classes.values(i) == nullptr) continue;
    known.push_back({std::string(places[i].column), *classes.values(i)});
  }
  return known;
}

void Levels::resolve(std::size_t index) {
  const sql::QueryLevel& level = facts_.levels[index];
  LevelState& state = levels_[index];
  state.everywhere.resize(state.items.size());
  std::vector<sql::Equality> own = level.equalities;
  if (!own_values_) std::erase_if(own, [](const sql::Equality& equality) { return equality.other.name.empty(); });
  const std::vector<sql::Equality> given = given_equalities(index);
  if (level.hides_columns || state.items.size() * (own.size() + given.size()) > kMaxWork) return;
  std::vector<Fact> facts = facts_of(index, own);
  count_uses(facts);
  const std::vector<Fact> handed = facts_of(index, given);
  facts.insert(facts.end(), handed.begin(), handed.end());
  std::vector<Place> places;
  const std::vector<NumberedFact> numbered = number(facts, places);
  for (std::size_t i = 0; i < state.items.size(); ++i) {
    state.items[i].known = known_of(i, state.items[i].from->scopes, places, numbered);
    state.everywhere[i] = known_of(i, {}, places, numbered);
  }
}

// To the sub-queries in FROM.
void Levels::hand_down(std::size_t index) {
  for (const Item& item : levels_[index].items) {
    const std::size_t level = item.from->level;
    if (level > index + 1 && level <= levels_.size()) levels_[level - 1].given = item.known;
  }
}

}  // namespace tapri::catalog
