// XXH3 (https://github.com/Cyan4973/xxHash): fast hashes of bytes. Never a proof of equality: compare the bytes.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace tapri {

// `seed` separates families of hashes, or chains one hash into the next.
[[nodiscard]] std::uint64_t hash64(ByteView bytes, std::uint64_t seed = 0);

// For names that hardly ever meet by chance; whoever means to finds two texts with one hash.
struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(const Hash128&, const Hash128&) = default;
};
[[nodiscard]] Hash128 hash128(ByteView bytes);

}  // namespace tapri
