// Entries as a tier outside of the process gives them: the first byte says how they are kept. What is taken for an
// entry is encoded again, and must come out the same.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "base/hash.h"
#include "cache/remote/codec.h"
#include "wire/little_endian.h"

namespace {

using namespace tapri;
using namespace tapri::cache::remote;
using namespace std::chrono_literals;

constexpr TimePoint kNow{1'000'000s};

void check(bool holds) {
  if (!holds) std::abort();
}

std::shared_ptr<const SealKeys> keys() {
  static const auto parsed = SealKeys::parse("1 " + std::string(64, 'a'), "keys");
  return *parsed;
}

Codec::Config small() {
  Codec::Config config;
  config.max_contents = 1 << 16;
  config.compress_above = 64;
  return config;
}

GlobalKey key_of(ByteView name) { return make_global_key(Protocol::postgres, {&name, 1}); }

// With the sum of its bytes, which nobody would hit by chance.
std::string summed(ByteView bytes) {
  std::string out(bytes.substr(0, 4));
  wire::append_little(out, hash64(bytes.substr(4), wire::load_little(bytes.data(), 4)), 8);
  return out.append(bytes.substr(4));
}

void check_again(Codec& codec, const GlobalKey& key, const cache::NewEntry& entry) {
  check(entry.payload.size() <= small().max_contents && entry.description_size <= entry.payload.size());
  check(entry.dependencies.size() <= small().max_dependencies && entry.expires_at > kNow && entry.stored_at <= kNow);
  std::string bytes;
  check(codec.encode(key, entry, 1h, kNow, bytes) == Codec::Encoded::done);
  const auto again = codec.decode(key, bytes, 1h, kNow);
  // Twice as old as the oldest that is read.
  if (!again && kNow - entry.stored_at > std::chrono::hours(24 * 365 * 30)) return;
  check(again && again->payload == entry.payload && again->dependencies == entry.dependencies);
  check(again->as_of == entry.as_of && again->upstream_us == entry.upstream_us);
  check(again->description_size == entry.description_size);
  check(again->stored_at == entry.stored_at && again->expires_at == entry.expires_at);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 5) return 0;
  static Codec plain(small(), nullptr);
  static Codec sealed(small(), keys());
  const ByteView bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  Codec& codec = (data[0] & 1U) != 0 ? sealed : plain;
  const std::string input = (data[0] & 2U) != 0 ? summed(bytes) : std::string(bytes);
  const GlobalKey key = key_of("k");
  const Duration left = (data[0] & 4U) != 0 ? Duration(30s) : Duration(1h);
  if (const auto entry = codec.decode(key, input, left, kNow)) check_again(codec, key, *entry);
  return 0;
}
