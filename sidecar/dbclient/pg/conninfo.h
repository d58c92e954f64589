// Connection strings of the control connection.
//
// Thread-safety: pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "dbclient/control_config.h"

namespace tapri::dbclient::pg {

struct Conninfo {
  std::string text;      // keyword = 'value' pairs, for libpq
  std::string password;  // to be kept out of messages; may be empty
  std::string database;  // the one that `text` connects to; empty: libpq's default
};

// config.conninfo with the database replaced (unless `database` is empty) and what a control connection sets for itself
// added. The error says nothing of the input, which may hold a password.
[[nodiscard]] Result<Conninfo> control_conninfo(const ControlConfig& config, std::string_view database);

}  // namespace tapri::dbclient::pg
