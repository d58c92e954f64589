// How long to wait before the next attempt: longer with each that failed, and never two processes in step.
//
// The wait is drawn evenly from the upper half of a bound that doubles from `first` to `most` ("equal jitter", after
// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/): a fleet whose server comes back does not
// fall on it all at once.
// Thread-safety: none.
#pragma once

#include <cstdint>
#include <random>

#include "base/clock.h"

namespace tapri::redis {

class Backoff {
 public:
  struct Config {
    Duration first = std::chrono::milliseconds(50);
    Duration most = std::chrono::seconds(5);
  };
  // Another seed, another sequence.
  Backoff(Config config, std::uint32_t seed) : config_(config), bound_(config.first), random_(seed) {}

  [[nodiscard]] Duration next();
  // It worked: begin anew.
  void reset() { bound_ = config_.first; }

 private:
  Config config_;
  Duration bound_;
  std::minstd_rand random_;
};

}  // namespace tapri::redis
