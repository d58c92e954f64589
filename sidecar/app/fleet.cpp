#include "app/fleet.h"

#include <json/json.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <future>
#include <utility>

#include "app/redis_config.h"
#include "app/seal_keys_file.h"
#include "cache/remote/tiers.h"
#include "redis/entry_locks.h"

namespace tapri::app {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "?";
}

// A moment in which Redis is slow only holds up what is written then, where failing is the alternative.
constexpr Duration kStrictDeadline = std::chrono::seconds(1);

// How long what clients wait for in a tier may take.
Duration tier_timeout(const config::Config& config) { return std::min(config.l2.timeout, config.redis.timeout); }

bool is_strict(const config::Config& config) { return config.coherence.mode == config::FleetMode::strict; }

redis::LogConfig log_config(const config::Config& config) {
  redis::LogConfig log;
  log.name_space = config.redis.name_space;
  log.fleet.lease = config.coherence.writer_lease;
  log.deadline = is_strict(config) ? std::max<Duration>(config.redis.timeout, kStrictDeadline) : config.redis.timeout;
  log.sync_wait = config.redis.timeout;
  log.poll = std::min<Duration>(log.poll, config.coherence.max_staleness / 4);
  log.most_records = config.coherence.log_records;
  return log;
}

redis::EntryStore::Config entry_config(const config::Config& config, const config::Tier& tier) {
  redis::EntryStore::Config entries;
  entries.name = tier.name;
  entries.promote = tier.promote;
  entries.prefix = "tapri:" + config.redis.name_space + ":e:";
  entries.max_ttl = tier.max_ttl;
  entries.fetch_deadline = tier_timeout(config);
  entries.store_deadline = config.redis.timeout;
  entries.codec.max_encoded = entries.codec.max_contents = config.l2.max_result;
  entries.codec.compress_above = config.l2.compress_above;
  return entries;
}

// By which instances agree on who asks the database for what `store` may keep. Uses its client.
std::unique_ptr<cache::RemoteLocks> make_locks(const config::Config& config, io::Loop& loop, redis::Client& client,
                                               const Clock& clock, const redis::EntryStore& store) {
  redis::EntryLocks::Config locks;
  locks.prefix = "tapri:" + config.redis.name_space + ":l:";
  locks.entry = [&store](const cache::remote::GlobalKey& key) { return store.name_of(key); };
  locks.deadline = tier_timeout(config);
  locks.longest_wait = config.l2.lock_ttl;
  return std::make_unique<redis::EntryLocks>(std::move(locks), loop, client, clock);
}

// A worker's clients, and the tiers that use them.
struct Remote {
  std::vector<std::unique_ptr<redis::Client>> clients;
  std::unique_ptr<cache::RemoteTier> tiers;
};

void add(cache::RemoteStats& sum, const cache::RemoteStats& more) {
  sum.hits += more.hits;
  for (std::size_t i = 0; i < sum.misses.size(); ++i) sum.misses[i] += more.misses[i];
  sum.fetches_dropped += more.fetches_dropped;
  sum.stored += more.stored;
  sum.stores_dropped += more.stores_dropped;
  sum.stores_too_large += more.stores_too_large;
  sum.stores_expired += more.stores_expired;
  sum.stores_outdated += more.stores_outdated;
  sum.stores_failed += more.stores_failed;
  sum.bytes_fetched += more.bytes_fetched;
  sum.bytes_stored += more.bytes_stored;
}

}  // namespace

Fleet::Fleet(const config::Config& config, const Clock& clock, const coherence::Freshness& freshness)
    : config_(config), clock_(clock), freshness_(freshness) {}

Result<std::unique_ptr<Fleet>> Fleet::make(const config::Config& config, const Clock& clock,
                                           coherence::InvalidationLog& log, coherence::Freshness& freshness,
                                           std::function<void(const coherence::SchemaHint&)> hint) {
  std::unique_ptr<Fleet> fleet(new Fleet(config, clock, freshness));
  if (auto prepared = fleet->prepare(); !prepared) return tl::unexpected<Error>(prepared.error());
  // A record that comes late is worth more to the others than one that never comes: being slow does not end the log.
  redis::Config appending = fleet->of_one_server();
  appending.breaker.latency = {};
  // Nor may who has written be back much later than who reads: meanwhile the others would not see what it writes.
  appending.reconnect.most = appending.breaker.probe.most = std::clamp<Duration>(
      config.coherence.max_staleness / 2, std::chrono::milliseconds(100), appending.reconnect.most);
  // Besides, one that waits for what is new is slow by its nature.
  redis::Config waiting = appending;
  waiting.link.client_name += "-follower";
  fleet->transport_ = std::make_unique<redis::LogTransport>(
      log_config(config), clock, log, freshness, [&](io::Loop& loop) { return fleet->make_client(loop, appending); },
      [&](io::Loop& loop) { return fleet->make_client(loop, waiting); }, std::move(hint));
  return fleet;
}

std::unique_ptr<redis::Client> Fleet::make_client(io::Loop& loop, redis::Config config, std::string_view tier) {
  config.metrics = std::make_shared<redis::ClientMetrics>();
  clients_.lock()->push_back({std::string(tier), config.metrics});
  return redis::make_client(loop, clock_, std::move(config));
}

redis::Config Fleet::of_one_server() const {
  redis::Config config = client_;
  if (config.cluster) config.cluster_key = redis::LogKeys(config_.redis.name_space).log;
  return config;
}

void Fleet::start() {
  io::Loop& loop = transport_->loop();
  members_client_ = make_client(loop, of_one_server());
  redis::Members::Config config;
  config.name_space = config_.redis.name_space;
  config.id = host_name() + ":" + std::to_string(getpid());
  config.deadline = config_.redis.timeout;
  members_ = std::make_unique<redis::Members>(loop, *members_client_, config, [this] { return introduction(); });
  transport_->start();
}

std::string Fleet::introduction() {
  const redis::LogStatus log = status();
  Json::Value out;
  out["version"] = TAPRI_VERSION;
  out["mode"] = std::string(coherence::mode_name(freshness_.mode()));
  out["epoch"] = static_cast<Json::UInt64>(log.epoch);
  out["position"] = static_cast<Json::UInt64>(log.position);
  out["open"] = static_cast<Json::UInt64>(log.open_here);
  std::array<Json::UInt, 3> breakers{};
  for (const Client& client : clients()) ++breakers[static_cast<std::size_t>(client.metrics->breaker.load())];
  out["breakers"]["closed"] = breakers[static_cast<std::size_t>(redis::Breaker::State::closed)];
  out["breakers"]["half_open"] = breakers[static_cast<std::size_t>(redis::Breaker::State::half_open)];
  out["breakers"]["open"] = breakers[static_cast<std::size_t>(redis::Breaker::State::open)];
  if (const auto age = freshness_.sync_age(clock_.now())) {
    out["last_sync_age_seconds"] = std::chrono::duration<double>(*age).count();
  }
  Json::StreamWriterBuilder writer;
  writer["indentation"] = "";
  return Json::writeString(writer, out);
}

Result<void> Fleet::prepare() {
  auto client = redis_config(config_, *config_.redis_server);
  if (!client) return tl::unexpected<Error>(client.error());
  client_ = std::move(*client);
  client_.state = std::make_shared<telemetry::StateLog>("redis");
  for (const config::Tier& tier : config_.tiers) {
    if (auto prepared = prepare(tier); !prepared) return prepared;
  }
  if (config_.l2.keys_file.empty()) return {};
  auto keys = read_seal_keys(config_.l2.keys_file);
  if (!keys) return tl::unexpected<Error>(keys.error());
  seal_keys_ = std::make_shared<cache::remote::SealKeyring>(std::move(*keys));
  return {};
}

Result<void> Fleet::reload_seal_keys() {
  if (!seal_keys_) return {};
  auto keys = read_seal_keys(config_.l2.keys_file);
  seal_keys_good_ = keys.has_value();
  if (!keys) {
    telemetry::log(telemetry::Level::error, "l2", "the keys to seal with are refused; the last good ones stay in use",
                   {{"error", keys.error().message}});
    return tl::unexpected<Error>(keys.error());
  }
  telemetry::log(telemetry::Level::info, "l2", "the keys to seal with were read again",
                 {{"seals", (*keys)->first().id}});
  seal_keys_->replace(std::move(*keys));
  return {};
}

std::optional<bool> Fleet::seal_keys_good() const {
  if (!seal_keys_) return std::nullopt;
  return seal_keys_good_.load();
}

Result<void> Fleet::prepare(const config::Tier& tier) {
  Place place{client_, entry_config(config_, tier)};
  if (tier.server) {
    auto client = redis_config(config_, *tier.server);
    if (!client) return fail("l2.tiers: " + tier.name + ": " + client.error().message);
    place.client = std::move(*client);
    place.client.state = std::make_shared<telemetry::StateLog>("l2." + tier.name);
  }
  // One that answers later than anybody waits is not well again, either.
  place.client.breaker.latency = std::min(place.client.breaker.latency, tier_timeout(config_));
  place.client.breaker.silence = true;
  if (auto valid = place.entries.validate(); !valid) return valid;
  places_.push_back(std::move(place));
  return {};
}

proxy::FleetServices Fleet::services() {
  proxy::FleetServices services;
  services.announcer = transport_.get();
  using config::OnPublishFailure;
  const OnPublishFailure wanted = config_.coherence.on_publish_failure;
  services.fail_unannounced =
      wanted == OnPublishFailure::fail_writes || (wanted == OnPublishFailure::by_mode && is_strict(config_));
  if (is_strict(config_)) {
    services.await_intents = true;
    services.sync = [this](std::function<void(bool)> done) { transport_->sync(std::move(done)); };
  }
  return services;
}

std::shared_ptr<cache::RemoteTier> Fleet::make_remote(io::Loop& loop) {
  if (!config_.l2.enabled) return nullptr;
  auto remote = std::make_shared<Remote>();
  std::vector<std::unique_ptr<cache::RemoteTier>> tiers;
  for (const Place& place : places_) {
    remote->clients.push_back(make_client(loop, place.client, place.entries.name));
    redis::EntryStore::Config entries = place.entries;
    entries.epoch = &transport_->epoch_tag();
    redis::Client& client = *remote->clients.back();
    auto store = std::make_unique<redis::EntryStore>(std::move(entries), client, clock_, seal_keys_);
    store->own(make_locks(config_, loop, client, clock_, *store));
    tiers.push_back(std::move(store));
  }
  remote->tiers = cache::remote::stack(std::move(tiers));
  std::shared_ptr<cache::RemoteTier> all(remote, remote->tiers.get());
  remotes_.lock()->push_back(all);
  return all;
}

bool Fleet::tell_flush(coherence::Footprint what) {
  const auto told = std::make_shared<std::promise<void>>();
  const redis::LogTransport::Ticket ticket = transport_->flush(std::move(what));
  transport_->when_completed(ticket, [told] { told->set_value(); });
  told->get_future().wait();
  return !transport_->failed(ticket);
}

std::vector<cache::RemoteStats> Fleet::remote_stats() {
  std::vector<cache::RemoteStats> sums;
  auto remotes = remotes_.lock();
  for (const auto& each : *remotes) {
    const auto remote = each.lock();
    if (!remote) continue;
    const auto tiers = remote->stats();
    for (std::size_t i = 0; i < tiers.size(); ++i) {
      if (i < sums.size()) {
        add(sums[i], tiers[i]);
      } else {
        sums.push_back(tiers[i]);
      }
    }
  }
  return sums;
}

}  // namespace tapri::app
