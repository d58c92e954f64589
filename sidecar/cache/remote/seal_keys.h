// The keys that entries are sealed with, read from a file: a line each, an id (a decimal number below 2^32) and 64
// hexadecimal digits. The first key seals, all of them open. Empty lines and lines that begin with '#' are skipped.
//
// Rotation: a new key is put behind the first on every instance, then in front, and the old one is taken out once what
// it has sealed has expired. A key seals 2^32 entries at most (NIST SP 800-38D, 8.3: nonces are random).
//
// Thread-safety: immutable. The keys are wiped from memory with the object, and never part of an error.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace tapri::cache::remote {

struct SealKey {
  static constexpr std::size_t kSize = 32;
  std::uint32_t id = 0;
  std::array<unsigned char, kSize> bytes{};
};

class SealKeys {
 public:
  static constexpr std::size_t kMaxKeys = 64;

  // `text`, which is wiped, of the file of that name.
  [[nodiscard]] static Result<std::shared_ptr<const SealKeys>> parse(std::string text, const std::string& name);
  SealKeys(const SealKeys&) = delete;
  SealKeys& operator=(const SealKeys&) = delete;
  ~SealKeys();

  [[nodiscard]] const SealKey& first() const { return keys_.front(); }
  // Null: not in the file. Lives as long as this.
  [[nodiscard]] const SealKey* find(std::uint32_t id) const;

 private:
  SealKeys();
  std::vector<SealKey> keys_;  // never grown past what was reserved: nothing is left of a key elsewhere
};

}  // namespace tapri::cache::remote
