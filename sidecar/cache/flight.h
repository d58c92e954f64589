// Single flight: of several sessions that miss the same key at once, one (the leader) asks the database; the others wait
// for its answer, within bounds.
//
// Thread-safety: any thread. A waiter's callback runs on the thread that ends the flight, without a lock held; it must
// only hand over to the waiter's own thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "cache/entry.h"

namespace tapri::cache {

class Flights;

// The leader's duty: ends the flight when destroyed, whatever happened. Movable.
class Flight {
 public:
  Flight() = default;
  Flight(Flight&&) noexcept;
  Flight& operator=(Flight&&) noexcept;
  ~Flight();
  [[nodiscard]] bool leads() const { return flights_ != nullptr; }
  // Wakes every waiter; each looks up again and goes on by itself.
  void land();

 private:
  friend class Flights;
  Flights* flights_ = nullptr;
  std::uint64_t id_ = 0;
  ByteString key_;
};

// A place in the queue; leaving it (destruction) forgets the callback.
class FlightTicket {
 public:
  virtual ~FlightTicket() = default;
};

class Flights {
 public:
  struct Config {
    std::size_t max_waiters = 10'000;  // over all flights; past it a miss goes to the database by itself
  };
  explicit Flights(Config config);
  ~Flights();

  struct Joined {
    Flight lead;                           // leads(): this caller is the leader
    std::unique_ptr<FlightTicket> ticket;  // not null: wait for `wake`
                                           // neither: go to the database, the bound is reached
  };
  // `wake` is called at most once, only while the ticket lives... and may run on another thread at the same time as the
  // ticket is destroyed; it must stay callable until then.
  [[nodiscard]] Joined join(const KeyView& key, std::function<void()> wake);
  [[nodiscard]] std::size_t waiters() const;

 private:
  friend class Flight;
  friend class FlightTicket;
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace tapri::cache
