// The database protocols that are spoken.
#pragma once

#include <cstdint>

namespace tapri {

enum class Protocol : std::uint8_t {
  postgres,
  mysql,  // MariaDB's too
};

}  // namespace tapri
