#include "wire/mysql/handshake.h"

#include <algorithm>
#include <limits>

#include "wire/mysql/packet.h"
#include "wire/mysql/reader.h"

namespace tapri::wire::mysql {

namespace {

constexpr std::uint8_t kProtocolVersion = 10;
constexpr std::size_t kFirstPartSize = 8;
constexpr std::size_t kMinSecondPartSize = 13;
constexpr std::size_t kReservedSize = 6;

std::size_t second_part_size(std::uint8_t auth_data_size) {
  const std::size_t rest = auth_data_size > kFirstPartSize ? auth_data_size - kFirstPartSize : 0;
  return std::max(rest, kMinSecondPartSize);
}

// Some servers of version 5.5 end the name with the packet instead of a NUL.
ByteView take_plugin(Reader& reader) {
  return reader.unread().find('\0') == ByteView::npos ? reader.rest() : reader.c_string();
}

// The number at the start of `text`, which is passed over together with one dot behind it.
std::uint16_t take_number(ByteView& text) {
  constexpr std::uint32_t kMax = std::numeric_limits<std::uint16_t>::max();
  std::uint32_t value = 0;
  while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    value = std::min(value * 10 + static_cast<std::uint32_t>(text[0] - '0'), kMax);
    text.remove_prefix(1);
  }
  if (text.starts_with('.')) text.remove_prefix(1);
  return static_cast<std::uint16_t>(value);
}

}  // namespace

bool HandshakeV10::nonce(Nonce& out) const {
  if (auth_data_1.size() + auth_data_2.size() < kNonceSize || auth_data_1.size() > kNonceSize) return false;
  const auto second = std::copy(auth_data_1.begin(), auth_data_1.end(), out.begin());
  std::copy_n(auth_data_2.begin(), kNonceSize - auth_data_1.size(), second);
  return true;
}

bool decode(ByteView payload, HandshakeV10& out) {
  out = HandshakeV10{};
  Reader reader(payload);
  if (reader.u8() != kProtocolVersion) reader.fail();
  out.server_version = reader.c_string();
  out.connection_id = reader.u32();
  out.auth_data_1 = reader.bytes(kFirstPartSize);
  static_cast<void>(reader.u8());
  out.capabilities = reader.u16();
  out.collation = reader.u8();
  out.status = reader.u16();
  out.capabilities |= static_cast<Capabilities>(reader.u16()) << 16;
  out.auth_data_size = reader.u8();
  static_cast<void>(reader.bytes(kReservedSize));
  const Capabilities extended = reader.u32();
  if (is_mariadb(out.capabilities)) out.capabilities |= extended << 32;
  if (has(out.capabilities, capability::kSecureConnection)) {
    out.auth_data_2 = reader.bytes(second_part_size(out.auth_data_size));
  }
  if (has(out.capabilities, capability::kPluginAuth)) out.auth_plugin = take_plugin(reader);
  return reader.done();
}

void append_handshake(std::string& out, std::uint8_t& sequence, const HandshakeV10& handshake) {
  const Capabilities capabilities = mask_offer(handshake.capabilities, ~Capabilities{0});
  const bool plugins = has(capabilities, capability::kPluginAuth);
  PacketWriter packet(out, sequence);
  packet.u8(kProtocolVersion);
  packet.c_string(handshake.server_version);
  packet.u32(handshake.connection_id);
  packet.bytes(handshake.auth_data_1);
  packet.u8(0);
  packet.u16(static_cast<std::uint16_t>(capabilities));
  packet.u8(handshake.collation);
  packet.u16(handshake.status);
  packet.u16(static_cast<std::uint16_t>(capabilities >> 16));
  packet.u8(plugins ? handshake.auth_data_size : 0);
  packet.zeros(kReservedSize);
  packet.u32(static_cast<std::uint32_t>(capabilities >> 32));
  if (has(capabilities, capability::kSecureConnection)) {
    const std::size_t size = second_part_size(plugins ? handshake.auth_data_size : 0);
    const ByteView sent = handshake.auth_data_2.substr(0, size);
    packet.bytes(sent);
    packet.zeros(size - sent.size());
  }
  if (plugins) packet.c_string(handshake.auth_plugin);
}

ServerVersion parse_version(ByteView server_version) {
  ServerVersion out;
  out.mariadb = server_version.find("MariaDB") != ByteView::npos;
  const ByteView behind = server_version.substr(std::min(server_version.size(), kMariadbVersionPrefix.size()));
  const bool prefixed =
      server_version.starts_with(kMariadbVersionPrefix) && !behind.empty() && behind[0] >= '0' && behind[0] <= '9';
  if (prefixed) {
    server_version = behind;
    out.mariadb = true;
  }
  out.major = take_number(server_version);
  out.minor = take_number(server_version);
  out.patch = take_number(server_version);
  return out;
}

}  // namespace tapri::wire::mysql
