// Chooses what a client does next, and with which key; the same for the same seed.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "workload.h"

namespace bench {

class Choice {
 public:
  explicit Choice(const Workload& workload) : workload_(workload), random_(workload.seed), next_(workload.keys.start) {
    for (const auto& unit : workload.units) {
      total_ += unit.share;
    }
    if (workload.keys.skew > 0) {
      up_to_.reserve(workload.keys.count);
      double sum = 0;
      for (std::uint64_t key = 1; key <= workload.keys.count; ++key) {
        up_to_.push_back(sum += std::pow(static_cast<double>(key), -workload.keys.skew));
      }
    }
  }

  std::size_t unit() {
    auto left = static_cast<unsigned>(below(total_));
    std::size_t at = 0;
    while (left >= workload_.units[at].share) {
      left -= workload_.units[at++].share;
    }
    return at;
  }

  std::uint64_t key() {
    const auto& keys = workload_.keys;
    // The counts in use have no prime factors but 2 and 5: every key comes once before one comes again.
    constexpr std::uint64_t kStep = 7'368'787;
    if (!up_to_.empty()) {
      return skewed();
    }
    return 1 + (keys.fresh ? next_++ * kStep % keys.count : below(keys.count));
  }

  // Nanoseconds to the next one of arrivals that know nothing of each other.
  double gap(double rate) { return std::exponential_distribution<double>(rate)(random_) * 1e9; }

  // Where fresh keys go on in another run.
  [[nodiscard]] std::uint64_t next_key() const { return next_; }

 private:
  std::uint64_t below(std::uint64_t count) { return random_() % count; }

  std::uint64_t skewed() {
    const auto at = std::uniform_real_distribution<double>(0, up_to_.back())(random_);
    const auto found = std::lower_bound(up_to_.begin(), up_to_.end(), at) - up_to_.begin();
    return std::min<std::uint64_t>(1 + static_cast<std::uint64_t>(found), up_to_.size());
  }

  const Workload& workload_;
  std::mt19937_64 random_;
  std::uint64_t next_;
  unsigned total_ = 0;
  std::vector<double> up_to_;  // by key: the weights of all keys up to it, where they differ
};

}  // namespace bench
