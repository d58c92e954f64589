// The protocols by their names, as options and documents have them.
#pragma once

#include <optional>
#include <string_view>

#include "base/protocol.h"

namespace tapri {

// Nullopt: it is none of ours.
[[nodiscard]] constexpr std::optional<Protocol> protocol_called(std::string_view name) {
  for (const Protocol protocol : {Protocol::postgres, Protocol::mysql}) {
    if (name == protocol_name(protocol)) return protocol;
  }
  return std::nullopt;
}

}  // namespace tapri
