// An upstream of the configuration as libpq connects to it.
//
// Thread-safety: pure.
#pragma once

#include <string>

#include "config/upstream.h"

namespace tapri::app {

// libpq's keyword string, password included: never to be shown.
[[nodiscard]] std::string libpq_conninfo(const config::Upstream& upstream);

}  // namespace tapri::app
