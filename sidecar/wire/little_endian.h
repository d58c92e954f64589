// A reader of little-endian numbers, and the functions that load and append them. Errors, views and thread-safety: as
// ByteReader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "wire/byte_reader.h"

namespace tapri::wire {

// Requires `size` (at most 8) readable bytes.
[[nodiscard]] inline std::uint64_t load_little(const char* bytes, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i > 0; --i) value = (value << 8) | static_cast<unsigned char>(bytes[i - 1]);
  return value;
}

// The lowest `size` (at most 8) bytes of `value`.
inline void append_little(std::string& out, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

class LittleEndianReader : public ByteReader {
 public:
  using ByteReader::ByteReader;

  [[nodiscard]] std::uint8_t u8() { return static_cast<std::uint8_t>(little(1)); }
  [[nodiscard]] std::uint16_t u16() { return static_cast<std::uint16_t>(little(2)); }
  [[nodiscard]] std::uint32_t u24() { return static_cast<std::uint32_t>(little(3)); }
  [[nodiscard]] std::uint32_t u32() { return static_cast<std::uint32_t>(little(4)); }
  [[nodiscard]] std::uint64_t u64() { return little(8); }

 protected:
  std::uint64_t little(std::size_t size) {
    const ByteView taken = bytes(size);
    return taken.empty() ? 0 : load_little(taken.data(), size);
  }
};

}  // namespace tapri::wire
