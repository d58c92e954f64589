// What a client answers to the handshake: a request for TLS, or who it is and what it can do (MySQL Internals,
// "Protocol::SSLRequest", "Protocol::HandshakeResponse41"; MariaDB, "Connection: Client handshake response").
//
// HandshakeResponse320, of clients before 4.1, is not understood. Decoders take a message's payload and return false,
// with `out` in an unspecified state, if a field is cut short or a length cannot be. Views point into the payload.
// Nothing throws. Secrets: the authentication response is part of the payload; whoever owns the buffer wipes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "wire/mysql/attributes.h"
#include "wire/mysql/capabilities.h"

namespace tapri::wire::mysql {

// The common start of both packets, and all of an SSLRequest.
inline constexpr std::size_t kSslRequestSize = 32;

struct SslRequest {
  Capabilities capabilities = 0;
  std::uint32_t max_packet = 0;
  std::uint8_t collation = 0;
};

struct HandshakeResponse41 {
  Capabilities capabilities = 0;  // as the client sent them; the upper half only from MariaDB's clients
  std::uint32_t max_packet = 0;
  std::uint8_t collation = 0;
  ByteView user;
  ByteView auth_response;
  ByteView database;            // empty unless kConnectWithDb
  ByteView auth_plugin;         // empty unless kPluginAuth
  ByteView attributes;          // for for_each_attribute(); empty unless kConnectAttrs
  std::uint8_t zstd_level = 0;  // 0 unless kZstdCompression
  ByteView trailing;            // bytes that no field accounts for: servers pass over them
};

enum class ClientFirst : std::uint8_t {
  ssl_request,  // TLS begins right behind it; bytes that are there already must be taken for TLS or refused, never read
  response,     // to be decoded as HandshakeResponse41
  old_response,  // of a client before 4.1: to be refused
  invalid,
};

// Tells what the first packet of a client is; nothing is checked beyond what that needs.
[[nodiscard]] ClientFirst client_first(ByteView payload);

// Exactly one length is right.
[[nodiscard]] bool decode(ByteView payload, SslRequest& out);
[[nodiscard]] bool decode(ByteView payload, HandshakeResponse41& out);

void append_ssl_request(std::string& out, std::uint8_t& sequence, const SslRequest& request);
// Sends what the capabilities name, in the form they say: an authentication response with a one-byte length is cut at
// 255 bytes, one of neither form at its first NUL. `trailing` is sent too.
void append_handshake_response(std::string& out, std::uint8_t& sequence, const HandshakeResponse41& response);

}  // namespace tapri::wire::mysql
