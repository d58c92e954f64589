// About how often a key was seen lately, kept in or not: a count-min sketch of 4-bit counters that ages by halving.
//
// Source: TinyLFU (Einziger, Friedman, Manes: TinyLFU: A Highly Efficient Cache Admission Policy, ACM Transactions on
// Storage 13(4), 2017), laid out as Caffeine's FrequencySketch: the four counters of a key lie in one cache line. When
// ten times as many sightings were added as there are words, all counters are halved: the aging of the paper. Its
// doorkeeper is left out, as in Caffeine: it saves memory that 4-bit counters do not need.
//
// Counters of two keys may be the same ones: an estimate is never too low before aging, and may be too high.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tapri::cache::memory {

class FrequencySketch {
 public:
  static constexpr unsigned kMost = 15;

  // `capacity` in keys; rounded up to a power of two, at least 64. 8 bytes each.
  explicit FrequencySketch(std::size_t capacity);
  // Between 0 and kMost.
  [[nodiscard]] unsigned estimate(std::uint64_t hash) const;
  // Seen once more.
  void add(std::uint64_t hash);
  // Seen at least `times`, as someone else counted.
  void raise(std::uint64_t hash, unsigned times);
  [[nodiscard]] std::size_t allocated() const;

 private:
  static constexpr std::size_t kRows = 4;
  struct alignas(64) Block {
    std::array<std::uint64_t, 2 * kRows> words{};  // two a row, 16 counters each
  };
  // Where one of the key's counters is.
  struct Place {
    std::size_t word;
    unsigned shift;
  };
  [[nodiscard]] static Place place_of(std::uint64_t mixed, std::size_t row);
  void seen(std::size_t sightings);
  void halve();

  std::vector<Block> blocks_;
  std::size_t sightings_ = 0;  // since the counters were last halved, and half of those before
};

}  // namespace tapri::cache::memory
