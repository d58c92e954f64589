// The steps inside InvalidationLog::append and ::check, one at a time: the real ones, for tests that enumerate what may
// come between them.
#pragma once

#include <span>

#include "coherence/log.h"

namespace tapri::coherence {

struct LogSteps {
  static Position assign(InvalidationLog& log) { return log.assign(); }
  static void apply(InvalidationLog& log, const Footprint& footprint, Position position) {
    log.apply(footprint, position);
  }
  // The check itself, with `before_load` called before each of its loads.
  template <typename BeforeLoad>
  static Validity check(const InvalidationLog& log, std::span<const Dependency> dependencies, Position as_of,
                        BeforeLoad before_load) {
    struct Loads {
      const InvalidationLog& log;
      BeforeLoad& before_load;
      bool dirty(Dependency dependency) {
        before_load();
        return log.dirty(dependency);
      }
      Position last_write(Dependency dependency) {
        before_load();
        return log.last_write(dependency);
      }
    };
    Loads loads{log, before_load};
    return InvalidationLog::check_with(loads, dependencies, as_of);
  }
  static bool dirty(const InvalidationLog& log, Dependency dependency) { return log.dirty(dependency); }
  static Position last_write(const InvalidationLog& log, Dependency dependency) { return log.last_write(dependency); }
};

}  // namespace tapri::coherence
