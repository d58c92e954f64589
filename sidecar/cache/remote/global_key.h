// What an entry is known by in every instance of a fleet: a key that holds no number which a process has given out.
//
// Layout, little endian: format (1 byte), protocol (1), number of parts (1), then each part with its size in front (4).
// So different parts never make the same key. Keys are compared whole; the hash only names an entry's place.
//
// Thread-safety: pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/protocol.h"

namespace tapri::cache::remote {

// To be raised whenever equal keys could mean another answer than before: where the parts are made otherwise, or what
// dependencies are hashed from is. Instances of both kinds then share nothing.
inline constexpr std::uint8_t kKeyFormat = 1;

struct GlobalKey {
  static constexpr std::size_t kDigits = 32;
  ByteString bytes;
  std::array<char, kDigits> digits{};  // XXH3-128 of the bytes, in hexadecimal
  // Lives as long as the key.
  [[nodiscard]] ByteView name() const { return {digits.data(), digits.size()}; }
};

// At most 255 parts, each shorter than 4 GiB.
[[nodiscard]] GlobalKey make_global_key(Protocol protocol, std::span<const ByteView> parts);
// The key that has these bytes.
[[nodiscard]] GlobalKey global_key_of(ByteView bytes);

}  // namespace tapri::cache::remote
