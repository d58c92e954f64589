// The other way round from dialect_tag(): what a shape's comment tells of its dialect.
//
// Thread-safety: any thread.
#pragma once

#include <string_view>

#include "sql/mysql/dialect.h"

namespace tapri::sql::mysql {

// Takes what the words of such a comment say: " ansi_quotes not_strict ".
void apply_tag(Dialect& dialect, std::string_view words);

}  // namespace tapri::sql::mysql
