// Views and owners of raw bytes.
//
// A ByteView never owns: whoever hands one out says how long it lives. Bytes are kept in std::string, which every
// library that we use reads and writes without conversion.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace tapri {

using ByteView = std::string_view;
using ByteString = std::string;

// As libraries want them that count in unsigned char.
[[nodiscard]] inline unsigned char* octets(char* bytes) { return reinterpret_cast<unsigned char*>(bytes); }
[[nodiscard]] inline const unsigned char* octets(const char* bytes) {
  return reinterpret_cast<const unsigned char*>(bytes);
}
[[nodiscard]] inline const unsigned char* octets(ByteView bytes) { return octets(bytes.data()); }

[[nodiscard]] inline bool is_ascii(ByteView text) {
  return std::ranges::none_of(text, [](char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; });
}

}  // namespace tapri
