#include "sql/pg/literals.h"

#include <algorithm>

#include "sql/pg/scanner.h"
#include "sql/pg/shape.h"

namespace tapri::sql::pg {

Literals::Literals(std::string_view sql) : sql_(sql), offsets_(literal_offsets(sql)) {}

Value Literals::at(int location) const {
  Value value;
  if (location < 0 || static_cast<std::size_t>(location) >= sql_.size()) return value;
  auto start = static_cast<std::size_t>(location);
  // One minus sign: of `- - 5` the grammar makes a constant, too, that is 5.
  const bool negative = sql_[start] == '-';
  if (negative) start = end_of_blanks(sql_, start + 1);
  const auto found = std::lower_bound(offsets_.begin(), offsets_.end(), start);
  if (found == offsets_.end() || *found != start) return value;
  value.source = Value::Source::literal;
  value.negative = negative;
  value.index = static_cast<std::uint32_t>(found - offsets_.begin());
  return value;
}

}  // namespace tapri::sql::pg
