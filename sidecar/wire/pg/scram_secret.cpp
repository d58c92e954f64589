// What both sides share: keys, verifiers, nonces and the texts of failures.
#include <openssl/rand.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "wire/pg/crypto.h"
#include "wire/pg/scram.h"
#include "wire/pg/scram_keys.h"

namespace tapri::wire::pg {

namespace {

constexpr std::size_t kNonceBytes = 18;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kMaxSaltBytes = 1024;
constexpr ByteView kVerifierPrefix = "SCRAM-SHA-256$";
constexpr ByteView kMd5Prefix = "md5";
constexpr std::size_t kMd5Digits = 32;

// Cuts `text` at the first `mark`; false if there is none.
bool cut(ByteView& text, char mark, ByteView& head) {
  const std::size_t at = text.find(mark);
  if (at == ByteView::npos) return false;
  head = text.substr(0, at);
  text.remove_prefix(at + 1);
  return true;
}

bool is_stored_md5(ByteView password) {
  if (password.size() != kMd5Prefix.size() + kMd5Digits || password.substr(0, kMd5Prefix.size()) != kMd5Prefix) {
    return false;
  }
  return password.find_first_not_of("0123456789abcdef", kMd5Prefix.size()) == ByteView::npos;
}

}  // namespace

bool parse_iterations(ByteView text, std::uint32_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && out > 0 && out <= kScramMaxIterations;
}

bool derive_keys(ByteView password, ByteView salt, std::uint32_t iterations, ScramKeys& out) {
  Sha256 salted{};
  const bool derived = pbkdf2_sha256(password, salt, iterations, salted) &&
                       hmac_sha256(view_of(salted), "Client Key", out.client_key) &&
                       hmac_sha256(view_of(salted), "Server Key", out.server_key);
  wipe(salted);
  return derived;
}

bool system_random(std::span<char> out) {
  if (out.size() > std::numeric_limits<int>::max()) return false;
  return RAND_bytes(octets(out.data()), static_cast<int>(out.size())) == 1;
}

std::string system_nonce() {
  std::array<char, kNonceBytes> bytes{};
  return system_random(bytes) ? base64_encode({bytes.data(), bytes.size()}) : std::string();
}

std::optional<ScramVerifier> make_scram_verifier(ByteView password, ByteView salt, std::uint32_t iterations) {
  if (salt.empty() || salt.size() > kMaxSaltBytes || iterations == 0 || iterations > kScramMaxIterations) {
    return std::nullopt;
  }
  ScramKeys keys;
  ScramVerifier verifier;
  verifier.iterations = iterations;
  verifier.salt = salt;
  const bool made =
      derive_keys(password, salt, iterations, keys) && sha256(view_of(keys.client_key), verifier.stored_key);
  verifier.server_key = keys.server_key;
  wipe(keys.client_key);
  if (!made) return std::nullopt;
  return verifier;
}

std::optional<ScramVerifier> parse_scram_verifier(ByteView text) {
  if (text.substr(0, kVerifierPrefix.size()) != kVerifierPrefix) return std::nullopt;
  text.remove_prefix(kVerifierPrefix.size());
  ByteView iterations;
  ByteView salt;
  ByteView stored_key;
  if (!cut(text, ':', iterations) || !cut(text, '$', salt) || !cut(text, ':', stored_key)) return std::nullopt;
  ScramVerifier verifier;
  auto decoded_salt = base64_decode(salt);
  if (!decoded_salt || decoded_salt->empty() || decoded_salt->size() > kMaxSaltBytes) return std::nullopt;
  if (!parse_iterations(iterations, verifier.iterations)) return std::nullopt;
  if (!base64_decode_key(stored_key, verifier.stored_key)) return std::nullopt;
  if (!base64_decode_key(text, verifier.server_key)) return std::nullopt;
  verifier.salt = std::move(*decoded_salt);
  return verifier;
}

std::string format_scram_verifier(const ScramVerifier& verifier) {
  std::string text(kVerifierPrefix);
  text += std::to_string(verifier.iterations) + ":" + base64_encode(verifier.salt) + "$";
  text += base64_encode(view_of(verifier.stored_key)) + ":" + base64_encode(view_of(verifier.server_key));
  return text;
}

std::string scram_salt_for(ByteView user, ByteView secret) {
  Sha256 digest{};
  if (!hmac_sha256(secret, user, digest)) return {};
  return std::string(view_of(digest).substr(0, kSaltBytes));
}

ScramVerifier mock_scram_verifier(ByteView user, ByteView secret, std::uint32_t iterations) {
  ScramVerifier verifier;
  verifier.iterations = iterations;
  verifier.salt = scram_salt_for(user, secret);
  verifier.mock = true;  // the keys stay zero: whatever they prove is refused
  return verifier;
}

ByteView scram_failure_text(ScramFailure failure) {
  switch (failure) {
    case ScramFailure::none:
      return "no failure";
    case ScramFailure::malformed:
      return "malformed SCRAM message";
    case ScramFailure::unsupported:
      return "SCRAM mechanism, extension or limit that is not supported";
    case ScramFailure::channel_binding:
      return "SCRAM channel binding is missing, wrong or was downgraded";
    case ScramFailure::wrong_password:
      return "password authentication failed";
    case ScramFailure::internal:
      return "the random source or the cryptographic library failed";
  }
  return "unknown failure";
}

std::optional<std::string> md5_response(ByteView user, ByteView password, ByteView salt) {
  std::string salted;
  if (is_stored_md5(password)) {
    salted = password.substr(kMd5Prefix.size());
  } else {
    auto stored = md5_hex(std::string(password).append(user));
    if (!stored) return std::nullopt;
    salted = std::move(*stored);
  }
  const auto digest = md5_hex(salted.append(salt));
  if (!digest) return std::nullopt;
  return std::string(kMd5Prefix).append(*digest);
}

}  // namespace tapri::wire::pg
