#include "cache/memory/frequency_sketch.h"

#include <algorithm>
#include <bit>

#include "cache/memory/allocation.h"

namespace tapri::cache::memory {
namespace {

constexpr std::size_t kSightingsAWord = 10;

// The shard and its table have used bits of the hash already: of the keys seen here they are all the same.
std::uint64_t mix(std::uint64_t hash) {
  hash *= 0x9e3779b97f4a7c15ULL;
  return hash ^ (hash >> 32U);
}

unsigned count_at(std::uint64_t word, unsigned shift) {
  return static_cast<unsigned>(word >> shift) & FrequencySketch::kMost;
}

}  // namespace

FrequencySketch::FrequencySketch(std::size_t capacity)
    : blocks_(std::bit_ceil(std::max<std::size_t>(capacity, 64)) / (2 * kRows)) {}

// Five bits a row, from the upper half; the block is picked by the lower one.
FrequencySketch::Place FrequencySketch::place_of(std::uint64_t mixed, std::size_t row) {
  const std::uint64_t bits = mixed >> (32U + 5U * row);
  return {2 * row + (bits & 1U), static_cast<unsigned>((bits >> 1U) & 15U) * 4U};
}

unsigned FrequencySketch::estimate(std::uint64_t hash) const {
  const std::uint64_t mixed = mix(hash);
  const Block& block = blocks_[mixed & (blocks_.size() - 1)];
  unsigned least = kMost;
  for (std::size_t row = 0; row < kRows; ++row) {
    const Place place = place_of(mixed, row);
    least = std::min(least, count_at(block.words[place.word], place.shift));
  }
  return least;
}

void FrequencySketch::add(std::uint64_t hash) {
  const std::uint64_t mixed = mix(hash);
  Block& block = blocks_[mixed & (blocks_.size() - 1)];
  bool added = false;
  for (std::size_t row = 0; row < kRows; ++row) {
    const Place place = place_of(mixed, row);
    std::uint64_t& word = block.words[place.word];
    if (count_at(word, place.shift) == kMost) continue;
    word += std::uint64_t{1} << place.shift;
    added = true;
  }
  if (added) seen(1);
}

void FrequencySketch::raise(std::uint64_t hash, unsigned times) {
  times = std::min(times, kMost);
  const std::uint64_t mixed = mix(hash);
  Block& block = blocks_[mixed & (blocks_.size() - 1)];
  unsigned added = 0;
  for (std::size_t row = 0; row < kRows; ++row) {
    const Place place = place_of(mixed, row);
    std::uint64_t& word = block.words[place.word];
    const unsigned count = count_at(word, place.shift);
    if (count >= times) continue;
    word += std::uint64_t{times - count} << place.shift;
    added = std::max(added, times - count);
  }
  seen(added);
}

void FrequencySketch::seen(std::size_t sightings) {
  sightings_ += sightings;
  if (sightings_ >= kSightingsAWord * blocks_.size() * 2 * kRows) halve();
}

void FrequencySketch::halve() {
  for (Block& block : blocks_) {
    for (std::uint64_t& word : block.words) word = (word >> 1U) & 0x7777777777777777ULL;
  }
  sightings_ /= 2;
}

std::size_t FrequencySketch::allocated() const {
  return allocated_bytes(blocks_.capacity() * sizeof(Block) + alignof(Block));
}

}  // namespace tapri::cache::memory
