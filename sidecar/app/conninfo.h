// An upstream of the configuration as the libraries of its database connect to it.
//
// Thread-safety: pure.
#pragma once

#include <string>

#include "config/upstream.h"
#include "dbclient/mysql/server.h"

namespace tapri::app {

// libpq's keyword string, password included: never to be shown.
[[nodiscard]] std::string libpq_conninfo(const config::Upstream& upstream);

[[nodiscard]] dbclient::mysql::Server mysql_server(const config::Upstream& upstream);

}  // namespace tapri::app
