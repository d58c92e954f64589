#include "redis/backoff.h"

#include <algorithm>

namespace tapri::redis {

Duration Backoff::next() {
  const Duration bound = bound_;
  bound_ = bound > config_.most / 2 ? config_.most : bound * 2;
  std::uniform_int_distribution<Duration::rep> draw(bound.count() / 2, std::max<Duration::rep>(bound.count(), 0));
  return Duration(draw(random_));
}

}  // namespace tapri::redis
