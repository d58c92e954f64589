#include "cache/entry.h"

#include <random>

#include "base/hash.h"

namespace tapri::cache {
namespace {

// Keys carry parameters that users choose; a seed that they cannot know keeps them from aiming at one bucket.
std::uint64_t process_seed() {
  static const std::uint64_t seed = [] {
    std::random_device device;
    return (std::uint64_t{device()} << 32U) | device();
  }();
  return seed;
}

}  // namespace

KeyView make_key(ByteView bytes) { return {bytes, hash64(bytes, process_seed())}; }

}  // namespace tapri::cache
