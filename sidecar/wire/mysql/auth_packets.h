// The packets of an authentication after the handshake, and COM_CHANGE_USER, which begins another one (MySQL Internals,
// "Connection Phase", "COM_CHANGE_USER"; MariaDB, "Connection: Authentication").
//
// Decoders take a message's payload and return false, with `out` in an unspecified state, if a field is cut short or a
// length cannot be. Views point into the payload. Nothing throws.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "wire/mysql/attributes.h"
#include "wire/mysql/capabilities.h"

namespace tapri::wire::mysql {

namespace auth_plugin {
inline constexpr ByteView kNativePassword = "mysql_native_password";
inline constexpr ByteView kCachingSha2Password = "caching_sha2_password";
inline constexpr ByteView kSha256Password = "sha256_password";
inline constexpr ByteView kClearPassword = "mysql_clear_password";
inline constexpr ByteView kOldPassword = "mysql_old_password";
inline constexpr ByteView kMariadbEd25519 = "client_ed25519";
inline constexpr ByteView kMariadbParsec = "parsec";
}  // namespace auth_plugin

// caching_sha2_password: what AuthMoreData says, and what a client asks for the server's key with.
inline constexpr char kFastAuthSuccess = '\x03';
inline constexpr char kPerformFullAuth = '\x04';
inline constexpr ByteView kRequestPublicKey = "\x02";
// sha256_password's form of the same.
inline constexpr ByteView kSha256RequestPublicKey = "\x01";

// What a server may say before it lets a client in.
enum class AuthPacket : std::uint8_t {
  ok,             // the client is in
  err,            // it is not; the connection ends
  switch_plugin,  // AuthSwitchRequest: the client answers
  old_switch,     // to mysql_old_password, of servers before 4.1: cannot be done safely; close the connection
  more_data,      // AuthMoreData: the client may have to answer, as the plug-in says
  next_factor,    // AuthNextFactor: the client answers
  plugin_data,    // as more_data, but without a first byte of its own, as MariaDB sends a plug-in's packets
};

// `capabilities` are those agreed on. An empty payload is plug-in data.
[[nodiscard]] AuthPacket classify_auth_packet(ByteView payload, Capabilities capabilities);

struct AuthSwitchRequest {
  ByteView plugin;
  ByteView data;  // the nonce with a NUL behind it, for plug-ins that have one
};

struct AuthMoreData {
  ByteView data;
};

struct AuthNextFactor {
  ByteView plugin;
  ByteView data;
};

// What the client answers to the first three is bare plug-in data: a payload without any field of the protocol.
[[nodiscard]] bool decode(ByteView payload, AuthSwitchRequest& out);
[[nodiscard]] bool decode(ByteView payload, AuthMoreData& out);
[[nodiscard]] bool decode(ByteView payload, AuthNextFactor& out);

void append_auth_switch_request(std::string& out, std::uint8_t& sequence, ByteView plugin, ByteView data);
void append_auth_more_data(std::string& out, std::uint8_t& sequence, ByteView data);

// A command: its payload begins with Command::change_user.
struct ChangeUser {
  ByteView user;
  ByteView auth_response;
  ByteView database;           // empty: none
  bool has_collation = false;  // old clients end the packet before it
  std::uint16_t collation = 0;
  ByteView auth_plugin;  // empty if it was not sent
  ByteView attributes;   // for for_each_attribute()
  ByteView trailing;     // bytes that no field accounts for: servers pass over them
};

// Which fields there are follows from the capabilities agreed on.
[[nodiscard]] bool decode(ByteView payload, Capabilities capabilities, ChangeUser& out);
// A response of more than 255 bytes is cut.
void append_change_user(std::string& out, std::uint8_t& sequence, Capabilities capabilities, const ChangeUser& command);

}  // namespace tapri::wire::mysql
