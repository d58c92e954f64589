// The database protocols that are spoken.
#pragma once

#include <cstdint>
#include <string_view>

namespace tapri {

enum class Protocol : std::uint8_t {
  postgres,
  mysql,  // MariaDB's too
};

// Text of a metric's label.
[[nodiscard]] constexpr std::string_view protocol_name(Protocol protocol) {
  return protocol == Protocol::mysql ? "mysql" : "postgres";
}

}  // namespace tapri
