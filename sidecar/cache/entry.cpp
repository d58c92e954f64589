#include "cache/entry.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>
#include <new>
#include <random>

#include "base/hash.h"
#include "cache/memory/node.h"

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

Entry::Entry(ByteView key, const NewEntry& entry)
    : EntryFacts(entry),
      demotion_size_(static_cast<std::uint16_t>(entry.demotion.size())),
      payload_size_(static_cast<std::uint32_t>(entry.payload.size())),
      dependency_count_(static_cast<std::uint32_t>(entry.dependencies.size())),
      key_size_(static_cast<std::uint32_t>(key.size())) {
  char* to = reinterpret_cast<char*>(this + 1);
  const auto append = [&to](const void* from, std::size_t size) {
    if (size > 0) std::memcpy(to, from, size);
    to += size;
  };
  append(entry.dependencies.data(), entry.dependencies.size() * sizeof(coherence::Dependency));
  append(entry.payload.data(), entry.payload.size());
  append(key.data(), key.size());
  append(entry.demotion.data(), entry.demotion.size());
}

// Every entry is part of a node.
void Entry::destroy(const Entry& entry) {
  auto* const node = const_cast<memory::Node*>(static_cast<const memory::Node*>(&entry));
  node->~Node();
  ::operator delete(node);
}

std::uint32_t microseconds_of(Duration upstream_time) {
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(upstream_time).count();
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(microseconds, 0, std::numeric_limits<std::uint32_t>::max()));
}

KeyView make_key(ByteView bytes) { return {bytes, hash64(bytes, process_seed())}; }

}  // namespace tapri::cache
