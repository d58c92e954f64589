// Cuts PostgreSQL messages, of either direction, out of a byte stream.
//
// A message is one type byte, a 32-bit length that counts itself but not the type, and the body (PostgreSQL manual,
// "Message Formats"). The first packet of a connection has no type byte: see startup.h.
// Views: point into the buffer given. Errors: by status; no allocation, nothing throws.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "wire/cursor.h"

namespace tapri::wire::pg {

// Type byte and length.
inline constexpr std::size_t kFrameHeaderSize = 5;

enum class FrameStatus : std::uint8_t {
  complete,
  incomplete,  // more bytes are needed
  invalid,     // the length is below 4 or negative: the stream cannot be understood any more
};

struct FrameHeader {
  char type = 0;
  std::uint32_t size = 0;  // of the whole frame in bytes, type byte included; at most 2 GiB

  [[nodiscard]] std::uint32_t body_size() const { return size - static_cast<std::uint32_t>(kFrameHeaderSize); }
};

struct Frame {
  char type = 0;
  ByteView whole;  // type, length and body
  ByteView body;
};

// Reads the header only: `complete` says that `out` is known, not that the body is there. Any size that the format can
// express is accepted; limits are the caller's, to be applied before it buffers or allocates. `out` is left alone
// unless complete.
[[nodiscard]] inline FrameStatus peek_frame(ByteView buffer, FrameHeader& out) {
  if (buffer.size() < kFrameHeaderSize) return FrameStatus::incomplete;
  const std::uint32_t length = load_u32(buffer.data() + 1);
  if (length < 4 || length > 0x7fffffffU) return FrameStatus::invalid;
  out.type = buffer[0];
  out.size = length + 1;
  return FrameStatus::complete;
}

// The first frame of `buffer`, if all of it is there. `out` is left alone unless complete.
[[nodiscard]] inline FrameStatus take_frame(ByteView buffer, Frame& out) {
  FrameHeader header;
  const FrameStatus status = peek_frame(buffer, header);
  if (status != FrameStatus::complete) return status;
  if (buffer.size() < header.size) return FrameStatus::incomplete;
  out.type = header.type;
  out.whole = buffer.substr(0, header.size);
  out.body = out.whole.substr(kFrameHeaderSize);
  return FrameStatus::complete;
}

}  // namespace tapri::wire::pg
