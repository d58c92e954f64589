// The steps inside InvalidationLog::append and ::check, one at a time: the real ones, for tests that enumerate what may
// come between them.
#pragma once

#include "coherence/log.h"

namespace tapri::coherence {

struct LogSteps {
  static Position assign(InvalidationLog& log) { return log.assign(); }
  static void apply(InvalidationLog& log, const Footprint& footprint, Position position) {
    log.apply(footprint, position);
  }
  static bool dirty(const InvalidationLog& log, Dependency dependency) { return log.dirty(dependency); }
  static Position last_write(const InvalidationLog& log, Dependency dependency) { return log.last_write(dependency); }
};

}  // namespace tapri::coherence
