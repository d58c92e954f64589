// A reader of length-encoded integers and strings beside little-endian numbers, and the functions that append them
// (MySQL Internals, "Protocol Basics": Integer Types, String Types). A length is compared with what is there before
// anything is made of it. Errors, views and thread-safety: as ByteReader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "wire/little_endian.h"

namespace tapri::wire::mysql {

// Where a length-encoded integer could begin: NULL in a text row, and never used.
inline constexpr std::uint8_t kNullPrefix = 0xfb;
inline constexpr std::uint8_t kInvalidPrefix = 0xff;

using wire::append_little;
using wire::load_little;

[[nodiscard]] inline std::uint32_t load_u24(const char* bytes) {
  const auto* in = octets(bytes);
  return in[0] | (static_cast<std::uint32_t>(in[1]) << 8) | (static_cast<std::uint32_t>(in[2]) << 16);
}

// Requires three writable bytes.
inline void store_u24(char* bytes, std::uint32_t value) {
  bytes[0] = static_cast<char>(value);
  bytes[1] = static_cast<char>(value >> 8);
  bytes[2] = static_cast<char>(value >> 16);
}

inline void append_lenenc(std::string& out, std::uint64_t value) {
  if (value < kNullPrefix) return append_little(out, value, 1);
  if (value <= 0xffff) {
    out.push_back('\xfc');
    append_little(out, value, 2);
  } else if (value <= 0xffffff) {
    out.push_back('\xfd');
    append_little(out, value, 3);
  } else {
    out.push_back('\xfe');
    append_little(out, value, 8);
  }
}

inline void append_lenenc_bytes(std::string& out, ByteView bytes) {
  append_lenenc(out, bytes.size());
  out.append(bytes);
}

// Cut at its first NUL byte: what follows one would be read as the next field.
inline void append_c_string(std::string& out, ByteView text) {
  out.append(text.substr(0, text.find('\0')));
  out.push_back('\0');
}

class Reader : public LittleEndianReader {
 public:
  using LittleEndianReader::LittleEndianReader;

  // A length-encoded integer; fails at 0xfb (NULL) and 0xff. Any of its widths is taken, as servers take them.
  [[nodiscard]] std::uint64_t lenenc() {
    const std::uint8_t first = u8();
    if (first < kNullPrefix) return first;
    switch (first) {
      case 0xfc:
        return little(2);
      case 0xfd:
        return little(3);
      case 0xfe:
        return little(8);
      default:
        fail();
        return 0;
    }
  }

  // A length-encoded string.
  [[nodiscard]] ByteView lenenc_bytes() {
    const std::uint64_t size = lenenc();
    if (size > remaining()) {
      fail();
      return {};
    }
    return bytes(static_cast<std::size_t>(size));
  }

  // A value of a text row: a length-encoded string, or NULL.
  [[nodiscard]] ByteView lenenc_bytes(bool& is_null) {
    is_null = remaining() > 0 && static_cast<std::uint8_t>(unread()[0]) == kNullPrefix;
    return is_null ? bytes(1).substr(1) : lenenc_bytes();
  }
};

}  // namespace tapri::wire::mysql
