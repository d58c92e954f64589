#include "redis/entry_store.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "coherence/log.h"
#include "telemetry/metrics.h"

namespace tapri::redis {
namespace {

using cache::NewEntry;
using cache::RemoteStats;
using cache::remote::Codec;
using cache::remote::GlobalKey;
using cache::remote::Miss;
using std::chrono::milliseconds;
using telemetry::Counter;

// What PTTL says of a key that is not there, and of one that never expires.
constexpr std::int64_t kNoKey = -2;
constexpr std::int64_t kNoExpiry = -1;
// What is more was not set by us; it has to fit a Duration.
constexpr std::int64_t kLongestLeft = milliseconds(std::chrono::years(2)).count();

struct Counters {
  Counter hits;
  std::array<Counter, cache::remote::kMissCount> misses;
  Counter fetches_dropped;
  Counter stored, stores_dropped, stores_too_large, stores_expired, stores_outdated, stores_failed;
  Counter bytes_fetched, bytes_stored;
};

}  // namespace

struct EntryStore::State {
  State(Config its_config, const Clock& its_clock, std::shared_ptr<cache::remote::SealKeyring> its_keys)
      : config(std::move(its_config)), clock(its_clock), keys(std::move(its_keys)), codec(config.codec, nullptr) {}

  // With the keys that are in force.
  [[nodiscard]] Codec& current_codec() {
    if (keys == nullptr || keys->generation() == generation) return codec;
    generation = keys->generation();
    codec.use(keys->current());
    return codec;
  }

  // 0: no log, or none that is known.
  [[nodiscard]] std::uint64_t epoch() const {
    return config.epoch == nullptr ? 0 : config.epoch->load(std::memory_order_acquire);
  }
  [[nodiscard]] bool knows_epoch() const { return config.epoch == nullptr || epoch() != 0; }
  // One that no write ends rests on no log.
  [[nodiscard]] bool rests_on(std::uint64_t tag, const NewEntry& entry) const {
    return config.epoch == nullptr || entry.dependencies.empty() ||
           coherence::epoch_of(tag) == coherence::epoch_of(entry.as_of);
  }
  [[nodiscard]] std::string name_of(std::uint64_t tag, const GlobalKey& key) const {
    std::string name = config.prefix;
    if (tag != 0) {
      std::array<char, 17> digits{};
      name.append(digits.data(), std::to_chars(digits.data(), digits.data() + 16, tag, 16).ptr).append(":");
    }
    return name.append(key.name());
  }
  // For how long Redis is to keep it: whole milliseconds, 0 where it is not worth it.
  [[nodiscard]] milliseconds time_to_keep(const NewEntry& entry, TimePoint now) const {
    const bool never = entry.expires_at == TimePoint::max();
    const Duration most = never ? config.max_ttl : std::min(config.max_ttl, entry.expires_at - now);
    return std::max(milliseconds(0), std::chrono::floor<milliseconds>(most));
  }
  void stored(const Result<Reply>& reply, std::size_t bytes) {
    --stores;
    store_bytes -= bytes;
    const bool good = reply && reply->kind() == Reply::Kind::status;
    (good ? counters.stored : counters.stores_failed).add();
    if (good) counters.bytes_stored.add(bytes);
  }

  const Config config;
  const Clock& clock;
  const std::shared_ptr<cache::remote::SealKeyring> keys;
  std::uint64_t generation = 0;  // of the codec's keys
  Codec codec;
  Counters counters;
  std::string encoded;  // reused
  std::size_t fetches = 0;
  std::size_t stores = 0;
  std::size_t store_bytes = 0;
};

// A look for one entry, in two replies.
struct EntryStore::Fetch {
  std::shared_ptr<State> state;
  GlobalKey key;
  Done done;
  TimePoint asked{};
  std::int64_t left = kNoKey;  // milliseconds, as PTTL says it

  void expiry_came(const Result<Reply>& reply) {
    if (!reply || reply->kind() != Reply::Kind::integer) return;
    left = reply->integer() < kNoKey ? kNoKey : std::min(reply->integer(), kLongestLeft);
  }
  void value_came(const Result<Reply>& reply) {
    --state->fetches;
    auto entry = read(reply);
    if (entry) {
      state->counters.hits.add();
    } else {
      state->counters.misses[static_cast<std::size_t>(entry.error())].add();
    }
    done(std::move(entry));
  }
  [[nodiscard]] Result<NewEntry, Miss> read(const Result<Reply>& reply) const {
    if (!reply) return tl::unexpected(Miss::failed);
    if (reply->kind() == Reply::Kind::nil) return tl::unexpected(Miss::absent);
    if (reply->kind() != Reply::Kind::string) return tl::unexpected(Miss::failed);
    state->counters.bytes_fetched.add(reply->text().size());
    // It came between the two, or the first was an error.
    if (left == kNoKey) return tl::unexpected(Miss::absent);
    if (left == kNoExpiry) return tl::unexpected(Miss::malformed);
    return state->current_codec().decode(key, reply->text(), milliseconds(left), asked);
  }
};

Result<void> EntryStore::Config::validate() const {
  if (prefix.empty()) return fail("the keys of a tier need a prefix");
  if (max_ttl < milliseconds(1) || max_ttl > std::chrono::hours(24 * 365)) {
    return fail("a tier keeps entries for 1 ms to a year");
  }
  if (fetch_deadline <= Duration::zero() || store_deadline <= Duration::zero()) {
    return fail("a deadline must be more than nothing");
  }
  return codec.validate();
}

EntryStore::EntryStore(Config config, Client& client, const Clock& clock,
                       std::shared_ptr<cache::remote::SealKeyring> keys)
    : state_(std::make_shared<State>(std::move(config), clock, std::move(keys))), client_(client) {}

EntryStore::~EntryStore() = default;

bool EntryStore::promotes() const { return state_->config.promote; }

std::size_t EntryStore::stores_under_way() const { return state_->stores; }

std::string EntryStore::name_of(const GlobalKey& key) const { return state_->name_of(state_->epoch(), key); }

bool EntryStore::usable() const {
  return client_.connected() && state_->knows_epoch() && state_->fetches < state_->config.max_fetches;
}

bool EntryStore::fetch(const GlobalKey& key, Done done) {
  if (!usable()) {
    state_->counters.fetches_dropped.add();
    return false;
  }
  ++state_->fetches;
  const auto fetch = std::make_shared<Fetch>(Fetch{state_, key, std::move(done), state_->clock.now()});
  const std::string name = state_->name_of(state_->epoch(), key);
  const Duration deadline = state_->config.fetch_deadline;
  client_.send(std::array<std::string_view, 2>{"PTTL", name}, deadline,
               [fetch](const Result<Reply>& reply) { fetch->expiry_came(reply); });
  client_.send(std::array<std::string_view, 2>{"GET", name}, deadline,
               [fetch](const Result<Reply>& reply) { fetch->value_came(reply); });
  return true;
}

void EntryStore::store(const GlobalKey& key, const NewEntry& entry) {
  State& state = *state_;
  const TimePoint now = state.clock.now();
  const milliseconds kept = state.time_to_keep(entry, now);
  if (kept.count() == 0) return state.counters.stores_expired.add();
  const std::uint64_t epoch = state.epoch();
  if (!client_.connected() || !state.knows_epoch() || state.stores >= state.config.max_stores) {
    return state.counters.stores_dropped.add();
  }
  if (!state.rests_on(epoch, entry)) return state.counters.stores_outdated.add();
  switch (state.current_codec().encode(key, entry, kept, now, state.encoded)) {
    case Codec::Encoded::done:
      break;
    case Codec::Encoded::too_large:
      return state.counters.stores_too_large.add();
    case Codec::Encoded::failed:
      return state.counters.stores_failed.add();
  }
  const std::size_t bytes = state.encoded.size();
  if (state.store_bytes + bytes > state.config.max_store_bytes) return state.counters.stores_dropped.add();
  ++state.stores;
  state.store_bytes += bytes;
  const std::string name = state.name_of(epoch, key);
  const std::string time = std::to_string(kept.count());
  client_.send(std::array<std::string_view, 5>{"SET", name, state.encoded, "PX", time}, state.config.store_deadline,
               [owner = state_, bytes](const Result<Reply>& reply) { owner->stored(reply, bytes); });
}

std::vector<RemoteStats> EntryStore::stats() const {
  const Counters& counters = state_->counters;
  RemoteStats stats;
  stats.tier = state_->config.name;
  stats.hits = counters.hits.value();
  std::ranges::transform(counters.misses, stats.misses.begin(), &Counter::value);
  stats.fetches_dropped = counters.fetches_dropped.value();
  stats.stored = counters.stored.value();
  stats.stores_dropped = counters.stores_dropped.value();
  stats.stores_too_large = counters.stores_too_large.value();
  stats.stores_expired = counters.stores_expired.value();
  stats.stores_outdated = counters.stores_outdated.value();
  stats.stores_failed = counters.stores_failed.value();
  stats.bytes_fetched = counters.bytes_fetched.value();
  stats.bytes_stored = counters.bytes_stored.value();
  return {std::move(stats)};
}

}  // namespace tapri::redis
