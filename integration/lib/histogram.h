// A log-linear histogram of durations: 64 buckets for each power of two, so a quantile is off by less than 1 %.
//
// Thread-safety: none; each thread has its own and they are added up at the end.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace measure {

class Histogram {
 public:
  void record(std::uint64_t nanoseconds) {
    ++buckets_.at(std::min(bucket(nanoseconds), buckets_.size() - 1));
    ++count_;
  }

  void add(const Histogram& other) {
    for (std::size_t at = 0; at < buckets_.size(); ++at) {
      buckets_.at(at) += other.buckets_.at(at);
    }
    count_ += other.count_;
  }

  [[nodiscard]] std::uint64_t count() const { return count_; }

  // Nanoseconds below which the share `quantile` (0 to 1) of the durations lies; 0 if there are none.
  [[nodiscard]] double quantile(double quantile) const {
    const auto wanted = quantile * static_cast<double>(count_);
    std::uint64_t below = 0;
    for (std::size_t at = 0; at < buckets_.size(); ++at) {
      below += buckets_.at(at);
      if (buckets_.at(at) != 0 && static_cast<double>(below) >= wanted) {
        return middle(at);
      }
    }
    return 0;
  }

 private:
  static constexpr std::size_t kSteps = 64;
  static constexpr int kStepBits = 7;  // bits of a number from kSteps to 2 * kSteps - 1

  static std::size_t bucket(std::uint64_t value) {
    if (value < kSteps) {
      return static_cast<std::size_t>(value);
    }
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - kStepBits;
    return shift * kSteps + static_cast<std::size_t>(value >> shift);
  }

  static double middle(std::size_t bucket) {
    if (bucket < kSteps) {
      return static_cast<double>(bucket);
    }
    const auto shift = bucket / kSteps - 1;
    const auto width = static_cast<double>(std::uint64_t{1} << shift);
    return (static_cast<double>(bucket % kSteps + kSteps) + 0.5) * width;
  }

  std::array<std::uint64_t, kSteps * 36> buckets_{};  // up to 2^41 ns, more than half an hour
  std::uint64_t count_ = 0;
};

}  // namespace measure
