// Which literal of a text's shape a constant of its tree is. Private to sql/pg.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sql/predicates.h"

namespace tapri::sql::pg {

class Literals {
 public:
  // None: no constant is known. For texts that are not lifted, or of which facts must not depend on this one's
  // literals.
  Literals() = default;
  // `sql` must outlive it.
  explicit Literals(std::string_view sql);
  // The constant whose token starts at byte `location`, a number's minus sign included. `unknown` where it is not
  // lifted as a whole.
  [[nodiscard]] Value at(int location) const;

 private:
  std::string_view sql_;
  std::vector<std::uint32_t> offsets_;
};

}  // namespace tapri::sql::pg
