// What the allocator really takes for a block, so that accounted bytes are bytes.
//
// Source: glibc's malloc on 64-bit machines (malloc/malloc.c): a chunk has a header of 8 bytes, is a multiple of 16 and
// at least 32; from the mapping threshold (128 KiB, or more as it adapts) on, whole pages are mapped. For another
// allocator this is a close estimate.
#pragma once

#include <algorithm>
#include <cstddef>

namespace tapri::cache::memory {

// `requested` as given to operator new; 0: no block.
[[nodiscard]] constexpr std::size_t allocated_bytes(std::size_t requested) {
  constexpr std::size_t kMappingThreshold = std::size_t{128} << 10U;
  const auto round_up = [](std::size_t size, std::size_t unit) { return (size + unit - 1) / unit * unit; };
  if (requested == 0) return 0;
  if (requested >= kMappingThreshold) return round_up(requested + 16, 4096);
  return std::max<std::size_t>(32, round_up(requested + 8, 16));
}

}  // namespace tapri::cache::memory
