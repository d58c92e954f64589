// Guarded<T>: data that can be reached only while its lock is held.
//
// Thread-safety: lock() from any thread. The handle must not outlive the Guarded, and no handle is held while a call
// that may block or re-enter is made.
#pragma once

#include <mutex>
#include <utility>

namespace tapri {

template <typename T>
class Guarded {
 public:
  class Handle {
   public:
    T& operator*() { return *value_; }
    T* operator->() { return value_; }

   private:
    friend class Guarded;
    Handle(std::mutex& mutex, T& value) : lock_(mutex), value_(&value) {}
    std::unique_lock<std::mutex> lock_;
    T* value_;
  };

  Guarded() = default;
  explicit Guarded(T value) : value_(std::move(value)) {}

  [[nodiscard]] Handle lock() { return Handle(mutex_, value_); }

 private:
  std::mutex mutex_;
  T value_{};
};

}  // namespace tapri
