// The right to ask the database for an answer that several instances miss: one has it, the others wait for what it
// stores. It is held for a time and no longer, whatever becomes of its holder, and nothing rests on it but how often
// the database is asked: two who hold it at once are no error.
//
// Thread-safety: one a loop, used on the loop's thread alone.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "cache/remote/global_key.h"

namespace tapri::cache {

// Held until it is destroyed, or its time is over. It may outlive what it comes from.
class RemoteLock {
 public:
  RemoteLock() = default;
  RemoteLock(const RemoteLock&) = delete;
  RemoteLock& operator=(const RemoteLock&) = delete;
  virtual ~RemoteLock() = default;
};

// An attempt to get one; who destroys it is not called any more, and holds nothing.
class LockAttempt {
 public:
  LockAttempt() = default;
  LockAttempt(const LockAttempt&) = delete;
  LockAttempt& operator=(const LockAttempt&) = delete;
  virtual ~LockAttempt() = default;
};

class RemoteLocks {
 public:
  enum class End : std::uint8_t {
    taken,
    released,  // another had it, and has it no more: what it has stored is there by now
    expired,   // another had it for all its time, or still has it after as long as anybody is waited for
    failed,    // nobody knows
  };
  // The lock with `taken`, else null.
  using Done = std::function<void(End, std::unique_ptr<RemoteLock>)>;

  virtual ~RemoteLocks() = default;
  // Takes the lock for `time`, or waits until whoever has it does not. `done` is called once, later; it may destroy the
  // attempt. Null: it cannot be taken now, and there is nothing to wait for.
  [[nodiscard]] virtual std::unique_ptr<LockAttempt> take(const remote::GlobalKey& key, Duration time, Done done) = 0;
};

}  // namespace tapri::cache
