#include "base/guarded.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace tapri {
namespace {

TEST(Guarded, HoldsWhatItWasMadeWith) {
  Guarded<std::unique_ptr<int>> moved(std::make_unique<int>(7));
  EXPECT_EQ(**moved.lock(), 7);
  Guarded<int> plain;
  EXPECT_EQ(*plain.lock(), 0);
}

TEST(Guarded, OneHandleAtATime) {
  Guarded<int> value;
  std::atomic<bool> inside{false};
  std::atomic<int> together{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 2'000; ++round) {
        const auto handle = value.lock();
        if (inside.exchange(true)) ++together;
        std::this_thread::yield();
        inside = false;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(together, 0);
}

TEST(Guarded, IsFreeOnceTheHandleHasGone) {
  Guarded<int> value;
  for (int i = 0; i < 3; ++i) ++*value.lock();
  std::thread([&] { ++*value.lock(); }).join();
  EXPECT_EQ(*value.lock(), 4);
}

}  // namespace
}  // namespace tapri
