#include "session/demotions.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

namespace tapri::session {
namespace {

using coherence::Dependency;
using telemetry::Demotion;

// Before the scopes and the global key. It stays within the process.
struct Header {
  Shared* shared = nullptr;
  TimePoint expires_at{};  // as the rule's `l2` says
  double max_rate = 0;     // 0 here and below: none
  std::uint64_t max_bytes_per_second = 0;
  std::uint64_t scopes = 0;
};
static_assert(std::is_trivially_copyable_v<Header>);

struct Beside {
  Header header;
  std::vector<Dependency> scopes;
  ByteView key;
};

Beside read(ByteView bytes) {
  Beside beside;
  std::memcpy(&beside.header, bytes.data(), sizeof beside.header);
  bytes.remove_prefix(sizeof beside.header);
  beside.scopes.resize(beside.header.scopes);
  const std::size_t size = beside.scopes.size() * sizeof(Dependency);
  if (size > 0) std::memcpy(beside.scopes.data(), bytes.data(), size);
  bytes.remove_prefix(size);
  beside.key = bytes;
  return beside;
}

bool flushed(const coherence::Flushes& flushes, std::span<const Dependency> scopes, const cache::Entry& entry) {
  if (entry.as_of >= flushes.newest()) return false;
  const Dependency untracked = coherence::untracked_scope();
  if (entry.dependencies().empty() && flushes.flushed(std::span(&untracked, 1), entry.as_of)) return true;
  return flushes.flushed(scopes, entry.as_of);
}

// As keeping.h's find_usable().
bool usable(const Shared& shared, std::span<const Dependency> scopes, const cache::Entry& entry, TimePoint now) {
  if (flushed(shared.log.flushes(), scopes, entry)) return false;
  if (!entry.dependencies().empty() && !shared.freshness.fresh(now) && !shared.freshness.young(entry.asked_at(), now)) {
    return false;
  }
  return shared.log.check(entry.dependencies(), entry.as_of) == coherence::Validity::valid;
}

policy::RemoteSettings rates_of(const Header& header) {
  policy::RemoteSettings settings;
  if (header.max_rate > 0) settings.max_rate = header.max_rate;
  if (header.max_bytes_per_second > 0) settings.max_bytes_per_second = header.max_bytes_per_second;
  return settings;
}

cache::NewEntry copy_of(const cache::Entry& entry, TimePoint expires_at) {
  cache::NewEntry copy;
  static_cast<cache::EntryFacts&>(copy) = entry;
  copy.expires_at = expires_at;
  copy.payload = entry.payload();
  copy.dependencies.assign(entry.dependencies().begin(), entry.dependencies().end());
  return copy;
}

std::size_t size_of(const cache::Entry& entry) { return entry.payload().size() + entry.demotion().size(); }

// Of the database's time, for each byte.
double worth_of(const cache::Entry& entry) {
  return static_cast<double>(entry.upstream_us) / static_cast<double>(size_of(entry));
}

}  // namespace

ByteString demotion_of(Shared& shared, const Analysis& analysis, const cache::NewEntry& entry,
                       const cache::remote::GlobalKey& key) {
  const policy::RemoteSettings& settings = analysis.verdict.l2;
  Header header;
  header.shared = &shared;
  header.expires_at = settings.ttl ? entry.stored_at + *settings.ttl : TimePoint::max();
  header.max_rate = settings.max_rate.value_or(0);
  header.max_bytes_per_second = settings.max_bytes_per_second.value_or(0);
  header.scopes = analysis.scopes.size();
  const std::size_t scopes = analysis.scopes.size() * sizeof(Dependency);
  const std::size_t size = sizeof header + scopes + key.bytes.size();
  ByteString bytes;
  if (size > cache::kMostDemotionBytes) return bytes;
  bytes.reserve(size);
  bytes.append(reinterpret_cast<const char*>(&header), sizeof header);
  bytes.append(reinterpret_cast<const char*>(analysis.scopes.data()), scopes);
  return bytes += key.bytes;
}

Demotions::Demotions(const Config& config, cache::RemoteTier& tier, telemetry::WorkerMetrics& metrics, Later later)
    : config_(config), tier_(tier), metrics_(metrics), later_(std::move(later)) {}

void Demotions::push(const cache::EntryRef& entry) {
  bytes_ += size_of(*entry);
  queue_.push_back(entry);
}

void Demotions::add(const std::vector<cache::EntryRef>& evicted) {
  const bool usable = tier_.usable();
  for (const cache::EntryRef& entry : evicted) {
    if (!usable) {
      metrics_.demoted(Demotion::unusable);
    } else if (queue_.size() >= config_.max_entries || bytes_ + size_of(*entry) > config_.max_bytes) {
      metrics_.demoted(Demotion::dropped);
    } else {
      push(entry);
    }
  }
  if (!queue_.empty()) go_on(Duration::zero());
}

void Demotions::finish(const std::vector<cache::EntryRef>& entries, std::function<void()> done) {
  for (const cache::EntryRef& entry : entries) push(entry);
  done_ = std::move(done);
  go_on(Duration::zero());
}

void Demotions::go_on(Duration later) {
  if (std::exchange(awaited_, true)) return;
  later_(later, [this] {
    awaited_ = false;
    take_turn();
  });
}

void Demotions::take_turn() {
  for (std::size_t sent = 0; sent < config_.a_turn && !queue_.empty(); ++sent) {
    const bool usable = tier_.usable();
    if (usable && tier_.stores_under_way() >= config_.under_way) break;
    const cache::EntryRef entry = std::move(queue_.front());
    queue_.pop_front();
    bytes_ -= size_of(*entry);
    metrics_.demoted(usable ? send(*entry) : Demotion::unusable);
  }
  const bool full = tier_.stores_under_way() >= config_.under_way;
  if (!queue_.empty()) return go_on(full ? config_.pause : Duration::zero());
  if (!done_) return;
  if (tier_.stores_under_way() > 0) return go_on(config_.pause);
  std::exchange(done_, nullptr)();
}

Demotion Demotions::send(const cache::Entry& entry) {
  const Beside beside = read(entry.demotion());
  Shared& shared = *beside.header.shared;
  const TimePoint now = shared.clock.now();
  const TimePoint expires_at = std::min(entry.expires_at, beside.header.expires_at);
  if (expires_at <= now) return Demotion::expired;
  if (!usable(shared, beside.scopes, entry, now)) return Demotion::invalid;
  const RemoteAdmission::Answer answer{
      .rule = entry.rule, .size = entry.payload().size(), .cost = std::chrono::microseconds(entry.upstream_us)};
  if (const auto reason = shared.admission.refuse(rates_of(beside.header), answer, now)) {
    metrics_.withhold(*reason);
    return Demotion::withheld;
  }
  tier_.store(cache::remote::global_key_of(beside.key), copy_of(entry, expires_at));
  return Demotion::sent;
}

std::vector<cache::EntryRef> best_to_demote(const cache::Store& store, std::size_t max_entries, std::size_t max_bytes) {
  // A heap with the least of them on top.
  std::vector<cache::EntryRef> best;
  const auto worth_more = [](const cache::EntryRef& a, const cache::EntryRef& b) {
    return worth_of(*a) > worth_of(*b);
  };
  store.visit([&](const cache::EntryRef& entry) {
    if (entry->demotion().empty() || max_entries == 0) return;
    if (best.size() == max_entries) {
      if (!worth_more(entry, best.front())) return;
      std::ranges::pop_heap(best, worth_more);
      best.pop_back();
    }
    best.push_back(entry);
    std::ranges::push_heap(best, worth_more);
  });
  std::ranges::sort_heap(best, worth_more);
  std::size_t bytes = 0;
  std::size_t count = 0;
  while (count < best.size() && bytes + size_of(*best[count]) <= max_bytes) bytes += size_of(*best[count++]);
  best.resize(count);
  return best;
}

}  // namespace tapri::session
