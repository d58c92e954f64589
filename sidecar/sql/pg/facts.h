// Extracts facts from PostgreSQL SQL with the real PostgreSQL 15 grammar (libpg_query's raw parser).
//
// The raw tree is walked with a depth limit; what is deeper, longer or unknown to the walk is not understood, which
// is always the safe answer: never cached, and taken as a write to anything. Never throws on any input.
// Thread-safety: any thread.
#pragma once

#include <cstddef>
#include <string_view>

#include "sql/facts.h"

namespace tapri::sql::pg {

struct Limits {
  std::size_t max_length = std::size_t{1024} * 1024;  // bytes; longer: Reason::too_large
  std::size_t max_depth = 500;                        // nested nodes; deeper: Reason::too_deep
};

[[nodiscard]] Facts extract_facts(std::string_view sql, const Limits& limits = {});

// True where a value of a date or time type written like this depends on when it is read: it holds the word now,
// today, tomorrow or yesterday (any case, as datetime input accepts it). Values with hundreds of letters and digits
// before the word are never dates, unless they start like an array, a range or a row, in text or binary.
[[nodiscard]] bool is_volatile_literal(std::string_view value);

}  // namespace tapri::sql::pg
