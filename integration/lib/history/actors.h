// What those who carry operations out have in common, whatever database they speak to.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <random>
#include <string>
#include <utility>

#include "journal.h"

namespace history {

using Random = std::mt19937;
inline int pick(Random& random, int below) { return std::uniform_int_distribution<int>(0, below - 1)(random); }

// What befalls a statement from outside.
enum class Fault : std::uint8_t {
  reset,      // the client's socket, without a word
  cancel,     // of the statement
  terminate,  // of the server's process or thread
  count
};

struct Disturbance {
  Fault fault;
  std::chrono::microseconds after;
};

inline Disturbance disturbance(Random& random, Journal& journal) {
  const auto fault = static_cast<Fault>(pick(random, static_cast<int>(Fault::count)));
  journal.count(fault == Fault::reset ? "resets" : fault == Fault::cancel ? "cancels" : "terminations");
  return {fault, std::chrono::microseconds(pick(random, 2) == 0 ? pick(random, 300) : pick(random, 3000))};
}

// What is known of a row that comes and goes, while one has the claim on it.
struct Living {
  bool present = true;
  Version version = 0;
  int group = 0;
};

// Reads that many sessions make: so there is something in the cache. Thread-safe.
template <typename Look>
class Pool {
 public:
  // Now and then a new one takes a place.
  template <typename Make>
  Look take(Random& random, Make make) {
    const auto place = static_cast<std::size_t>(pick(random, kPlaces));
    const std::lock_guard lock(mutex_);
    if (!filled_.at(place) || pick(random, 30) == 0) {
      looks_.at(place) = make();
      filled_.at(place) = true;
    }
    return looks_.at(place);
  }

 private:
  static constexpr int kPlaces = 16;
  std::mutex mutex_;
  std::array<Look, kPlaces> looks_{};
  std::array<bool, kPlaces> filled_{};
};

// One that is about to be sent.
inline Operation begun(int session, Transaction transaction, std::string text) {
  Operation out;
  out.session = session;
  out.transaction = transaction;
  out.invoked = std::chrono::steady_clock::now();
  out.text = std::move(text);
  return out;
}

}  // namespace history
