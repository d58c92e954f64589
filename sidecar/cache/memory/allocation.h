// What the allocator really takes for a block, so that accounted bytes are bytes.
//
// Source: glibc's malloc on 64-bit machines (malloc/malloc.c): a chunk has a header of 8 bytes, is a multiple of 16 and
// at least 32; from the mapping threshold on, whole pages are mapped. For another allocator this is a close estimate.
#pragma once

#include <algorithm>
#include <cstddef>

namespace tapri::cache::memory {

inline constexpr std::size_t kMappingThreshold = std::size_t{128} << 10U;

// Keeps the threshold where it is: else it grows with the blocks that are freed, up to 32 MiB, and large results leave
// holes between small ones. And has all threads share one arena: else what one of them frees is no use to another.
// After a day of results that come and go the process held up to 1.4 times the budget without this, see
// tests/unit/cache/churn_test.cpp. For the whole process, before there are other threads. Hits allocate nothing, and
// small blocks are kept by each thread: the arena's lock is hardly met.
void limit_fragmentation();

// The share of a budget that is left to the allocator, for what lies between blocks: one in so many bytes.
inline constexpr std::size_t kAllocatorShare = 16;

// `requested` as given to operator new; 0: no block.
[[nodiscard]] constexpr std::size_t allocated_bytes(std::size_t requested) {
  const auto round_up = [](std::size_t size, std::size_t unit) { return (size + unit - 1) / unit * unit; };
  if (requested == 0) return 0;
  if (requested >= kMappingThreshold) return round_up(requested + 16, 4096);
  return std::max<std::size_t>(32, round_up(requested + 8, 16));
}

}  // namespace tapri::cache::memory
