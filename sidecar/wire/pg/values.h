// Counted values as Bind and DataRow carry them: each a 32-bit length and that many bytes; a length of -1 is NULL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/bytes.h"
#include "wire/cursor.h"

namespace tapri::wire::pg {

// Bytes of a format code (0: text, 1: binary) and of an OID.
inline constexpr std::size_t kFormatSize = 2;
inline constexpr std::size_t kOidSize = 4;

// Reads past `count` values and returns the bytes that hold them, lengths included. A length below -1 fails the cursor.
[[nodiscard]] ByteView take_values(Cursor& cursor, std::uint16_t count);

// Calls visit(bool is_null, ByteView value) for each value of a region that take_values() returned; a NULL's view is
// empty. Stops quietly where the region ends, whatever it holds.
template <typename Visit>
void for_each_value(ByteView region, Visit&& visit) {
  Cursor cursor(region);
  while (cursor.remaining() > 0) {
    const std::int32_t length = cursor.i32();
    const ByteView value = length < 0 ? ByteView{} : cursor.bytes(static_cast<std::size_t>(length));
    if (cursor.failed()) return;
    visit(length < 0, value);
  }
}

}  // namespace tapri::wire::pg
