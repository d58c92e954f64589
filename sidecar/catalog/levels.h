// What the rows of each FROM item are known to have in common: columns that can only equal certain values.
//
// Equalities are spread over joins: of `a.id = b.aid AND a.id = 5` the rows of b that matter have aid = 5, too. Columns
// are told apart as the server does it: the innermost level first, by the item's name where one is written, else by
// which item has such a column; what cannot be told apart is left out. See docs/coherence.md, "Keys".
//
// Not for other rooms. Thread-safety: none; lives on one stack, not longer than what it is given.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/snapshot.h"
#include "sql/facts.h"

namespace tapri::catalog {

// The column equals one of the values in every row that matters.
struct KnownColumn {
  std::string name;
  std::vector<sql::Value> values;
};
using KnownColumns = std::vector<KnownColumn>;

// Null where the column is not among them.
[[nodiscard]] const KnownColumn* find_known(const KnownColumns& known, std::string_view name);

class Levels {
 public:
  using Find = std::function<const Relation*(const sql::QualifiedName&)>;
  struct Item {
    const sql::FromItem* from = nullptr;
    const Relation* relation = nullptr;  // null: none, or not known
    KnownColumns known;
  };

  // `given`: what is known of the columns of the result. `own_values`: the statement's literals and parameters are
  // those of whoever runs it (not so in a view's definition).
  Levels(const sql::StatementFacts& facts, const Find& find, const KnownColumns& given, bool own_values);

  [[nodiscard]] const std::vector<Item>& items(std::size_t level) const { return levels_[level].items; }
  [[nodiscard]] std::size_t size() const { return levels_.size(); }
  // For each parameter, how many of its uses are compared with a column of each type.
  [[nodiscard]] std::size_t uses(std::size_t parameter, ColumnType type) const;

 private:
  struct LevelState {
    std::vector<Item> items;
    KnownColumns given;                    // of its result
    std::vector<KnownColumns> everywhere;  // of each item, by what holds of the whole level
  };
  struct Place {
    std::size_t item = 0;
    std::string_view column;
    ColumnType type = ColumnType::other;
    std::uint32_t collation = 0;
    friend bool operator==(const Place&, const Place&) = default;
  };
  // An equality whose columns are found.
  struct Fact {
    Place place;
    std::optional<Place> other;
    const std::vector<sql::Value>* values = nullptr;
    std::uint32_t scope = 0;
    bool handed = false;  // the values are of an equality of another level
  };

  // A fact whose places are numbers into a list of them.
  struct NumberedFact {
    std::size_t place = 0;
    std::size_t other = 0;
    const Fact* fact = nullptr;
  };

  void resolve(std::size_t index);
  void hand_down(std::size_t index);
  [[nodiscard]] std::vector<sql::Equality> given_equalities(std::size_t index) const;
  [[nodiscard]] std::vector<Fact> facts_of(std::size_t index, const std::vector<sql::Equality>& equalities) const;
  [[nodiscard]] std::optional<Fact> fact_of(std::size_t index, const sql::Equality& equality) const;
  // Among the items that the equality may be of.
  [[nodiscard]] std::optional<Place> find_place(std::size_t index, const sql::Equality& equality,
                                                const sql::ColumnName& name) const;
  // 1: it has the column, 0: it has not, nullopt: nobody knows.
  [[nodiscard]] std::optional<bool> has_column(std::size_t index, const Item& item, std::string_view name) const;
  [[nodiscard]] std::optional<Place> place_in(std::size_t index, std::size_t item, const sql::ColumnName& name) const;
  // The values of a column of a level around it; null where it is not known to be of the inner one's type.
  [[nodiscard]] const KnownColumn* outer_value(std::size_t index, const sql::ColumnName& name,
                                               const Place& inner) const;
  [[nodiscard]] static std::vector<NumberedFact> number(const std::vector<Fact>& facts, std::vector<Place>& places);
  // What facts of these scopes, and of the whole level, say of an item.
  [[nodiscard]] static KnownColumns known_of(std::size_t item, const std::vector<std::uint32_t>& scopes,
                                             const std::vector<Place>& places, const std::vector<NumberedFact>& facts);
  void count_uses(const std::vector<Fact>& facts);

  const sql::StatementFacts& facts_;
  bool own_values_;
  std::vector<LevelState> levels_;
  std::vector<std::array<std::size_t, 4>> uses_;
};

}  // namespace tapri::catalog
