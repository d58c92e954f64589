// Extracting facts is total and default-deny, and what is lifted into a shape means the same when read back. Texts are
// cut into statements in order, nothing twice, and a statement alone is cut no further.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "../unit/sql/shape_reader.h"
#include "facts_checks.h"
#include "sql/pg/facts.h"
#include "sql/pg/shape.h"
#include "sql/pg/split.h"

namespace {

using tapri::Reason;
using tapri::fuzz::check_facts;
using tapri::fuzz::require;

bool is_too_deep(const tapri::sql::Facts& facts) { return facts.statements.front().obstacle == Reason::too_deep; }

void check_split(std::string_view sql) {
  std::size_t end = 0;
  for (const std::string_view piece : tapri::sql::pg::split_statements(sql)) {
    require(!piece.empty() && piece.data() >= sql.data());
    const auto begin = static_cast<std::size_t>(piece.data() - sql.data());
    require(begin >= end && begin + piece.size() <= sql.size());
    require(end == 0 || sql.substr(end, begin - end).find(';') != std::string_view::npos);
    end = begin + piece.size();
    const auto alone = tapri::sql::pg::split_statements(piece);
    require(alone.size() == 1 && alone.front() == piece);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace pg = tapri::sql::pg;
  const std::string sql(reinterpret_cast<const char*>(data), size);
  check_split(sql);
  const tapri::sql::Facts facts = pg::extract_facts(sql);
  require(!facts.statements.empty());
  std::for_each(facts.statements.begin(), facts.statements.end(), check_facts);
  std::string shape;
  std::string literals;
  if (!pg::lift_literals(sql, shape, literals)) return 0;
  require(facts.single());
  const auto text = pg::read_back(shape, literals);
  require(text.has_value());
  const tapri::sql::Facts again = pg::extract_facts(*text);
  // What a text costs the scanner is weighed against its length, and blanks and comments are gone from what is read
  // back.
  if (is_too_deep(facts) || is_too_deep(again)) return 0;
  require(again.statements == facts.statements);
  return 0;
}
