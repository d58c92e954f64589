// MySQL's connection phase: the first byte says which capabilities were agreed on, the rest goes through the packet
// cutter and every decoder of a login's packets, from either side.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "wire/mysql/auth_packets.h"
#include "wire/mysql/handshake.h"
#include "wire/mysql/handshake_response.h"
#include "wire/mysql/packet.h"

namespace {

using namespace tapri::wire::mysql;

void check(bool holds) {
  if (!holds) std::abort();
}

tapri::ByteView payload_of(const std::string& packet) { return tapri::ByteView(packet).substr(kPacketHeaderSize); }

void check_handshake(tapri::ByteView payload) {
  HandshakeV10 handshake;
  if (!decode(payload, handshake)) return;
  static_cast<void>(parse_version(handshake.server_version));
  Nonce nonce{};
  const bool has_nonce = handshake.nonce(nonce);
  std::string again;
  std::uint8_t sequence = 0;
  append_handshake(again, sequence, handshake);
  HandshakeV10 second;
  check(decode(payload_of(again), second));
  check(second.server_version == handshake.server_version && second.capabilities == handshake.capabilities);
  check(second.auth_plugin == handshake.auth_plugin);
  Nonce second_nonce{};
  if (has_nonce && has(handshake.capabilities, capability::kPluginAuth)) {
    check(second.nonce(second_nonce) && second_nonce == nonce);
  }
}

void check_response(tapri::ByteView payload) {
  static_cast<void>(client_first(payload));
  SslRequest request;
  if (decode(payload, request)) check(client_first(payload) == ClientFirst::ssl_request);
  HandshakeResponse41 response;
  if (!decode(payload, response)) return;
  std::size_t size = 0;
  for_each_attribute(response.attributes,
                     [&size](tapri::ByteView name, tapri::ByteView value) { size += name.size() + value.size() + 2; });
  check(size <= response.attributes.size());
  std::string again;
  std::uint8_t sequence = 1;
  append_handshake_response(again, sequence, response);
  HandshakeResponse41 second;
  check(decode(payload_of(again), second));
  check(second.user == response.user && second.auth_response == response.auth_response);
  check(second.attributes == response.attributes && second.trailing == response.trailing);
}

void check_auth(tapri::ByteView payload, Capabilities capabilities) {
  AuthSwitchRequest request;
  const AuthPacket kind = classify_auth_packet(payload, capabilities);
  if (decode(payload, request)) check(kind == AuthPacket::switch_plugin);
  AuthMoreData data;
  check(decode(payload, data) == (kind == AuthPacket::more_data));
  AuthNextFactor next;
  static_cast<void>(decode(payload, next));
  ChangeUser change;
  if (!decode(payload, capabilities, change) || !change.has_collation) return;
  std::string again;
  std::uint8_t sequence = 0;
  append_change_user(again, sequence, capabilities, change);
  ChangeUser second;
  check(decode(payload_of(again), capabilities, second));
  check(second.user == change.user && second.auth_response == change.auth_response);
}

void check_all(tapri::ByteView payload, Capabilities capabilities) {
  check_handshake(payload);
  check_response(payload);
  check_auth(payload, capabilities);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Capabilities capabilities = capability::kProtocol41 | capability::kSecureConnection;
  if ((data[0] & 1U) != 0) capabilities ^= capability::kSecureConnection;
  if ((data[0] & 2U) != 0) capabilities |= capability::kPluginAuth;
  if ((data[0] & 4U) != 0) capabilities |= capability::kConnectAttrs;
  if ((data[0] & 8U) != 0) capabilities |= capability::kMultiFactorAuthentication;
  tapri::ByteView stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  check_all(stream, capabilities);
  Packet packet;
  while (take_packet(stream, packet)) {
    check_all(packet.payload, capabilities);
    stream.remove_prefix(packet.whole.size());
  }
  return 0;
}
