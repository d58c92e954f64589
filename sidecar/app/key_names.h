// Keys of a statement, in words: what its literals make of them, parameters as $1.
//
// Thread-safety: pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/dependency_names.h"
#include "app/language.h"
#include "session/analysis.h"

namespace tapri::app {

// "key(public.orders.id = 5)", along with what else a key's dependencies or changes are. `literals` as lift_literals()
// leaves them. Appended to `why_not`: values that make no key, if any.
[[nodiscard]] std::vector<std::string> key_names(const std::vector<catalog::KeyUse>& uses,
                                                 const session::Analysis& analysis, std::string_view literals,
                                                 const Language& language, const DependencyNames& names,
                                                 std::string& why_not);

}  // namespace tapri::app
