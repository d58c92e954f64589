// The first packet of a connection, from the server: who it is, what it can do, and the nonce of the authentication
// (MySQL Internals, "Protocol::HandshakeV10"; MariaDB, "Connection: Initial handshake packet").
//
// A server that refuses a connection sends an ERR packet instead (response.h). Protocol 9, and servers that end the
// packet behind the lower capabilities (before 4.1), are not understood. The decoder takes a message's payload and
// returns false, with `out` in an unspecified state, if a field is cut short, or bytes are left over. Views point into
// the payload. Nothing throws.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "wire/mysql/capabilities.h"

namespace tapri::wire::mysql {

// What MariaDB puts before its version, so that old replicas and clients take it for a MySQL.
inline constexpr ByteView kMariadbVersionPrefix = "5.5.5-";

// Of the authentication plug-ins: the nonce that both sides mix with the password.
inline constexpr std::size_t kNonceSize = 20;
using Nonce = std::array<char, kNonceSize>;

struct HandshakeV10 {
  ByteView server_version;  // as sent: "9.7.4", "5.5.5-10.11.6-MariaDB"
  std::uint32_t connection_id = 0;
  Capabilities capabilities = 0;  // the upper half only if the server is a MariaDB
  std::uint8_t collation = 0;     // the lower byte of its number
  std::uint16_t status = 0;
  std::uint8_t auth_data_size = 0;  // as sent: of both parts with the NUL at the end; 0 from servers without plug-ins
  ByteView auth_data_1;             // 8 bytes
  ByteView auth_data_2;             // the rest: 13 bytes or more, the last one usually NUL; empty from very old servers
  ByteView auth_plugin;             // empty if it was not named

  // The nonce, without its NUL; false if the server sent fewer bytes.
  [[nodiscard]] bool nonce(Nonce& out) const;
};

[[nodiscard]] bool decode(ByteView payload, HandshakeV10& out);

// One message. `handshake.auth_data_1` must have 8 bytes; `auth_data_2` is padded to 13. What the capabilities leave
// out is not sent. Re-encoding what was decoded gives the same bytes, but for reserved ones and for a missing last NUL.
void append_handshake(std::string& out, std::uint8_t& sequence, const HandshakeV10& handshake);

// What a proxy may offer its clients of what a server offers. kLongPassword is kept as it is, whatever `allowed` says:
// without it a MySQL would be taken for a MariaDB.
[[nodiscard]] constexpr Capabilities mask_offer(Capabilities offered, Capabilities allowed) {
  const Capabilities kept = offered & (allowed | capability::kLongPassword);
  return is_mariadb(kept) ? kept : kept & ~capability::kMariaMask;
}

struct ServerVersion {
  bool mariadb = false;
  std::uint16_t major = 0;
  std::uint16_t minor = 0;
  std::uint16_t patch = 0;
};

// Numbers that are not there are 0, ones over 65,535 that. A prefix "5.5.5-" before another version is passed over.
[[nodiscard]] ServerVersion parse_version(ByteView server_version);

}  // namespace tapri::wire::mysql
