// The steps inside InvalidationLog::append and ::check and DirtyMark::commit, one at a time: the real ones, for tests
// that enumerate what may come between them.
#pragma once

#include <span>

#include "coherence/log.h"

namespace tapri::coherence {

struct LogSteps {
  static Position assign(InvalidationLog& log) { return log.assign(); }
  static void apply(InvalidationLog& log, const Footprint& footprint, Position position) {
    for (const Dependency dependency : footprint.dependencies()) log.apply(dependency, position);
  }
  // The commit itself, with `before_step` called before a position is assigned, and before each slot is written and
  // lowered.
  template <typename BeforeStep>
  static void commit(InvalidationLog& log, DirtyMark& mark, BeforeStep before_step) {
    struct Steps {
      InvalidationLog& log;
      BeforeStep& before_step;
      void append(const Footprint& footprint) { InvalidationLog::append_with(*this, footprint); }
      Position assign() {
        before_step();
        return log.assign();
      }
      void apply(Dependency dependency, Position position) {
        before_step();
        log.apply(dependency, position);
      }
      void lower(Dependency dependency) {
        before_step();
        log.lower(dependency);
      }
    };
    Steps steps{log, before_step};
    mark.commit_with(steps);
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
  // The same, wrong: of each dependency last_write is loaded before dirty.
  template <typename BeforeLoad>
  static Validity check_backwards(const InvalidationLog& log, std::span<const Dependency> dependencies, Position as_of,
                                  BeforeLoad before_load) {
    struct Loads {
      const InvalidationLog& log;
      BeforeLoad& before_load;
      Position loaded = 0;
      bool dirty(Dependency dependency) {
        before_load();
        loaded = log.last_write(dependency);
        before_load();
        return log.dirty(dependency);
      }
      Position last_write(Dependency) { return loaded; }
    };
    Loads loads{log, before_load};
    return InvalidationLog::check_with(loads, dependencies, as_of);
  }
  // In a fleet: an own commit takes its place before the shared log has given it one.
  static void apply_early(InvalidationLog& log, const Footprint& footprint) {
    InvalidationLog::apply_early_with(log, footprint);
  }
  // What DirtyMark::commit handed over is settled, with `before_step` called before each slot is written and lowered.
  template <typename BeforeStep>
  static void settle(InvalidationLog& log, const Footprint& footprint, Position position, BeforeStep before_step) {
    struct Steps {
      InvalidationLog& log;
      BeforeStep& before_step;
      void apply(Dependency dependency, Position at) {
        before_step();
        log.apply(dependency, at);
      }
      void lower(Dependency dependency) {
        before_step();
        log.lower(dependency);
      }
    };
    Steps steps{log, before_step};
    InvalidationLog::settle_with(steps, footprint, position);
  }
  // adopt() itself, with `before_load` called before each of its loads.
  template <typename BeforeLoad>
  static bool adoptable(const InvalidationLog& log, std::span<const Dependency> dependencies, Position as_of,
                        BeforeLoad before_load) {
    struct Loads {
      const InvalidationLog& log;
      BeforeLoad& before_load;
      std::uint64_t unannounced_turns() { return before_load(), log.unannounced_turns(); }
      Position position() { return before_load(), log.position(); }
      Position base() { return before_load(), log.base(); }
      bool dirty(Dependency dependency) { return before_load(), log.dirty(dependency); }
      Position last_write(Dependency dependency) { return before_load(), log.last_write(dependency); }
    };
    Loads loads{log, before_load};
    return InvalidationLog::adoptable_with(loads, dependencies, as_of);
  }
  // For a fleet that is broken on purpose.
  static void forget_base(InvalidationLog& log) { log.base_ = 0; }
  static bool dirty(const InvalidationLog& log, Dependency dependency) { return log.dirty(dependency); }
  static Position last_write(const InvalidationLog& log, Dependency dependency) { return log.last_write(dependency); }
};

}  // namespace tapri::coherence
