#include "redis/discovery.h"

namespace tapri::redis {

void ListedAddresses::find(Done done) {
  if (addresses_.empty()) return done(fail("no address of a Redis is configured"));
  done(addresses_[next_++ % addresses_.size()]);
}

}  // namespace tapri::redis
