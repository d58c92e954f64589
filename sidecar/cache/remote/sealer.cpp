#include "cache/remote/sealer.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <limits>

namespace tapri::cache::remote {
namespace {

constexpr std::size_t kMost = std::numeric_limits<int>::max();  // bytes that one call takes

bool transform(EVP_CIPHER_CTX* context, char* out, ByteView in) {
  int written = 0;
  return EVP_CipherUpdate(context, out == nullptr ? nullptr : octets(out), &written, octets(in),
                          static_cast<int>(in.size())) == 1 &&
         static_cast<std::size_t>(written) == in.size();
}

// GCM writes nothing at its end.
bool finish(EVP_CIPHER_CTX* context) {
  unsigned char nothing[EVP_MAX_BLOCK_LENGTH];
  int written = 0;
  return EVP_CipherFinal_ex(context, nothing, &written) == 1 && written == 0;
}

}  // namespace

void Sealer::Free::operator()(evp_cipher_ctx_st* context) const { EVP_CIPHER_CTX_free(context); }

// The cipher is looked up once; each use only sets key and nonce.
Sealer::Sealer() : context_(EVP_CIPHER_CTX_new()) {
  usable_ =
      context_ != nullptr && EVP_CipherInit_ex(context_.get(), EVP_aes_256_gcm(), nullptr, nullptr, nullptr, 1) == 1;
}

Sealer::~Sealer() = default;

bool Sealer::draw(Nonce& nonce) { return RAND_bytes(octets(nonce.data()), static_cast<int>(nonce.size())) == 1; }

bool Sealer::begin(const SealKey& key, const char* nonce, const Beside& beside, bool encrypts) {
  if (!usable_ || beside.header.size() > kMost || beside.key.size() > kMost) return false;
  EVP_CIPHER_CTX* const context = context_.get();
  return EVP_CipherInit_ex(context, nullptr, nullptr, key.bytes.data(), octets(nonce), encrypts ? 1 : 0) == 1 &&
         transform(context, nullptr, beside.header) && transform(context, nullptr, beside.key);
}

bool Sealer::seal(const SealKey& key, const Nonce& nonce, const Beside& beside, ByteString& bytes, std::size_t begin) {
  if (bytes.size() - begin > kMost || !this->begin(key, nonce.data(), beside, true)) return false;
  char* const plain = bytes.data() + begin;
  if (!transform(context_.get(), plain, ByteView(plain, bytes.size() - begin)) || !finish(context_.get())) return false;
  std::array<char, kTagSize> tag{};
  if (EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, kTagSize, tag.data()) != 1) return false;
  bytes.append(tag.data(), tag.size());
  return true;
}

bool Sealer::open(const SealKey& key, ByteView nonce, const Beside& beside, ByteView sealed, ByteString& out) {
  if (nonce.size() != kNonceSize || sealed.size() < kTagSize || sealed.size() > kMost) return false;
  if (!begin(key, nonce.data(), beside, false)) return false;
  std::array<char, kTagSize> tag{};
  sealed.copy(tag.data(), kTagSize, sealed.size() - kTagSize);
  sealed.remove_suffix(kTagSize);
  out.resize(sealed.size());
  return transform(context_.get(), out.data(), sealed) &&
         EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data()) == 1 &&
         finish(context_.get());
}

}  // namespace tapri::cache::remote
