// An atomic number that only ever grows, whoever moves it and in whatever order.
//
// Thread-safety: any thread.
#pragma once

#include <atomic>
#include <type_traits>

namespace tapri::coherence {

// `atomic`: a std::atomic or std::atomic_ref. Who loads the number with acquire sees what was done before.
template <typename Atomic>
void move_forward(Atomic&& atomic, typename std::remove_cvref_t<Atomic>::value_type to) {
  auto seen = atomic.load(std::memory_order_relaxed);
  while (seen < to && !atomic.compare_exchange_weak(seen, to, std::memory_order_release, std::memory_order_relaxed)) {
  }
}

}  // namespace tapri::coherence
