#include "wire/mysql/rows.h"

#include "wire/mysql/packet.h"

namespace tapri::wire::mysql {

void append_text_row(std::string& out, std::uint8_t& sequence, std::span<const std::optional<ByteView>> values) {
  PacketWriter packet(out, sequence);
  for (const std::optional<ByteView>& value : values) {
    if (value) {
      packet.lenenc_bytes(*value);
    } else {
      packet.u8(kNullPrefix);
    }
  }
}

}  // namespace tapri::wire::mysql
