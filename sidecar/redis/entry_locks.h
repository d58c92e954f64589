// Locks in Redis, by which the instances of a fleet agree on who asks the database for an entry that none has.
//
// PREFIX{NAME OF THE ENTRY'S KEY} is a random token, for the lock's time. In braces, so that a Cluster has it where the
// entry is, and what its holder sends, entry and release, is carried out in order.
//
// Taken by SET NX PX GET (Redis 7.0), given back by a script that compares the token, as https://redis.io/docs/latest/
// develop/clients/patterns/distributed-locks/ has it for one server. It is an economy, not a mutual exclusion: a lock
// that is lost with a failed primary costs a second question to the database. The script ends the key by PEXPIRE 0,
// which the members' list needs the right to anyway: where DEL was not allowed every lock would last for all its time.
//
// Who does not get it asks now and then whether the token is still there, first after a few milliseconds, then less and
// less often, until the time that Redis said it has left is over. Redis could tell (pub/sub, BLPOP), but replies here
// belong to commands, and one that blocks would hold up all behind it; a connection more for each worker is not worth
// the ten milliseconds or so that this takes off what has cost the database many times that. Per entry and process
// there is one who asks, whoever else waits.
//
// A connection that is lost, a breaker that opens, or an error end every wait at once. Thread-safety: as
// cache::RemoteLocks.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "cache/remote_lock.h"
#include "io/loop.h"
#include "redis/backoff.h"
#include "redis/client.h"

namespace tapri::redis {

class EntryLocks final : public cache::RemoteLocks {
 public:
  struct Config {
    std::string prefix;  // of every lock's key: "tapri:shop:l:"
    // The name of the entry's key in Redis.
    std::function<std::string(const cache::remote::GlobalKey& key)> entry;
    Duration deadline = std::chrono::milliseconds(50);  // of each command
    Duration longest_wait = std::chrono::seconds(5);    // for a lock, whatever Redis says it has left
    Backoff::Config looks = {.first = std::chrono::milliseconds(5), .most = std::chrono::milliseconds(40)};
    std::size_t max_attempts = 1024;  // under way
    [[nodiscard]] Result<void> validate() const;
  };
  // A valid Config. Loop, client and clock outlive every call, but not the object's end.
  EntryLocks(Config config, io::Loop& loop, Client& client, const Clock& clock);
  ~EntryLocks() override;
  EntryLocks(const EntryLocks&) = delete;
  EntryLocks& operator=(const EntryLocks&) = delete;

  [[nodiscard]] std::unique_ptr<cache::LockAttempt> take(const cache::remote::GlobalKey& key, Duration time,
                                                         Done done) override;

 private:
  struct State;
  class Lock;
  class Attempt;
  class Ticket;
  // What replies and locks need; they may come, and go, when this is gone.
  std::shared_ptr<State> state_;
};

}  // namespace tapri::redis
