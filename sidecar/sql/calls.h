// Which functions a statement calls, by name.
//
// Thread-safety: pure.
#pragma once

#include <algorithm>
#include <string_view>

#include "sql/facts.h"

namespace tapri::sql {

// Whether it calls a function of that name (as the facts have it), of whatever schema.
[[nodiscard]] inline bool calls(const StatementFacts& facts, std::string_view name) {
  return std::ranges::count(facts.functions, name, &QualifiedName::name) > 0;
}

}  // namespace tapri::sql
