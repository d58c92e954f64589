// Why a tier outside of the process gave no entry.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tapri::cache::remote {

enum class Miss : std::uint8_t {
  absent,            // there is none
  expired,           // nothing is left of its TTL
  malformed,         // no entry, or one that was damaged
  other_key,         // another's, under a hash that both share
  unknown_version,   // of a newer or older Tapri
  too_large,         // larger than is allowed here
  not_authentic,     // sealed otherwise than it should be: altered, moved, or not by us
  unknown_seal_key,  // sealed with a key that is not in the file
  failed,            // the tier did not answer in time, or with an error
};
inline constexpr std::size_t kMissCount = 9;
// Text of a metric's label.
[[nodiscard]] constexpr std::string_view miss_name(Miss miss) {
  constexpr std::string_view kNames[kMissCount] = {"absent",        "expired",          "malformed",
                                                   "other_key",     "unknown_version",  "too_large",
                                                   "not_authentic", "unknown_seal_key", "failed"};
  return kNames[static_cast<std::size_t>(miss)];
}

}  // namespace tapri::cache::remote
