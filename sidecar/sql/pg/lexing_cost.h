// How long libpg_query's scanner would need for a text. Private to sql/pg.
//
// It takes time quadratic in a run of operator characters: "+++..." is matched whole and cut back to one "+" for each
// "+", and so is what follows each "/*". A megabyte of either would hold a thread for an hour.
#pragma once

#include <string_view>

namespace tapri::sql::pg {

// True where the scanner would look at each byte more than a few times. Cost: linear.
[[nodiscard]] bool is_costly_to_scan(std::string_view sql);

}  // namespace tapri::sql::pg
