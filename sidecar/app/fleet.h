// What makes this instance one of a fleet: the log that it shares with the others, and the tier behind the store.
//
// Thread-safety: made, started and stopped by one thread; the rest from any, but where said.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "cache/remote/seal_keyring.h"
#include "cache/remote_tier.h"
#include "config/config.h"
#include "proxy/connection.h"
#include "redis/entry_store.h"
#include "redis/log_transport.h"
#include "redis/members.h"

namespace tapri::app {

class Fleet {
 public:
  // A client of Redis, and the tier whose server it talks to.
  struct Client {
    std::string tier;
    std::shared_ptr<redis::ClientMetrics> metrics;
  };
  // Reads what files the configuration names; Redis is not asked for anything yet. Of a configuration with a Redis.
  // What is behind the references outlives this. `hint`: another instance may have changed the schema.
  [[nodiscard]] static Result<std::unique_ptr<Fleet>> make(const config::Config& config, const Clock& clock,
                                                           coherence::InvalidationLog& log,
                                                           coherence::Freshness& freshness,
                                                           std::function<void(const coherence::SchemaHint&)> hint);

  // Statements pass from the beginning; answers come from the cache once the log has been read.
  void start();
  // What waits for others to be told does not any more.
  void stop() { transport_->stop(); }

  [[nodiscard]] proxy::FleetServices services();
  // Of one worker: to be called before its loop runs. Null: there is none.
  [[nodiscard]] std::shared_ptr<cache::RemoteTier> make_remote(io::Loop& loop);
  // The file of keys that results are sealed with is read again; all workers go over to what is in it at once. The
  // error says what is wrong with it: those read before stay in use. Not from two threads at a time.
  [[nodiscard]] Result<void> reload_seal_keys();
  // Whether the file was good when it was read last; nullopt: there is none.
  [[nodiscard]] std::optional<bool> seal_keys_good() const;
  // Tells the others what this instance has flushed (InvalidationLog::flush); waits until the log has it. False: they
  // may not hear of it. Not to be called on the log's own thread.
  [[nodiscard]] bool tell_flush(coherence::Footprint what);

  [[nodiscard]] redis::LogStatus status() { return transport_->status(); }
  // Who belongs to the fleet, this instance among them; empty: Redis was not heard of lately.
  [[nodiscard]] std::vector<redis::Member> members() const { return members_->all(); }
  // Of every client of Redis that was made here.
  [[nodiscard]] std::vector<Client> clients() { return *clients_.lock(); }
  // Of all workers together, nearest tier first.
  [[nodiscard]] std::vector<cache::RemoteStats> remote_stats();

 private:
  Fleet(const config::Config& config, const Clock& clock, const coherence::Freshness& freshness);
  // How a tier is reached, and what is kept there.
  struct Place {
    redis::Config client;
    redis::EntryStore::Config entries;
  };
  // A client whose metrics are kept.
  [[nodiscard]] std::unique_ptr<redis::Client> make_client(io::Loop& loop, redis::Config config,
                                                           std::string_view tier = config::kSharedTier);
  // Of a Cluster: the one that has the log, and the members beside it.
  [[nodiscard]] redis::Config of_one_server() const;
  // What this instance says of itself, as JSON.
  [[nodiscard]] std::string introduction();
  [[nodiscard]] Result<void> prepare();
  [[nodiscard]] Result<void> prepare(const config::Tier& tier);

  const config::Config& config_;
  const Clock& clock_;
  const coherence::Freshness& freshness_;
  redis::Config client_;                                   // of redis.url
  std::vector<Place> places_;                              // nearest first
  std::shared_ptr<cache::remote::SealKeyring> seal_keys_;  // null: not sealed
  std::atomic<bool> seal_keys_good_{true};
  std::unique_ptr<redis::LogTransport> transport_;
  std::unique_ptr<redis::Client> members_client_;
  std::unique_ptr<redis::Members> members_;
  Guarded<std::vector<Client>> clients_;
  Guarded<std::vector<std::weak_ptr<cache::RemoteTier>>> remotes_;
};

}  // namespace tapri::app
