// The status flags in a recorded result (replay.h), which are the session's that it was recorded in: where they are,
// and how others are put there.
//
// For results whose end has numbers only: no message, no changes of the session. Nothing throws.
// Source: MySQL Internals, "EOF_Packet", "OK_Packet".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "wire/mysql/capabilities.h"
#include "wire/mysql/packet.h"

namespace tapri::wire::mysql {

namespace detail {
// EOF: 0xfe, warnings, status. OK: 0xfe, two numbers of one byte, status, warnings.
inline constexpr std::size_t kEofSize = kPacketHeaderSize + 5;
inline constexpr std::size_t kOkSize = kPacketHeaderSize + 7;
inline constexpr std::size_t kStatusAt = kPacketHeaderSize + 3;  // in both
}  // namespace detail

// Bytes of what ends the rows, with its header.
[[nodiscard]] constexpr std::size_t end_of_rows_size(Capabilities capabilities) {
  return has(capabilities, capability::kDeprecateEof) ? detail::kOkSize : detail::kEofSize;
}

// `recording` is one whose end has that size.
[[nodiscard]] inline std::uint16_t end_of_rows_status(ByteView recording, Capabilities capabilities) {
  const std::size_t at = recording.size() - end_of_rows_size(capabilities) + detail::kStatusAt;
  const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(recording[index]); };
  return static_cast<std::uint16_t>(byte(at) | byte(at + 1) << 8);
}

// `columns_end`: where the definitions end.
inline void set_result_status(std::string& recording, std::size_t columns_end, Capabilities capabilities,
                              std::uint16_t status) {
  const auto put = [&](std::size_t at) {
    recording[at] = static_cast<char>(status & 0xff);
    recording[at + 1] = static_cast<char>(status >> 8);
  };
  put(recording.size() - end_of_rows_size(capabilities) + detail::kStatusAt);
  if (!has(capabilities, capability::kDeprecateEof)) put(columns_end + detail::kStatusAt);
}

}  // namespace tapri::wire::mysql
