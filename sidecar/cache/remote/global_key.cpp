#include "cache/remote/global_key.h"

#include "base/hash.h"
#include "wire/little_endian.h"

namespace tapri::cache::remote {
namespace {

void write_digits(std::uint64_t number, char* to) {
  constexpr ByteView kHexadecimal = "0123456789abcdef";
  for (unsigned i = 0; i < 16; ++i) to[i] = kHexadecimal[(number >> (60 - 4 * i)) & 0xfU];
}

void name(GlobalKey& key) {
  const Hash128 hash = hash128(key.bytes);
  write_digits(hash.high, key.digits.data());
  write_digits(hash.low, key.digits.data() + 16);
}

}  // namespace

GlobalKey make_global_key(Protocol protocol, std::span<const ByteView> parts) {
  GlobalKey key;
  std::size_t size = 3;
  for (const ByteView part : parts) size += 4 + part.size();
  key.bytes.reserve(size);
  wire::append_little(key.bytes, kKeyFormat, 1);
  wire::append_little(key.bytes, static_cast<std::uint8_t>(protocol), 1);
  wire::append_little(key.bytes, parts.size(), 1);
  for (const ByteView part : parts) {
    wire::append_little(key.bytes, part.size(), 4);
    key.bytes += part;
  }
  name(key);
  return key;
}

GlobalKey global_key_of(ByteView bytes) {
  GlobalKey key;
  key.bytes = bytes;
  name(key);
  return key;
}

}  // namespace tapri::cache::remote
