// Which upstream a statement is explained for.
//
// Thread-safety: pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/protocol.h"
#include "config/upstream.h"

namespace tapri::app {

// The database that sessions get by the URL, of MySQL possibly none.
[[nodiscard]] const std::string& default_database(const config::Upstream& upstream);

// Of the upstreams that speak `protocol`, where one is given, the one whose URL names `database`, else the first.
// Nullopt: none speaks it.
[[nodiscard]] std::optional<std::size_t> explained_upstream(const std::vector<config::Upstream>& upstreams,
                                                            std::optional<Protocol> protocol,
                                                            const std::string& database);

}  // namespace tapri::app
