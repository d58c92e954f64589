// Values in binary form, as rows of prepared statements, parameters and query attributes hold them: how long each is
// follows from its type (MySQL Internals, "Binary Protocol Value"; MariaDB, "Result Set Packets: Binary").
//
// Views point into the payload. Nothing allocates or throws.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "wire/mysql/constants.h"
#include "wire/mysql/reader.h"

namespace tapri::wire::mysql {

// One value that is not NULL, without the length in front of it where it has one: little-endian numbers; texts; dates
// and times in as many fields as are not zero (0, 4, 7 or 11 bytes; a time 0, 8 or 12). Fails the reader if it is cut
// short, or if values of such a type have no form on the wire.
[[nodiscard]] ByteView take_binary_value(Reader& reader, Type type);

// Whether take_binary_value() knows the type.
[[nodiscard]] bool has_binary_form(Type type);

// Bytes of a bitmap of `count` bits, of which the first `offset` are not used.
[[nodiscard]] constexpr std::size_t bitmap_size(std::size_t count, std::size_t offset = 0) {
  return (count + offset + 7) / 8;
}

// Requires that the bitmap is large enough.
[[nodiscard]] inline bool bit_of(ByteView bitmap, std::size_t index) {
  const unsigned byte = static_cast<unsigned char>(bitmap[index / 8]);
  return ((byte >> (index % 8)) & 1U) != 0;
}

}  // namespace tapri::wire::mysql
