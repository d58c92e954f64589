// The threads of the history: each has two sessions, of which one at a time has a transaction.
#pragma once

#include <array>
#include <atomic>
#include <mutex>
#include <string>

#include "changes.h"
#include "journal.h"
#include "schema.h"

namespace history {

inline constexpr int kSlots = 4;  // lists of a table that are written at a time

// Reads that many sessions make: so there is something in the cache. Thread-safe.
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

struct Shared {
  Journal& journal;
  std::string address;
  std::string administrator;  // past Tapri: it ends server processes, and looks what became of their transactions
  Claims claims;
  Pool pool;
  // Of the list that a slot has now, by table and slot.
  std::array<std::array<std::atomic<int>, kSlots>, kTables.size()> lists{};
};

// An exception of a session is counted as an error, and ends the thread.
void work_until_stopped(Shared& shared, int number);
// When all have ended: everything is read once more, through Tapri and past it.
void read_all(Shared& shared);

}  // namespace history
