#include "wire/mysql/auth_packets.h"

#include "wire/mysql/constants.h"
#include "wire/mysql/packet.h"
#include "wire/mysql/reader.h"

namespace tapri::wire::mysql {

AuthPacket classify_auth_packet(ByteView payload, Capabilities capabilities) {
  if (payload.empty()) return AuthPacket::plugin_data;
  switch (static_cast<std::uint8_t>(payload[0])) {
    case first_byte::kOk:
      return AuthPacket::ok;
    case first_byte::kErr:
      return AuthPacket::err;
    case first_byte::kEof:
      return payload.size() == 1 ? AuthPacket::old_switch : AuthPacket::switch_plugin;
    case first_byte::kAuthMoreData:
      return AuthPacket::more_data;
    case first_byte::kAuthNextFactor:
      return has(capabilities, capability::kMultiFactorAuthentication) ? AuthPacket::next_factor
                                                                       : AuthPacket::plugin_data;
    default:
      return AuthPacket::plugin_data;
  }
}

bool decode(ByteView payload, AuthSwitchRequest& out) {
  Reader reader(payload);
  if (reader.u8() != first_byte::kEof) reader.fail();
  out.plugin = reader.c_string();
  out.data = reader.rest();
  return reader.done();
}

bool decode(ByteView payload, AuthMoreData& out) {
  Reader reader(payload);
  if (reader.u8() != first_byte::kAuthMoreData) reader.fail();
  out.data = reader.rest();
  return reader.done();
}

bool decode(ByteView payload, AuthNextFactor& out) {
  Reader reader(payload);
  if (reader.u8() != first_byte::kAuthNextFactor) reader.fail();
  out.plugin = reader.c_string();
  out.data = reader.rest();
  return reader.done();
}

void append_auth_switch_request(std::string& out, std::uint8_t& sequence, ByteView plugin, ByteView data) {
  PacketWriter packet(out, sequence);
  packet.u8(first_byte::kEof);
  packet.c_string(plugin);
  packet.bytes(data);
}

void append_auth_more_data(std::string& out, std::uint8_t& sequence, ByteView data) {
  PacketWriter packet(out, sequence);
  packet.u8(first_byte::kAuthMoreData);
  packet.bytes(data);
}

bool decode(ByteView payload, Capabilities capabilities, ChangeUser& out) {
  out = ChangeUser{};
  Reader reader(payload);
  if (reader.u8() != static_cast<std::uint8_t>(Command::change_user)) reader.fail();
  out.user = reader.c_string();
  out.auth_response = has(capabilities, capability::kSecureConnection) ? reader.bytes(reader.u8()) : reader.c_string();
  out.database = reader.c_string();
  if (reader.done()) return true;
  out.collation = reader.u16();
  out.has_collation = true;
  if (reader.done()) return true;
  if (has(capabilities, capability::kPluginAuth)) out.auth_plugin = reader.c_string();
  if (has(capabilities, capability::kConnectAttrs) && reader.remaining() > 0) {
    out.attributes = take_connect_attributes(reader);
  }
  out.trailing = reader.rest();
  return reader.done();
}

void append_change_user(std::string& out, std::uint8_t& sequence, Capabilities capabilities,
                        const ChangeUser& command) {
  PacketWriter packet(out, sequence);
  packet.u8(static_cast<std::uint8_t>(Command::change_user));
  packet.c_string(command.user);
  if (has(capabilities, capability::kSecureConnection)) {
    const ByteView sent = command.auth_response.substr(0, 0xff);
    packet.u8(static_cast<std::uint8_t>(sent.size()));
    packet.bytes(sent);
  } else {
    packet.c_string(command.auth_response);
  }
  packet.c_string(command.database);
  if (!command.has_collation) return;
  packet.u16(command.collation);
  if (has(capabilities, capability::kPluginAuth)) packet.c_string(command.auth_plugin);
  if (has(capabilities, capability::kConnectAttrs)) packet.lenenc_bytes(command.attributes);
  packet.bytes(command.trailing);
}

}  // namespace tapri::wire::mysql
