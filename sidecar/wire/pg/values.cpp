#include "wire/pg/values.h"

namespace tapri::wire::pg {

ByteView take_values(Cursor& cursor, std::uint16_t count) {
  const ByteView start = cursor.unread();
  for (std::uint16_t i = 0; i < count && !cursor.failed(); ++i) {
    const std::int32_t length = cursor.i32();
    if (length >= 0) {
      static_cast<void>(cursor.bytes(static_cast<std::size_t>(length)));
    } else if (length != -1) {
      cursor.fail();
    }
  }
  return cursor.failed() ? ByteView{} : start.substr(0, start.size() - cursor.remaining());
}

}  // namespace tapri::wire::pg
