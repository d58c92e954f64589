// Whether a server is worth asking: a circuit breaker, without I/O or a clock of its own.
//
//   closed     everything goes through; opens on failures in a row, on silence, or when answers take too long
//   open       nothing goes through until a probe is due
//   half_open  one probe is under way; its outcome closes the breaker, or opens it for longer
//
// Answers take too long when the mean of their latencies, each weighing an eighth of all before it, is above a bound:
// one that is slow opens nothing, a server that has become slow does after about ten. Silence is a command whose time
// was over before anything came: replies come in order, so those behind it wait in vain, too. Waits between probes are
// a Backoff's. After M. Nygard, "Release It!". Thread-safety: none.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "redis/backoff.h"

namespace tapri::redis {

class Breaker {
 public:
  enum class State : std::uint8_t { closed, open, half_open };
  enum class Cause : std::uint8_t { failures, latency, silence };
  struct Config {
    std::uint32_t failures = 5;  // in a row, that open it; 0: none do
    Duration latency{};          // the mean above which it opens; 0: none is too long
    bool silence = false;        // whether that opens it
    std::uint32_t samples = 8;   // latencies without which there is no mean
    Backoff::Config probe = {.first = std::chrono::milliseconds(100), .most = std::chrono::seconds(5)};
  };
  Breaker(Config config, std::uint32_t seed) : config_(config), backoff_(config.probe, seed) {}

  [[nodiscard]] State state() const { return state_; }
  // Why it was opened last.
  [[nodiscard]] Cause cause() const { return cause_; }
  [[nodiscard]] Duration mean_latency() const { return mean_; }

  // What became of what went through; while it is not closed that is of no consequence. true: the breaker has opened.
  [[nodiscard]] bool succeeded(Duration latency, TimePoint now);
  [[nodiscard]] bool failed(TimePoint now, bool silence = false);

  // When the next probe is due; nullopt while none is wanted.
  [[nodiscard]] std::optional<TimePoint> probe_due() const;
  // Takes the probe that is due: half open from here on, until one of the next two. false: none is due.
  [[nodiscard]] bool take_probe(TimePoint now);
  // true: the breaker has closed.
  [[nodiscard]] bool probe_succeeded(Duration latency, TimePoint now);
  void probe_failed(TimePoint now);

  // Closed, and nothing is remembered: it is another connection.
  void reset();

 private:
  void open(Cause cause, TimePoint now);

  Config config_;
  Backoff backoff_;
  State state_ = State::closed;
  Cause cause_ = Cause::failures;
  std::uint32_t failures_ = 0;  // in a row
  std::uint32_t samples_ = 0;   // counted up to config_.samples
  Duration mean_{};
  TimePoint probe_due_{};
};
[[nodiscard]] std::string_view breaker_state_name(Breaker::State state);
[[nodiscard]] std::string_view breaker_cause_name(Breaker::Cause cause);

// Whether an error reply says that the server answers nothing at all now (it loads its data, a script runs), a PING no
// better than this command. What concerns writes alone (OOM, READONLY, MISCONF) or some keys (CLUSTERDOWN) does not.
[[nodiscard]] bool is_server_trouble(std::string_view error_code);

}  // namespace tapri::redis
