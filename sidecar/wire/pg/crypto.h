// The few pieces of OpenSSL that authentication needs, over views. Nothing throws; failures are told by the result.
// Thread-safety: any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace tapri::wire::pg {

using Sha256 = std::array<char, 32>;

[[nodiscard]] inline ByteView view_of(const Sha256& bytes) { return {bytes.data(), bytes.size()}; }

[[nodiscard]] std::string base64_encode(ByteView bytes);
// Canonical base64 only: padded, nothing but the alphabet (RFC 4648).
[[nodiscard]] std::optional<std::string> base64_decode(ByteView text);
// As above, for exactly 32 bytes.
[[nodiscard]] bool base64_decode_key(ByteView text, Sha256& out);

[[nodiscard]] bool sha256(ByteView bytes, Sha256& out);
[[nodiscard]] bool hmac_sha256(ByteView key, ByteView bytes, Sha256& out);
[[nodiscard]] bool pbkdf2_sha256(ByteView password, ByteView salt, std::uint32_t iterations, Sha256& out);
// 32 lower-case hex digits; nullopt where the library is built or set up without MD5.
[[nodiscard]] std::optional<std::string> md5_hex(ByteView bytes);

[[nodiscard]] bool equal_in_constant_time(const Sha256& left, const Sha256& right);
[[nodiscard]] Sha256 exclusive_or(const Sha256& left, const Sha256& right);
void wipe(Sha256& secret);

}  // namespace tapri::wire::pg
