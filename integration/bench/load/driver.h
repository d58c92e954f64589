// Drives all connections of a workload from one thread, and checks every answer: its rows, the key it is about, and
// that no read shows an older version than one that was seen, or written and acknowledged, before the read was sent.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "choice.h"
#include "encoder.h"
#include "session.h"
#include "tally.h"
#include "workload.h"

namespace bench {

class Driver {
 public:
  // Connects all clients; throws where that fails. `workload` must outlive it.
  explicit Driver(const Workload& workload);
  ~Driver();
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  // A pass over all keys (unless they are fresh) and then workload.warm_seconds of the workload, not measured. Throws
  // std::runtime_error where an answer is wrong or does not come.
  void warm();
  // Each client goes on as soon as it has its answers; with a rate, units are begun when they are due, and their
  // latency counts from then, also while every connection is busy. Ends when all that was begun is answered. Throws
  // std::runtime_error where an answer does not come.
  Tally run(double seconds);

  [[nodiscard]] std::uint64_t next_key() const { return choice_.next_key(); }

 private:
  void pass();
  void closed_for(double seconds);
  void open_for(double seconds);
  // Lets every session work until next(session, now) begins nothing more in it and says false.
  template <typename Next>
  void closed(Next&& next);
  // Waits so many nanoseconds for something to read, takes it, and calls free(session's number, now) for each session
  // that is owed nothing any more. False: nothing came.
  template <typename Free>
  bool turn(std::int64_t patience, Free&& free);

  void begin(Session& session, std::size_t unit, std::uint64_t key, std::int64_t now);
  void send(Session& session, Owed owed);
  void watch(std::size_t at);
  // Checks the answers that are there and sends the next steps of their units; whether nothing more is owed.
  bool take_answers(Session& session, std::int64_t now);
  void check(const Owed& owed, const Answer& answer);
  void problem(std::uint64_t& counter, const Owed& owed, const Answer& answer);

  const Workload& workload_;
  std::vector<Encoder> encoders_;
  std::vector<std::unique_ptr<Session>> sessions_;
  std::vector<bool> watched_;           // by session: whether it waits to write
  std::vector<std::int64_t> versions_;  // by key: the least that a read sent from now on may show
  Choice choice_;
  Tally tally_;
  int epoll_;
};

}  // namespace bench
