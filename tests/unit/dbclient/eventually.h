// Waits for what another thread brings about.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace tapri::dbclient::test {

// Polls; false when it did not come about within half a minute.
inline bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace tapri::dbclient::test
