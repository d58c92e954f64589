// A tier of entries outside of the process, which instances share. Tiers are dumb: whether an entry may be served is
// decided above, by the log and the TTL; what comes back may be of any age, and is to be held against both.
//
// Nothing that goes wrong with a tier is an error of whoever uses it: it is a miss, with the reason, or a store that
// was dropped, and counted.
//
// Thread-safety: one a loop, used on the loop's thread alone; stats() from any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cache/entry.h"
#include "cache/remote/global_key.h"
#include "cache/remote/miss.h"
#include "cache/remote_lock.h"

namespace tapri::cache {

struct RemoteStats {
  std::string tier;  // its name
  std::uint64_t hits = 0;
  std::array<std::uint64_t, remote::kMissCount> misses{};  // by remote::Miss
  std::uint64_t fetches_dropped = 0;                       // too much was in flight, or the tier was not usable
  std::uint64_t stored = 0;
  std::uint64_t stores_dropped = 0;    // likewise
  std::uint64_t stores_too_large = 0;  // larger than the tier takes
  std::uint64_t stores_expired = 0;    // next to nothing was left of the TTL
  std::uint64_t stores_outdated = 0;   // of an epoch of the log that is over
  std::uint64_t stores_failed = 0;     // refused by the tier, or not answered in time
  std::uint64_t bytes_fetched = 0;     // of encoded entries
  std::uint64_t bytes_stored = 0;
};

class RemoteTier {
 public:
  // The entry, its times those of this process's clock, `shape` and `rule` 0; or why there is none.
  using Done = std::function<void(Result<NewEntry, remote::Miss>)>;

  virtual ~RemoteTier() = default;
  // Whether a fetch has a chance now. Cheap: to be asked before a key is made.
  [[nodiscard]] virtual bool usable() const = 0;
  // Looks for the entry. True: `done` will be called once, later, within the tier's deadline; it never is where the
  // connection that carries the tier is destroyed before. False: `done` is dropped, and there is nothing to wait for.
  [[nodiscard]] virtual bool fetch(const remote::GlobalKey& key, Done done) = 0;
  // Stores a copy of the entry for as long as its TTL and the tier's cap allow, in place of what was there. Nothing is
  // waited for.
  virtual void store(const remote::GlobalKey& key, const NewEntry& entry) = 0;
  // How many stores are on their way; of several tiers, in the one that has most.
  [[nodiscard]] virtual std::size_t stores_under_way() const = 0;
  // Whether it takes what was found in a farther tier.
  [[nodiscard]] virtual bool promotes() const { return true; }
  // Where instances agree on who asks the database: what is stored here before a lock is given back is there for who
  // waits for that. Lives as long as the tier; null: there is none.
  [[nodiscard]] virtual RemoteLocks* locks() { return nullptr; }
  // Of each tier, nearest first.
  [[nodiscard]] virtual std::vector<RemoteStats> stats() const = 0;
};

}  // namespace tapri::cache
