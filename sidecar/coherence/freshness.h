// Whether what this instance knows of the fleet's log is recent enough for hits: the guard that stands beside
// InvalidationLog::check.
//
//   local    always
//   bounded  until `max_staleness` after the request of the last complete read of the log was sent: whatever was
//            acknowledged before that request is applied. After that, what the database was asked for at most
//            `max_staleness` ago: nobody has to say what was written since
//   strict   until then, and in addition the caller has had a sync that began after it was asked
//            (redis/log_transport.h)
//
// Thread-safety: fresh(), young() and the getters from any thread; the rest from the follower's.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace tapri::coherence {

enum class FleetMode : std::uint8_t { local, bounded, strict };
[[nodiscard]] constexpr std::string_view mode_name(FleetMode mode) {
  constexpr std::string_view kNames[] = {"local", "bounded", "strict"};
  return kNames[static_cast<std::size_t>(mode)];
}

class Freshness {
 public:
  // Of a process that is alone.
  Freshness() = default;
  Freshness(FleetMode mode, Duration max_staleness) : mode_(mode), max_staleness_(max_staleness) {
    if (mode != FleetMode::local) fresh_until_.store(TimePoint::min().time_since_epoch().count());
  }

  // Whether hits are allowed at `now`, a moment after the request for them had come.
  [[nodiscard]] bool fresh(TimePoint now) const {
    return now.time_since_epoch().count() <= fresh_until_.load(std::memory_order_acquire);
  }
  // Whether an answer may be a hit at `now` although hits are not allowed, for the database was asked for it no earlier
  // than `asked`.
  [[nodiscard]] bool young(TimePoint asked, TimePoint now) const {
    return mode_ == FleetMode::bounded && asked >= now - max_staleness_;
  }
  [[nodiscard]] FleetMode mode() const { return mode_; }
  [[nodiscard]] Duration max_staleness() const { return max_staleness_; }
  // When the request of the last complete read was sent; TimePoint::min(): there was none.
  [[nodiscard]] TimePoint last_sync() const { return TimePoint(Duration(last_sync_.load(std::memory_order_acquire))); }
  // How long ago that was; nullopt: there was none.
  [[nodiscard]] std::optional<Duration> sync_age(TimePoint now) const {
    const TimePoint last = last_sync();
    return last == TimePoint::min() ? std::nullopt : std::optional(now - last);
  }

  // A read of the log whose request was sent at `sent` has been answered, was complete, and is applied. `suspended`:
  // there is something that the log does not tell, so there are no hits for now.
  void synced(TimePoint sent, bool suspended) {
    if (sent > last_sync()) last_sync_.store(sent.time_since_epoch().count(), std::memory_order_release);
    const TimePoint until = suspended ? TimePoint::min() : last_sync() + max_staleness_;
    fresh_until_.store(until.time_since_epoch().count(), std::memory_order_release);
  }
  // No hits until synced() is called again.
  void suspend() { fresh_until_.store(TimePoint::min().time_since_epoch().count(), std::memory_order_release); }

 private:
  FleetMode mode_ = FleetMode::local;
  Duration max_staleness_{};
  std::atomic<Duration::rep> last_sync_{TimePoint::min().time_since_epoch().count()};
  std::atomic<Duration::rep> fresh_until_{TimePoint::max().time_since_epoch().count()};
};

}  // namespace tapri::coherence
