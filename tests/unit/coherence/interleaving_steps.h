// The steps that scripts are made of (interleaving.h), over the real classes: one step, one moment.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "interleaving.h"

namespace tapri::coherence::interleaving {

// The reader's steps.
template <std::size_t R>
void lease(World& world) {
  world.readers[R].lease = world.log.lease();
}
template <std::size_t R>
void read(World& world) {
  world.readers[R].value = world.database;
  world.tell(world.database);
}
template <std::size_t R>
void store(World& world) {
  world.cache = Cached{world.readers[R].value, world.readers[R].lease->as_of()};
}
inline void hit(World& world) {
  if (!world.cache) return;
  if (world.log.check(world.model.entry, world.cache->as_of) != Validity::valid) return;
  world.serve(world.cache->value, world.floor());
}

// A hit whose check is taken apart into its loads.
inline void look_up(World& world) {
  Reader& reader = world.readers[0];
  reader.found = world.cache;
  reader.floor = world.floor();
  reader.clean = reader.found.has_value();
}
template <std::size_t D>
void load_dirty(World& world) {
  if (LogSteps::dirty(world.log, world.model.entry[D])) world.readers[0].clean = false;
}
template <std::size_t D>
void load_last_write(World& world) {
  Reader& reader = world.readers[0];
  if (reader.found && LogSteps::last_write(world.log, world.model.entry[D]) > reader.found->as_of) {
    reader.clean = false;
  }
}
inline void serve_if_clean(World& world) {
  const Reader& reader = world.readers[0];
  if (reader.clean) world.serve(reader.found->value, reader.floor);
}

// The writer's steps.
template <std::size_t W>
void raise(World& world) {
  world.marks[W] = DirtyMark(world.log, world.footprint(W));
}
template <std::size_t W>
void commit_in_database(World& world) {
  for (std::size_t table = 0; table < 2; ++table) world.database[table] += world.model.writers[W].change[table];
}
template <std::size_t W>
void assign(World& world) {
  world.assigned[W] = LogSteps::assign(world.log);
}
inline void assign_both(World& world) { world.assigned[0] = world.assigned[1] = LogSteps::assign(world.log); }
template <std::size_t W>
void apply(World& world) {
  LogSteps::apply(world.log, world.footprint(W), world.assigned[W]);
}
template <std::size_t W>
void append(World& world) {
  world.log.append(world.footprint(W));
}
template <std::size_t W>
void lower(World& world) {
  world.marks[W].lower();
}
template <std::size_t W>
void commit(World& world) {
  world.marks[W].commit();
}
// The registers only grow and the acknowledgement follows the commit: all that is committed by then on these tables.
template <std::size_t W>
void acknowledge(World& world) {
  for (std::size_t table = 0; table < 2; ++table) {
    if (world.model.writers[W].change[table] != 0) world.acknowledged[table] = world.database[table];
  }
}
// The acknowledgement changes nothing shared: right after lowering is the earliest, hence the strictest, place for it.
template <std::size_t W>
void lower_and_acknowledge(World& world) {
  lower<W>(world);
  acknowledge<W>(world);
}
template <std::size_t W>
void commit_and_acknowledge(World& world) {
  commit<W>(world);
  acknowledge<W>(world);
}

// What may be wrong: a step left out, or in the wrong place.
enum class Broken : std::uint8_t { nothing, lease_after_read, dirty_skipped, acknowledged_first, check_backwards };

// Runs one party whose own code has `moments` at which the others may have moved on by any number of steps: with every
// way in which they can.
template <typename Run>
Outcome enumerate_beside(const Model& model, std::size_t moments, const std::vector<Script>& others, Run run) {
  Outcome outcome;
  std::vector<std::size_t> order(moments, 0);  // 0: a moment of the party; else the number, from 1, of who moves
  for (std::size_t other = 0; other < others.size(); ++other)
    order.insert(order.end(), others[other].size(), other + 1);
  do {
    World world(model, outcome);
    std::vector<std::size_t> next(others.size());
    auto moved = order.begin();
    const auto move = [&](std::size_t other) { others[other - 1][next[other - 1]++](world); };
    run(world, [&] {
      for (; *moved != 0; ++moved) move(*moved);
      ++moved;
    });
    for (; moved != order.end(); ++moved) {
      if (*moved != 0) move(*moved);
    }
    ++outcome.interleavings;
  } while (std::next_permutation(order.begin(), order.end()));
  return outcome;
}

// A reader that hits what it has stored: with each load of the real check, in its order.
inline Outcome reader_beside(const std::vector<Script>& writers, const Model& model, Broken broken = Broken::nothing) {
  return enumerate_beside(model, 4 + 2 * model.entry.size(), writers, [&](World& world, auto moment) {
    const bool late = broken == Broken::lease_after_read;
    for (const Step step : {late ? read<0> : lease<0>, late ? lease<0> : read<0>, store<0>, look_up}) {
      moment();
      step(world);
    }
    const Position as_of = world.readers[0].found->as_of;
    const Validity validity = broken == Broken::check_backwards
                                  ? LogSteps::check_backwards(world.log, model.entry, as_of, moment)
                                  : LogSteps::check(world.log, model.entry, as_of, moment);
    world.readers[0].clean = validity == Validity::valid;
    serve_if_clean(world);
  });
}

// The first writer: with each step of the real commit, in its order.
inline Outcome writer_beside(const std::vector<Script>& others, const Model& model) {
  return enumerate_beside(model, 4 + 2 * model.writers[0].footprint.size(), others, [](World& world, auto moment) {
    moment();
    raise<0>(world);
    moment();
    commit_in_database<0>(world);
    LogSteps::commit(world.log, world.marks[0], moment);
    moment();
    acknowledge<0>(world);
  });
}

}  // namespace tapri::coherence::interleaving
