// Single flight: of several sessions that miss the same key at once, one (the leader) asks the database; the others
// wait for its answer, within bounds.
//
// A leader stores its answer, if there is one, before its flight ends: who is woken then finds it. Who joins after the
// end starts a new flight.
//
// Thread-safety: any thread; a Flight and a ticket have one owner at a time. A waiter's callback runs on the thread
// that ends the flight, without a lock held; it must not throw, and must only hand over to the waiter's own thread.
// Flights may be destroyed before what it handed out.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include "cache/entry.h"
#include "cache/remote_lock.h"

namespace tapri::cache {

namespace flight_detail {
struct Board;
struct Group;
}  // namespace flight_detail

// The leader's duty: ends the flight when destroyed, whatever happened. Movable.
class Flight {
 public:
  Flight();  // leads nothing
  Flight(Flight&&) noexcept;
  Flight& operator=(Flight&&) noexcept;
  ~Flight();
  [[nodiscard]] bool leads() const { return group_ != nullptr; }
  // Wakes every waiter; each looks up again and goes on by itself: to the database if nothing was stored, not into the
  // next flight, or waiters would ask one after another for what cannot be cached. Further calls do nothing.
  void land();
  // Until it has landed, if it leads: other instances wait for its answer as well.
  void hold(std::unique_ptr<RemoteLock> lock) { lock_ = std::move(lock); }

 private:
  friend class Flights;
  Flight(std::shared_ptr<flight_detail::Board> board, flight_detail::Group& group);
  std::shared_ptr<flight_detail::Board> board_;
  flight_detail::Group* group_ = nullptr;  // owned by the board until this flight lands
  std::unique_ptr<RemoteLock> lock_;       // null: none
};

// A place in the queue; leaving it (destruction) forgets the callback.
class FlightTicket {
 public:
  FlightTicket() = default;
  FlightTicket(const FlightTicket&) = delete;
  FlightTicket& operator=(const FlightTicket&) = delete;
  virtual ~FlightTicket() = default;
};

class Flights {
 public:
  struct Config {
    std::size_t max_waiters = 10'000;  // over all flights; past it a miss goes to the database by itself
  };
  explicit Flights(Config config);
  ~Flights();
  Flights(const Flights&) = delete;
  Flights& operator=(const Flights&) = delete;

  struct Joined {
    Flight lead;                           // leads(): this caller is the leader
    std::unique_ptr<FlightTicket> ticket;  // not null: wait for `wake`
                                           // neither: go to the database, the bound is reached
  };
  // `wake` is called at most once and never begins after the ticket's destruction has; but a call that had begun on
  // another thread may still be running when the destructor returns, so what `wake` refers to must outlive that (hold
  // it by a shared or weak pointer). It may destroy its own ticket, join and land.
  [[nodiscard]] Joined join(const KeyView& key, const std::function<void()>& wake);
  [[nodiscard]] std::size_t waiters() const;

 private:
  std::shared_ptr<flight_detail::Board> board_;
};

}  // namespace tapri::cache
