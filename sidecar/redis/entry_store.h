// Entries in Redis: a tier that every instance of a fleet shares.
//
// An entry is the value of one key, its name made of a prefix, the tag of the log's epoch, where there is one, and the
// hash of the entry's own key; the value holds that key, which is compared (cache/remote/codec.h). What an entry says
// of positions counts in its own log and epoch alone, and servers that hold entries may outlive the one that holds the
// log, or serve several: by the tag nobody finds what rests on another. A fetch is PTTL and GET in one write, in this
// order: should another entry take the place of one between them, it counts for older than it is. A store is SET with
// PX: every key expires. Nothing else is sent. Expiry is Redis' business, and its clock's: an entry with a TTL lives
// longer by as much as that clock is set back unnoticed, or as Redis takes to carry out a SET (it may have been
// stopped); one that is held to the log by its dependencies is no fresher or staler for it.
//
// Thread-safety: as cache::RemoteTier: the loop's thread, but for stats().
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cache/remote/codec.h"
#include "cache/remote/seal_keyring.h"
#include "cache/remote_tier.h"
#include "redis/client.h"

namespace tapri::redis {

class EntryStore final : public cache::RemoteTier {
 public:
  struct Config {
    std::string name = "redis";  // of the tier, in stats
    std::string prefix;          // of every key: "tapri:shop:e:"
    // The log that entries rest on (coherence::tag_of); null: that of one process. Outlives the store.
    const std::atomic<std::uint64_t>* epoch = nullptr;
    bool promote = true;                       // see RemoteTier::promotes()
    Duration max_ttl = std::chrono::hours(1);  // an entry is kept no longer; its own TTL goes on where it is read
    Duration fetch_deadline = std::chrono::milliseconds(50);
    Duration store_deadline = std::chrono::seconds(1);
    std::size_t max_fetches = 1024;                   // in flight
    std::size_t max_stores = 1024;                    // in flight
    std::size_t max_store_bytes = 8UL * 1024 * 1024;  // of encoded entries in flight
    cache::remote::Codec::Config codec;
    [[nodiscard]] Result<void> validate() const;
  };
  // A valid Config. `keys` to seal with, those in force each time; null: entries are not sealed. The client and the
  // clock outlive every call, but not the object's end.
  EntryStore(Config config, Client& client, const Clock& clock,
             std::shared_ptr<cache::remote::SealKeyring> keys = nullptr);
  ~EntryStore() override;
  EntryStore(const EntryStore&) = delete;
  EntryStore& operator=(const EntryStore&) = delete;

  // The locks for what is kept here; of the same client, so that what is stored is there before a lock is given back.
  void own(std::unique_ptr<cache::RemoteLocks> locks) { locks_ = std::move(locks); }
  // The name of the entry's key in Redis, in the log's epoch.
  [[nodiscard]] std::string name_of(const cache::remote::GlobalKey& key) const;

  [[nodiscard]] bool usable() const override;
  [[nodiscard]] bool fetch(const cache::remote::GlobalKey& key, Done done) override;
  void store(const cache::remote::GlobalKey& key, const cache::NewEntry& entry) override;
  [[nodiscard]] std::size_t stores_under_way() const override;
  [[nodiscard]] bool promotes() const override;
  [[nodiscard]] cache::RemoteLocks* locks() override { return locks_.get(); }
  [[nodiscard]] std::vector<cache::RemoteStats> stats() const override;

 private:
  struct State;
  struct Fetch;
  // What replies need; they may come when the store is gone.
  std::shared_ptr<State> state_;
  Client& client_;
  std::unique_ptr<cache::RemoteLocks> locks_;  // null: none
};

}  // namespace tapri::redis
