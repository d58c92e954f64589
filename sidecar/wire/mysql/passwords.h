// What the authentication plug-ins compute of a password, on either side: mysql_native_password, caching_sha2_password
// and sha256_password, mysql_clear_password, and MariaDB's client_ed25519 (MySQL Internals, "Native Authentication",
// "Caching SHA-2 information"; MariaDB, "Authentication Plugin - ed25519").
//
// Errors: false or nullopt if the cryptographic library fails or an input cannot be; nothing throws. Secrets are
// compared in constant time, and what a function derives of one is wiped before it returns; its result is the caller's
// to wipe. Thread-safety: any thread.
//
// An empty password is answered with an empty response by every plug-in but client_ed25519: that is the caller's to see
// to.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/bytes.h"
#include "wire/mysql/handshake.h"

namespace tapri::wire::mysql {

using Sha1 = std::array<char, 20>;
using Sha2 = std::array<char, 32>;

// Overwrites the bytes so that no compiler leaves it out.
void wipe(std::span<char> secret);

// Fills the span with unpredictable bytes; false if there are none to be had.
[[nodiscard]] bool random_bytes(std::span<char> out);
// A nonce to offer: unpredictable, without NUL and '$', at which servers end theirs; false if there is none to be had.
[[nodiscard]] bool random_nonce(Nonce& out);

// --- mysql_native_password -------------------------------------------------------------------------------------------

// SHA1(password) XOR SHA1(nonce, SHA1(SHA1(password))): what a client sends.
[[nodiscard]] bool native_response(ByteView password, const Nonce& nonce, Sha1& out);
// SHA1(SHA1(password)): what a server keeps, in hex behind a '*'. Does not allow to log in.
[[nodiscard]] bool native_verifier(ByteView password, Sha1& out);
[[nodiscard]] bool native_verify(ByteView response, const Nonce& nonce, const Sha1& verifier);

// --- caching_sha2_password -------------------------------------------------------------------------------------------

// SHA256(password) XOR SHA256(SHA256(SHA256(password)), nonce): what a client sends first (the fast path).
[[nodiscard]] bool sha2_response(ByteView password, const Nonce& nonce, Sha2& out);
// SHA256(SHA256(password)): what a server caches once it saw the password. Does not allow to log in.
[[nodiscard]] bool sha2_verifier(ByteView password, Sha2& out);
[[nodiscard]] bool sha2_verify(ByteView response, const Nonce& nonce, const Sha2& verifier);

// The full path over TLS or a Unix socket, and mysql_clear_password: the password with a NUL behind it.
[[nodiscard]] std::string cleartext_response(ByteView password);
// The password of such a response; nullopt without its NUL. The view points into `response`.
[[nodiscard]] std::optional<ByteView> cleartext_password(ByteView response);

// The full path over plain text: the password with its NUL, XORed with the nonce over and over, encrypted to the
// server's key (RSA-OAEP with SHA-1). `public_key` is what the server sent, in PEM; nullopt if it is none of at most
// 8,192 bytes, or too small for the password.
[[nodiscard]] std::optional<std::string> rsa_response(ByteView password, const Nonce& nonce, ByteView public_key);

// A server's key for the full path over plain text.
class RsaKey {
 public:
  // Costs tenths of a second of CPU. nullopt if the library refuses.
  [[nodiscard]] static std::optional<RsaKey> generate();

  // To be sent as AuthMoreData.
  [[nodiscard]] const std::string& public_key() const { return public_key_; }
  // What rsa_response() was made of, without its NUL. nullopt if it was made for another key or nonce, or is not one.
  // The caller answers every failure alike, and wipes the password.
  [[nodiscard]] std::optional<std::string> password(ByteView response, const Nonce& nonce) const;

 private:
  explicit RsaKey(std::shared_ptr<void> key, std::string public_key);

  std::shared_ptr<void> key_;  // EVP_PKEY; read only, so that copies may be used from several threads
  std::string public_key_;
};

// --- client_ed25519 (MariaDB)
// ------------------------------------------------------------------------------------------

// Whether a client's 64 bytes sign the server's nonce of 32 bytes for the public key that the server keeps (mysql.user
// has it in base64). That is an ordinary Ed25519 signature (RFC 8032). There is no function to make one: MariaDB
// derives the secret scalar from a password of any length, RFC 8032 and so OpenSSL from exactly 32 bytes, and OpenSSL
// has no point arithmetic on that curve in its interface. A proxy does not need it: the exchange is relayed as it is.
[[nodiscard]] bool ed25519_verify(ByteView response, ByteView nonce, ByteView public_key);

}  // namespace tapri::wire::mysql
