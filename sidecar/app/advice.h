// What a DBA can do about a statement that is not cached.
//
// Thread-safety: pure.
#pragma once

#include <string_view>

#include "base/protocol.h"
#include "base/reason.h"

namespace tapri::app {

// One or two sentences; empty for Reason::none. `offline`: the catalog was assumed, not asked.
[[nodiscard]] std::string_view advice(Reason reason, bool offline, Protocol protocol = Protocol::postgres);

}  // namespace tapri::app
