#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <utility>

#include "wire/mysql/passwords.h"

namespace tapri::wire::mysql {

namespace {

constexpr std::size_t kMaxPemSize = 8192;
constexpr unsigned kKeyBits = 2048;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

// What the library remembers of a failure would be taken for a failure of the thread's next TLS operation.
struct ForgetErrors {
  ForgetErrors() = default;
  ~ForgetErrors() { ERR_clear_error(); }
  ForgetErrors(const ForgetErrors&) = delete;
  ForgetErrors& operator=(const ForgetErrors&) = delete;
};

// Obfuscates, or undoes it.
void mix(std::string& text, const Nonce& nonce) {
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(text[i] ^ nonce[i % nonce.size()]);
}

bool set_oaep(EVP_PKEY_CTX* context) { return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1; }

std::optional<std::string> public_pem(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()), &BIO_free);
  if (!bio || PEM_write_bio_PUBKEY(bio.get(), key) != 1) return std::nullopt;
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  if (size <= 0) return std::nullopt;
  return std::string(text, static_cast<std::size_t>(size));
}

}  // namespace

std::optional<std::string> rsa_response(ByteView password, const Nonce& nonce, ByteView public_key) {
  const ForgetErrors forget;
  if (public_key.size() > kMaxPemSize) return std::nullopt;
  const Bio bio(BIO_new_mem_buf(public_key.data(), static_cast<int>(public_key.size())), &BIO_free);
  const Key key(bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr) : nullptr, &EVP_PKEY_free);
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) return std::nullopt;
  const Context context(EVP_PKEY_CTX_new(key.get(), nullptr), &EVP_PKEY_CTX_free);
  if (!context || EVP_PKEY_encrypt_init(context.get()) != 1 || !set_oaep(context.get())) return std::nullopt;
  std::string plain = cleartext_response(password);
  mix(plain, nonce);
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key.get()));
  std::string out(size, '\0');
  const bool good = EVP_PKEY_encrypt(context.get(), octets(out.data()), &size, octets(plain), plain.size()) == 1;
  wipe(plain);
  if (!good) return std::nullopt;
  out.resize(size);
  return out;
}

RsaKey::RsaKey(std::shared_ptr<void> key, std::string public_key)
    : key_(std::move(key)), public_key_(std::move(public_key)) {}

std::optional<RsaKey> RsaKey::generate() {
  const ForgetErrors forget;
  EVP_PKEY* const made = EVP_RSA_gen(kKeyBits);
  if (made == nullptr) return std::nullopt;
  std::shared_ptr<void> key(made, [](void* owned) { EVP_PKEY_free(static_cast<EVP_PKEY*>(owned)); });
  auto pem = public_pem(made);
  if (!pem) return std::nullopt;
  return RsaKey(std::move(key), std::move(*pem));
}

std::optional<std::string> RsaKey::password(ByteView response, const Nonce& nonce) const {
  const ForgetErrors forget;
  auto* const key = static_cast<EVP_PKEY*>(key_.get());
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key));
  if (response.size() != size) return std::nullopt;
  const Context context(EVP_PKEY_CTX_new(key, nullptr), &EVP_PKEY_CTX_free);
  if (!context || EVP_PKEY_decrypt_init(context.get()) != 1 || !set_oaep(context.get())) return std::nullopt;
  std::string plain(size, '\0');
  const bool good =
      EVP_PKEY_decrypt(context.get(), octets(plain.data()), &size, octets(response), response.size()) == 1;
  std::optional<std::string> out;
  if (good) {
    std::string mixed = plain.substr(0, size);
    mix(mixed, nonce);
    if (mixed.ends_with('\0')) {
      out = mixed.substr(0, mixed.size() - 1);
    }
    wipe(mixed);
  }
  wipe(plain);
  return out;
}

}  // namespace tapri::wire::mysql
