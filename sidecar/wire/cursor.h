// A reader of big-endian numbers, as PostgreSQL has them, and the functions that write them. Errors, views and
// thread-safety: as ByteReader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "wire/byte_reader.h"

namespace tapri::wire {

// Requires two (four) readable bytes.
[[nodiscard]] inline std::uint16_t load_u16(const char* bytes) {
  const auto* in = octets(bytes);
  return static_cast<std::uint16_t>((in[0] << 8) | in[1]);
}

[[nodiscard]] inline std::uint32_t load_u32(const char* bytes) {
  return (static_cast<std::uint32_t>(load_u16(bytes)) << 16) | load_u16(bytes + 2);
}

// Requires four writable bytes.
inline void store_u32(char* bytes, std::uint32_t value) {
  bytes[0] = static_cast<char>(value >> 24);
  bytes[1] = static_cast<char>(value >> 16);
  bytes[2] = static_cast<char>(value >> 8);
  bytes[3] = static_cast<char>(value);
}

inline void append_u8(std::string& out, std::uint8_t value) { out.push_back(static_cast<char>(value)); }

inline void append_u16(std::string& out, std::uint16_t value) {
  out.push_back(static_cast<char>(value >> 8));
  out.push_back(static_cast<char>(value));
}

inline void append_u32(std::string& out, std::uint32_t value) {
  char bytes[4];
  store_u32(bytes, value);
  out.append(bytes, sizeof bytes);
}

class Cursor : public ByteReader {
 public:
  using ByteReader::ByteReader;

  [[nodiscard]] std::uint8_t u8() {
    const ByteView taken = bytes(1);
    return taken.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(taken[0]);
  }
  [[nodiscard]] std::uint16_t u16() {
    const ByteView taken = bytes(2);
    return taken.empty() ? std::uint16_t{0} : load_u16(taken.data());
  }
  [[nodiscard]] std::uint32_t u32() {
    const ByteView taken = bytes(4);
    return taken.empty() ? std::uint32_t{0} : load_u32(taken.data());
  }
  [[nodiscard]] std::int16_t i16() { return static_cast<std::int16_t>(u16()); }
  [[nodiscard]] std::int32_t i32() { return static_cast<std::int32_t>(u32()); }
};

}  // namespace tapri::wire
