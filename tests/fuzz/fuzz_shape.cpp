// Lifting literals is total, and shape and literals give the text back: read back and lifted again they are the same.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "../unit/sql/shape_reader.h"
#include "sql/pg/shape.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace pg = tapri::sql::pg;
  const std::string sql(reinterpret_cast<const char*>(data), size);
  std::string shape;
  std::string literals;
  const bool lifted = pg::lift_literals(sql, shape, literals);
  const std::string_view hint = pg::hint_of(shape);
  require(hint.size() <= shape.size());
  if (!lifted) {
    require(shape == sql && literals.empty());
    return 0;
  }
  const auto text = pg::read_back(shape, literals);
  require(text.has_value());
  std::string shape_again;
  std::string literals_again;
  require(pg::lift_literals(*text, shape_again, literals_again));
  require(shape_again == shape && literals_again == literals);
  return 0;
}
