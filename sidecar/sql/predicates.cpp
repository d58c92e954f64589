#include "sql/predicates.h"

#include <algorithm>
#include <utility>

namespace tapri::sql {

void add_equality(QueryLevel& level, Equality equality, const std::vector<std::uint32_t>& scopes,
                  std::size_t first_item) {
  equality.scope = scopes.empty() ? 0 : scopes.back();
  equality.first_item = static_cast<std::uint32_t>(first_item);
  equality.end_item = static_cast<std::uint32_t>(level.items.size());
  level.equalities.push_back(std::move(equality));
}

void join_alternatives(QueryLevel& level, std::size_t first, bool complete) {
  std::vector<Equality>& equalities = level.equalities;
  const auto begin = equalities.begin() + static_cast<std::ptrdiff_t>(first);
  const bool joined =
      complete && begin != equalities.end() && std::all_of(begin, equalities.end(), [&](const Equality& each) {
        return each.other.name.empty() && each.column == begin->column;
      });
  if (!joined) return equalities.resize(first);
  Equality all = std::move(*begin);
  for (std::size_t i = first + 1; i < equalities.size(); ++i) {
    all.values.insert(all.values.end(), equalities[i].values.begin(), equalities[i].values.end());
  }
  equalities.resize(first);
  if (all.values.size() <= kMaxEqualValues) equalities.push_back(std::move(all));
}

}  // namespace tapri::sql
