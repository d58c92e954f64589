// Connection attributes ("_client_name", "program_name", ...) as HandshakeResponse41 and COM_CHANGE_USER carry them:
// pairs of length-encoded strings behind their total size (MySQL Internals, "Protocol::HandshakeResponse41").
#pragma once

#include <cstddef>

#include "base/bytes.h"
#include "wire/mysql/reader.h"

namespace tapri::wire::mysql {

// As in the servers: more is refused, before anything is made of it.
inline constexpr std::size_t kMaxConnectAttributes = 65536;

// The pairs, without their total size. Fails the reader if they are cut short or too many; what is in them is not
// looked at, as servers do not refuse a login for it.
[[nodiscard]] inline ByteView take_connect_attributes(Reader& reader) {
  const ByteView pairs = reader.lenenc_bytes();
  if (pairs.size() > kMaxConnectAttributes) reader.fail();
  return pairs;
}

// visit(ByteView name, ByteView value), in the order sent. Stops quietly where the pairs end or cannot be read.
template <typename Visit>
void for_each_attribute(ByteView pairs, Visit&& visit) {
  Reader reader(pairs);
  while (reader.remaining() > 0) {
    const ByteView name = reader.lenenc_bytes();
    const ByteView value = reader.lenenc_bytes();
    if (reader.failed()) return;
    visit(name, value);
  }
}

}  // namespace tapri::wire::mysql
