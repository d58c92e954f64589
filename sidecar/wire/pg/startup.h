// The packets without a type byte that open a PostgreSQL connection: requests for encryption, a cancel request, or the
// start-up message (PostgreSQL manual, "Start-up" and "Message Formats").
//
// Limits: as the server, a packet of more than 4 + 10,000 bytes is refused as soon as its length is known, before
// anything is kept or allocated. Views: point into the buffer given. Nothing throws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace tapri::wire::pg {

inline constexpr std::uint32_t kProtocol30 = 196608;
inline constexpr std::uint32_t kProtocol32 = 196610;
inline constexpr std::uint32_t kCancelRequestCode = 80877102;
inline constexpr std::uint32_t kSslRequestCode = 80877103;
inline constexpr std::uint32_t kGssEncRequestCode = 80877104;

// Whole packet, its length field included (the server's MAX_STARTUP_PACKET_LENGTH leaves the length field out).
inline constexpr std::uint32_t kMaxStartupPacketSize = 10004;
// Cancel keys: 4 bytes in protocol 3.0, up to 256 in 3.2.
inline constexpr std::size_t kMinCancelSecretSize = 4;
inline constexpr std::size_t kMaxCancelSecretSize = 256;

enum class StartupKind : std::uint8_t {
  ssl_request,
  gss_request,
  cancel_request,
  startup,
  direct_tls,  // a TLS record (first byte 0x16) instead of a packet, as clients of PostgreSQL 17 may send it
  incomplete,  // more bytes are needed
  invalid,
};

struct StartupMessage {
  std::uint32_t protocol = 0;  // major << 16 | minor
  // In the order sent; names are as the client spelt them ("user", "database", "options", "replication", "_pq_.x").
  // Empty if the major version is not 3: those packets have another layout.
  std::vector<std::pair<ByteView, ByteView>> parameters;

  [[nodiscard]] std::uint32_t major_version() const { return protocol >> 16; }
  [[nodiscard]] std::uint32_t minor_version() const { return protocol & 0xffffU; }
  // The last one given wins, as in the server.
  [[nodiscard]] std::optional<ByteView> find(ByteView name) const;
};

struct CancelRequest {
  std::uint32_t process_id = 0;
  ByteView secret;  // 4 to 256 bytes
};

struct StartupPacket {
  std::uint32_t size = 0;  // bytes of the buffer that the packet takes; 0 for direct_tls, incomplete and invalid
  StartupMessage startup;  // filled for StartupKind::startup
  CancelRequest cancel;    // filled for StartupKind::cancel_request
};

// Decodes the packet at the start of `buffer`. Bytes after it are not looked at: whoever starts TLS after an SSLRequest
// must refuse them (buffer.size() > out.size), or a man in the middle could put plain text before the encrypted.
[[nodiscard]] StartupKind take_startup(ByteView buffer, StartupPacket& out);

// The settings in the text of the start-up parameter `options`: `-c k=v`, `-ck=v`, `--k=v` (a dash in the name means an
// underscore) and the single-letter switches that stand for a setting, split at blanks unless escaped by a backslash.
// In order; a later one wins. Names keep their case. What the server would refuse (no value, unknown switch) is left
// out: the server answers the client with the error.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> parse_options(ByteView options);

// Encoders append one packet. A parameter is cut at its first NUL byte. The caller keeps within the limit above.
void append_startup(std::string& out, std::uint32_t protocol,
                    const std::vector<std::pair<ByteView, ByteView>>& parameters);
void append_ssl_request(std::string& out);
void append_gss_request(std::string& out);
void append_cancel_request(std::string& out, std::uint32_t process_id, ByteView secret);

}  // namespace tapri::wire::pg
