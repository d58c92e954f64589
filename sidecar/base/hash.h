// XXH3 (https://github.com/Cyan4973/xxHash): fast hashes of bytes. Never a proof of equality: compare the bytes.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace tapri {

// `seed` separates families of hashes, or chains one hash into the next.
[[nodiscard]] std::uint64_t hash64(ByteView bytes, std::uint64_t seed = 0);

}  // namespace tapri
