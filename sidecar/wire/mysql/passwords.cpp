#include "wire/mysql/passwords.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <initializer_list>
#include <limits>

namespace tapri::wire::mysql {

namespace {

template <std::size_t size>
ByteView view_of(const std::array<char, size>& bytes) {
  return {bytes.data(), bytes.size()};
}

// The digest of the parts, one behind the other; its size must be that of `out`.
template <std::size_t size>
bool digest(const EVP_MD* kind, std::initializer_list<ByteView> parts, std::array<char, size>& out) {
  if (EVP_MD_get_size(kind) != static_cast<int>(size)) return false;
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  bool good = context && EVP_DigestInit_ex(context.get(), kind, nullptr) == 1;
  for (const ByteView part : parts) good = good && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  return good && EVP_DigestFinal_ex(context.get(), octets(out.data()), nullptr) == 1;
}

template <std::size_t size>
void exclusive_or(std::array<char, size>& left, const std::array<char, size>& right) {
  for (std::size_t i = 0; i < size; ++i) left[i] = static_cast<char>(left[i] ^ right[i]);
}

// H(H(password)).
template <std::size_t size>
bool twice(const EVP_MD* kind, ByteView password, std::array<char, size>& once, std::array<char, size>& out) {
  return digest(kind, {password}, once) && digest(kind, {view_of(once)}, out);
}

// What a response is checked with: `mask` is the digest that the client XORed H(password) with.
template <std::size_t size>
bool verify(const EVP_MD* kind, ByteView response, std::array<char, size>& mask,
            const std::array<char, size>& verifier) {
  if (response.size() != size) return false;
  std::array<char, size> given{};
  for (std::size_t i = 0; i < size; ++i) given[i] = response[i];
  exclusive_or(mask, given);  // H(password), if it is right
  std::array<char, size> found{};
  const bool good = digest(kind, {view_of(mask)}, found);
  const bool equal = CRYPTO_memcmp(found.data(), verifier.data(), size) == 0;
  wipe(mask);
  wipe(found);
  return good && equal;
}

}  // namespace

void wipe(std::span<char> secret) { OPENSSL_cleanse(secret.data(), secret.size()); }

bool random_bytes(std::span<char> out) {
  return out.size() <= std::numeric_limits<int>::max() &&
         RAND_bytes(octets(out.data()), static_cast<int>(out.size())) == 1;
}

bool random_nonce(Nonce& out) {
  if (!random_bytes(out)) return false;
  for (char& byte : out) {
    // Seven bits, as servers send: some clients take the nonce for text.
    byte = static_cast<char>(byte & 0x7f);
    if (byte == '\0' || byte == '$') byte = static_cast<char>(byte + 1);
  }
  return true;
}

bool native_response(ByteView password, const Nonce& nonce, Sha1& out) {
  Sha1 verifier{};
  Sha1 mask{};
  const bool good =
      twice(EVP_sha1(), password, out, verifier) && digest(EVP_sha1(), {view_of(nonce), view_of(verifier)}, mask);
  exclusive_or(out, mask);
  wipe(mask);
  wipe(verifier);
  if (!good) wipe(out);
  return good;
}

bool native_verifier(ByteView password, Sha1& out) {
  Sha1 once{};
  const bool good = twice(EVP_sha1(), password, once, out);
  wipe(once);
  return good;
}

bool native_verify(ByteView response, const Nonce& nonce, const Sha1& verifier) {
  Sha1 mask{};
  return digest(EVP_sha1(), {view_of(nonce), view_of(verifier)}, mask) && verify(EVP_sha1(), response, mask, verifier);
}

bool sha2_response(ByteView password, const Nonce& nonce, Sha2& out) {
  Sha2 verifier{};
  Sha2 mask{};
  const bool good =
      twice(EVP_sha256(), password, out, verifier) && digest(EVP_sha256(), {view_of(verifier), view_of(nonce)}, mask);
  exclusive_or(out, mask);
  wipe(mask);
  wipe(verifier);
  if (!good) wipe(out);
  return good;
}

bool sha2_verifier(ByteView password, Sha2& out) {
  Sha2 once{};
  const bool good = twice(EVP_sha256(), password, once, out);
  wipe(once);
  return good;
}

bool sha2_verify(ByteView response, const Nonce& nonce, const Sha2& verifier) {
  Sha2 mask{};
  return digest(EVP_sha256(), {view_of(verifier), view_of(nonce)}, mask) &&
         verify(EVP_sha256(), response, mask, verifier);
}

std::string cleartext_response(ByteView password) {
  std::string out;
  out.reserve(password.size() + 1);  // no copy is left behind by growing
  out.append(password).push_back('\0');
  return out;
}

std::optional<ByteView> cleartext_password(ByteView response) {
  if (!response.ends_with('\0')) return std::nullopt;
  return response.substr(0, response.size() - 1);
}

bool ed25519_verify(ByteView response, ByteView nonce, ByteView public_key) {
  constexpr std::size_t kSignatureSize = 64;
  constexpr std::size_t kKeySize = 32;
  if (response.size() != kSignatureSize || public_key.size() != kKeySize) return false;
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(public_key), public_key.size()), &EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const bool good =
      key && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), octets(response), response.size(), octets(nonce), nonce.size()) == 1;
  ERR_clear_error();  // what is remembered of a failure would be taken for one of the thread's next TLS operation
  return good;
}

}  // namespace tapri::wire::mysql
