// The keys to seal with that are in force, for all workers: replaced as a whole when their file was read again.
//
// Thread-safety: any thread. Whoever uses keys holds its share in them and asks generation() whether there are others:
// one load. What was replaced is wiped once nobody holds it any more.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/guarded.h"
#include "cache/remote/seal_keys.h"

namespace tapri::cache::remote {

class SealKeyring {
 public:
  // Neither null here nor there.
  explicit SealKeyring(std::shared_ptr<const SealKeys> keys) : keys_(std::move(keys)) {}
  void replace(std::shared_ptr<const SealKeys> keys) {
    keys_.lock()->swap(keys);
    generation_.fetch_add(1, std::memory_order_release);
  }

  // Grows when keys have been replaced. current() is of this generation or a newer one if it is asked for later.
  [[nodiscard]] std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }
  [[nodiscard]] std::shared_ptr<const SealKeys> current() { return *keys_.lock(); }

 private:
  Guarded<std::shared_ptr<const SealKeys>> keys_;
  std::atomic<std::uint64_t> generation_{1};
};

}  // namespace tapri::cache::remote
