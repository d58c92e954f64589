#include "wire/mysql/handshake_response.h"

#include "wire/mysql/packet.h"
#include "wire/mysql/reader.h"

namespace tapri::wire::mysql {

namespace {

constexpr std::size_t kFillerSize = 19;

// The first 32 bytes.
SslRequest take_start(Reader& reader) {
  SslRequest out;
  out.capabilities = reader.u32();
  out.max_packet = reader.u32();
  out.collation = reader.u8();
  static_cast<void>(reader.bytes(kFillerSize));
  const Capabilities extended = reader.u32();
  if (is_mariadb(out.capabilities)) out.capabilities |= extended << 32;
  return out;
}

void append_start(PacketWriter& packet, Capabilities capabilities, std::uint32_t max_packet, std::uint8_t collation) {
  packet.u32(static_cast<std::uint32_t>(capabilities));
  packet.u32(max_packet);
  packet.u8(collation);
  packet.zeros(kFillerSize);
  packet.u32(is_mariadb(capabilities) ? static_cast<std::uint32_t>(capabilities >> 32) : 0);
}

ByteView take_auth_response(Reader& reader, Capabilities capabilities) {
  if (has(capabilities, capability::kPluginAuthLenencData)) return reader.lenenc_bytes();
  if (has(capabilities, capability::kSecureConnection)) return reader.bytes(reader.u8());
  return reader.c_string();
}

void append_auth_response(PacketWriter& packet, Capabilities capabilities, ByteView response) {
  if (has(capabilities, capability::kPluginAuthLenencData)) return packet.lenenc_bytes(response);
  if (!has(capabilities, capability::kSecureConnection)) return packet.c_string(response);
  const ByteView sent = response.substr(0, 0xff);
  packet.u8(static_cast<std::uint8_t>(sent.size()));
  packet.bytes(sent);
}

}  // namespace

ClientFirst client_first(ByteView payload) {
  Reader reader(payload);
  const Capabilities low = reader.u16();
  if (reader.failed()) return ClientFirst::invalid;
  if (!has(low, capability::kProtocol41)) return ClientFirst::old_response;
  if (payload.size() < kSslRequestSize) return ClientFirst::invalid;
  // A response holds at least a user name and an authentication response behind the common start.
  if (payload.size() > kSslRequestSize) return ClientFirst::response;
  return has(low, capability::kSsl) ? ClientFirst::ssl_request : ClientFirst::invalid;
}

bool decode(ByteView payload, SslRequest& out) {
  Reader reader(payload);
  out = take_start(reader);
  return reader.done() && has(out.capabilities, capability::kProtocol41 | capability::kSsl);
}

bool decode(ByteView payload, HandshakeResponse41& out) {
  out = HandshakeResponse41{};
  Reader reader(payload);
  const SslRequest start = take_start(reader);
  out.capabilities = start.capabilities;
  out.max_packet = start.max_packet;
  out.collation = start.collation;
  if (!has(out.capabilities, capability::kProtocol41)) return false;
  out.user = reader.c_string();
  out.auth_response = take_auth_response(reader, out.capabilities);
  if (has(out.capabilities, capability::kConnectWithDb)) out.database = reader.c_string();
  if (has(out.capabilities, capability::kPluginAuth)) out.auth_plugin = reader.c_string();
  if (has(out.capabilities, capability::kConnectAttrs)) out.attributes = take_connect_attributes(reader);
  if (has(out.capabilities, capability::kZstdCompression)) out.zstd_level = reader.u8();
  out.trailing = reader.rest();
  return reader.done();
}

void append_ssl_request(std::string& out, std::uint8_t& sequence, const SslRequest& request) {
  PacketWriter packet(out, sequence);
  append_start(packet, request.capabilities | capability::kSsl | capability::kProtocol41, request.max_packet,
               request.collation);
}

void append_handshake_response(std::string& out, std::uint8_t& sequence, const HandshakeResponse41& response) {
  const Capabilities capabilities = response.capabilities | capability::kProtocol41;
  PacketWriter packet(out, sequence);
  append_start(packet, capabilities, response.max_packet, response.collation);
  packet.c_string(response.user);
  append_auth_response(packet, capabilities, response.auth_response);
  if (has(capabilities, capability::kConnectWithDb)) packet.c_string(response.database);
  if (has(capabilities, capability::kPluginAuth)) packet.c_string(response.auth_plugin);
  if (has(capabilities, capability::kConnectAttrs)) packet.lenenc_bytes(response.attributes);
  if (has(capabilities, capability::kZstdCompression)) packet.u8(response.zstd_level);
  packet.bytes(response.trailing);
}

}  // namespace tapri::wire::mysql
