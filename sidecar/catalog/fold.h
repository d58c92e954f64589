// Names of MySQL's statements as its catalog spells them.
//
// Thread-safety: pure.
#pragma once

#include <string>
#include <string_view>

#include "sql/facts.h"

namespace tapri::catalog {

// ASCII letters in lower case. What the server also takes for the same beyond ASCII stays apart: a name that is not
// found is not known.
[[nodiscard]] std::string folded(std::string_view name);

// With the names of columns and routines in lower case, which make no difference of case, and those of relations,
// databases and aliases too where they do not either. A column that is assigned to several times gets the last of the
// values: none is known of it here.
[[nodiscard]] sql::StatementFacts folded(sql::StatementFacts facts, bool relations);

}  // namespace tapri::catalog
