// Seals and opens bytes with AES-256-GCM (NIST SP 800-38D), by OpenSSL's EVP.
//
// What is said to belong to the bytes (a header, a key) is not part of them, but they open only beside the same. Tags
// are compared in constant time, by OpenSSL.
//
// Errors: false; nothing throws. Thread-safety: none; one belongs to a thread, since it keeps a context.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "base/bytes.h"
#include "cache/remote/seal_keys.h"

struct evp_cipher_ctx_st;

namespace tapri::cache::remote {

class Sealer {
 public:
  static constexpr std::size_t kNonceSize = 12;
  static constexpr std::size_t kTagSize = 16;
  using Nonce = std::array<char, kNonceSize>;
  struct Beside {
    ByteView header;
    ByteView key;
  };

  Sealer();
  ~Sealer();
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;

  // False: there is no randomness.
  [[nodiscard]] static bool draw(Nonce& nonce);
  // Encrypts what `bytes` holds from `begin` on, in place, and appends the tag. A nonce is used once for a key.
  [[nodiscard]] bool seal(const SealKey& key, const Nonce& nonce, const Beside& beside, ByteString& bytes,
                          std::size_t begin);
  // Decrypts what was sealed, its tag behind it, into `out`. False: it is not what was sealed.
  [[nodiscard]] bool open(const SealKey& key, ByteView nonce, const Beside& beside, ByteView sealed, ByteString& out);

 private:
  struct Free {
    void operator()(evp_cipher_ctx_st* context) const;
  };
  [[nodiscard]] bool begin(const SealKey& key, const char* nonce, const Beside& beside, bool encrypts);

  std::unique_ptr<evp_cipher_ctx_st, Free> context_;
  bool usable_ = false;
};

}  // namespace tapri::cache::remote
