#include "wire/pg/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cstddef>
#include <limits>

namespace tapri::wire::pg {

namespace {

constexpr std::size_t kMaxInput = std::numeric_limits<int>::max() / 2;  // OpenSSL counts in int

bool is_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

}  // namespace

std::string base64_encode(ByteView bytes) {
  if (bytes.empty() || bytes.size() > kMaxInput) return {};
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');  // the encoder writes a NUL too
  EVP_EncodeBlock(octets(out.data()), octets(bytes), static_cast<int>(bytes.size()));
  out.pop_back();
  return out;
}

std::optional<std::string> base64_decode(ByteView text) {
  if (text.size() % 4 != 0 || text.size() > kMaxInput) return std::nullopt;
  if (text.empty()) return std::string();
  const std::size_t last = text.find_last_not_of('=');
  const std::size_t padding = last == ByteView::npos ? text.size() : text.size() - last - 1;
  const ByteView digits = text.substr(0, text.size() - std::min(padding, text.size()));
  if (padding > 2 || !std::all_of(digits.begin(), digits.end(), is_base64)) return std::nullopt;
  std::string out(text.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(octets(out.data()), octets(text), static_cast<int>(text.size())) < 0) return std::nullopt;
  out.resize(out.size() - padding);
  if (base64_encode(out) != text) return std::nullopt;  // bits set behind the end
  return out;
}

bool base64_decode_key(ByteView text, Sha256& out) {
  const auto bytes = base64_decode(text);
  if (!bytes || bytes->size() != out.size()) return false;
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return true;
}

bool sha256(ByteView bytes, Sha256& out) {
  return EVP_Digest(bytes.data(), bytes.size(), octets(out.data()), nullptr, EVP_sha256(), nullptr) == 1;
}

bool hmac_sha256(ByteView key, ByteView bytes, Sha256& out) {
  if (key.size() > kMaxInput) return false;
  return HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), octets(bytes), bytes.size(), octets(out.data()),
              nullptr) != nullptr;
}

bool pbkdf2_sha256(ByteView password, ByteView salt, std::uint32_t iterations, Sha256& out) {
  if (password.size() > kMaxInput || salt.size() > kMaxInput || iterations == 0 || iterations > kMaxInput) return false;
  const char* const text = password.empty() ? "" : password.data();  // null would mean "no password given"
  return PKCS5_PBKDF2_HMAC(text, static_cast<int>(password.size()), octets(salt), static_cast<int>(salt.size()),
                           static_cast<int>(iterations), EVP_sha256(), static_cast<int>(out.size()),
                           octets(out.data())) == 1;
}

std::optional<std::string> md5_hex(ByteView bytes) {
  std::array<unsigned char, 16> digest{};
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_md5(), nullptr) != 1) return std::nullopt;
  constexpr ByteView kDigits = "0123456789abcdef";
  std::string out;
  for (const unsigned char byte : digest) {
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
  return out;
}

bool equal_in_constant_time(const Sha256& left, const Sha256& right) {
  return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

Sha256 exclusive_or(const Sha256& left, const Sha256& right) {
  Sha256 out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(left[i] ^ right[i]);
  return out;
}

void wipe(Sha256& secret) { OPENSSL_cleanse(secret.data(), secret.size()); }

}  // namespace tapri::wire::pg
