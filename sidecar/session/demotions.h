// Answers that the store has no more room for, on their way to the tiers behind it, where their rule says that they go
// there only then (demotion).
//
// What one of them needs is kept beside it (cache::NewEntry::demotion): its key in other instances, what a flush may
// call it by, and what its rule says. Whether it is still of use is seen when its turn has come, by what a look-up goes
// by; who finds it in the tier holds it to the same again. One that came from there has nothing beside it, and is not
// sent back.
//
// Whoever has put something into the store hands over what had to go; nothing is waited for. The queue is bounded: what
// does not fit is dropped, and so is all of it when the tier cannot be used.
//
// Thread-safety: none; one a worker, on the worker's thread. best_to_demote() from any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <vector>

#include "base/clock.h"
#include "cache/entry.h"
#include "cache/remote/global_key.h"
#include "cache/remote_tier.h"
#include "cache/store.h"
#include "session/analysis.h"
#include "session/services.h"
#include "telemetry/metrics.h"

namespace tapri::session {

// What is to be kept beside `entry`, that is to be demoted: it has its payload, when it was stored and what it cost.
// `shared` outlives the entry.
// Empty where that is too much.
[[nodiscard]] ByteString demotion_of(Shared& shared, const Analysis& analysis, const cache::NewEntry& entry,
                                     const cache::remote::GlobalKey& key);

class Demotions {
 public:
  struct Config {
    std::size_t max_entries = 1024;                 // in the queue
    std::size_t max_bytes = 8UL * 1024 * 1024;      // of their results
    std::size_t a_turn = 16;                        // how many are sent before others of the loop have theirs
    std::size_t under_way = 64;                     // no more are sent while so many of the tier's stores are
    Duration pause = std::chrono::milliseconds(1);  // then it is looked again
  };
  // Calls back once, so much later, from nobody else's call; in place of what it was to call before.
  using Later = std::function<void(Duration, std::function<void()>)>;
  // The references outlive it, and so does what `later` has been given.
  Demotions(const Config& config, cache::RemoteTier& tier, telemetry::WorkerMetrics& metrics, Later later);
  Demotions(const Demotions&) = delete;
  Demotions& operator=(const Demotions&) = delete;

  // From Store::put().
  void add(const std::vector<cache::EntryRef>& evicted);
  // Before the end: entries that whoever calls has bounded. `done` is called when none is on its way any more.
  void finish(const std::vector<cache::EntryRef>& entries, std::function<void()> done);

 private:
  void push(const cache::EntryRef& entry);
  void go_on(Duration later);
  void take_turn();
  [[nodiscard]] telemetry::Demotion send(const cache::Entry& entry);

  const Config config_;
  cache::RemoteTier& tier_;
  telemetry::WorkerMetrics& metrics_;
  const Later later_;
  std::deque<cache::EntryRef> queue_;
  std::size_t bytes_ = 0;
  bool awaited_ = false;  // the next turn is
  std::function<void()> done_;
};

// Of what the store holds and would be demoted, what has saved the most of the database's time for each byte.
[[nodiscard]] std::vector<cache::EntryRef> best_to_demote(const cache::Store& store, std::size_t max_entries,
                                                          std::size_t max_bytes);

}  // namespace tapri::session
