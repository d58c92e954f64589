// Rows of a result, in text form (COM_QUERY) and in binary form (COM_STMT_EXECUTE, COM_STMT_FETCH) (MySQL Internals,
// "Text Resultset Row", "Binary Protocol Resultset Row").
//
// A relay needs none of this: rows are passed by their headers. Views point into the payload. Nothing allocates or
// throws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/bytes.h"
#include "wire/mysql/constants.h"
#include "wire/mysql/reader.h"
#include "wire/mysql/values.h"

namespace tapri::wire::mysql {

// visit(bool is_null, ByteView value), in order; a NULL's view is empty. False if the row has not exactly
// `column_count` values; what was visited before is then worth nothing.
template <typename Visit>
[[nodiscard]] bool for_each_text_value(ByteView payload, std::size_t column_count, Visit&& visit) {
  Reader reader(payload);
  for (std::size_t i = 0; i < column_count && !reader.failed(); ++i) {
    bool is_null = false;
    const ByteView value = reader.lenenc_bytes(is_null);
    if (!reader.failed()) visit(is_null, value);
  }
  return reader.done();
}

// As above, for a row whose columns have these types; values as take_binary_value() says.
template <typename Visit>
[[nodiscard]] bool for_each_binary_value(ByteView payload, std::span<const Type> types, Visit&& visit) {
  constexpr std::size_t kBitmapOffset = 2;
  Reader reader(payload);
  if (reader.u8() != 0) reader.fail();
  const ByteView nulls = reader.bytes(bitmap_size(types.size(), kBitmapOffset));
  for (std::size_t i = 0; i < types.size() && !reader.failed(); ++i) {
    const bool is_null = bit_of(nulls, i + kBitmapOffset);
    const ByteView value = is_null ? ByteView{} : take_binary_value(reader, types[i]);
    if (!reader.failed()) visit(is_null, value);
  }
  return reader.done();
}

// One message. nullopt is NULL.
void append_text_row(std::string& out, std::uint8_t& sequence, std::span<const std::optional<ByteView>> values);

}  // namespace tapri::wire::mysql
