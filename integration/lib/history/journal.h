// The history as it is written: the checker behind a lock, the newest operations, and what was counted.
//
// Thread-safety: all of it may be used by all threads.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "checker.h"

namespace history {

struct Operation {
  int session = 0;
  Transaction transaction = kNone;
  Moment invoked;
  std::string text;
  std::string outcome;
  std::vector<Object> objects;
  std::vector<Row> rows;
  Moment completed;
};

class Journal {
 public:
  // What an object is called.
  using Shown = std::function<std::string(Object)>;
  Journal(Shown shown, bool stop_at_first, std::optional<Bound> bound = {});

  // Before an operation is sent: what is told to the checker, under the lock.
  template <typename Telling>
  auto tell(Telling telling) {
    const std::lock_guard lock(mutex_);
    return telling(checker_);
  }
  // After it has ended: likewise, and the operation is remembered.
  template <typename Telling>
  void ended(Operation operation, Telling telling) {
    const std::lock_guard lock(mutex_);
    operation.completed = std::chrono::steady_clock::now();
    ended_.fetch_add(1, std::memory_order_relaxed);
    if (operations_.size() >= kRemembered) {
      operations_.pop_front();
    }
    operations_.push_back(std::move(operation));
    telling(checker_);
  }
  // An anomaly that the checker does not see by itself.
  void report(Anomaly anomaly, Object object, const std::string& why);
  void error(const std::string& what);
  void count(const std::string& what, std::int64_t by = 1);

  void stop() { running_.store(false); }
  [[nodiscard]] bool running() const { return running_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t violations() const { return violations_.load(); }
  [[nodiscard]] std::int64_t operations() const { return ended_.load(); }
  // All counts, as JSON.
  std::string totals(double seconds);

 private:
  static constexpr std::size_t kRemembered = 4096;
  static constexpr std::size_t kShown = 64;  // operations with each anomaly: of its object, or its transaction
  static constexpr std::int64_t kReported = 5;

  void found(Anomaly anomaly, Object object, const std::string& why);

  void show(const Operation& operation) const;

  std::mutex mutex_;
  Shown shown_;
  Checker checker_;
  std::deque<Operation> operations_;
  std::map<std::string, std::int64_t> counts_;
  std::array<std::int64_t, static_cast<std::size_t>(Anomaly::count)> anomalies_{};
  std::int64_t errors_ = 0;
  std::atomic<std::int64_t> violations_{0}, ended_{0};
  std::atomic<bool> running_{true};
  Moment begun_ = std::chrono::steady_clock::now();
  bool stop_at_first_;
};

}  // namespace history
