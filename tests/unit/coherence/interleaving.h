// A tiny database, a one-entry cache and the real coherence classes between them; and the means to run scripts of steps
// in every order in which they can interleave.
//
// The promise (mode `local`): a hit returns nothing older than what was acknowledged, or returned to anybody, before
// the hit began. Whoever reads past the cache may be told what the database holds at any moment, so the promise for all
// observers is: a hit returns what the database held when the hit began. All three are counted.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "coherence/log.h"
#include "log_steps.h"

namespace tapri::coherence::interleaving {

inline constexpr Dependency kWholeDatabase = 1;
inline constexpr std::array<Dependency, 2> kTable = {2, 3};
inline constexpr std::array<Dependency, 3> kEntryDependencies = {kWholeDatabase, kTable[0], kTable[1]};

using Versions = std::array<int, 2>;  // a version register for each table

inline bool older(const Versions& value, const Versions& than) { return value[0] < than[0] || value[1] < than[1]; }

struct Writer {
  std::vector<Dependency> footprint;
  Versions change{};  // added to the registers by its commit
};

struct Model {
  std::size_t slots = 8;
  std::array<Writer, 2> writers;
  std::vector<Dependency> entry{kEntryDependencies.begin(), kEntryDependencies.end()};  // what the entry rests on
};

struct Outcome {
  std::uint64_t interleavings = 0;
  std::uint64_t hits = 0;
  std::uint64_t older_than_acknowledged = 0;
  std::uint64_t older_than_returned = 0;
  std::uint64_t not_the_database = 0;
};

struct Cached {
  Versions value{};
  Position as_of = 0;
};

// What was known when a hit began.
struct Floor {
  Versions acknowledged{};
  Versions returned{};
  Versions database{};
};

struct Reader {
  std::optional<FillLease> lease;
  Versions value{};
  // A check in single steps.
  std::optional<Cached> found;
  Floor floor;
  bool clean = true;
};

struct World {
  World(const Model& the_model, Outcome& the_outcome) : model(the_model), outcome(the_outcome), log(the_model.slots) {}

  const Model& model;
  Outcome& outcome;
  InvalidationLog log;
  Versions database{};
  Versions acknowledged{};
  Versions returned{};
  std::optional<Cached> cache;
  std::array<Reader, 2> readers;
  std::array<DirtyMark, 2> marks;
  std::array<Position, 2> assigned{};
  // Of a fleet (interleaving_fleet_test.cpp).
  Position tail = 0;                // of the shared log
  Position fetched = 0;             // up to where the follower has it in hand
  std::optional<Cached> elsewhere;  // the entry of another instance

  [[nodiscard]] Floor floor() const { return {acknowledged, returned, database}; }

  void tell(const Versions& value) {
    for (std::size_t table = 0; table < 2; ++table) returned[table] = std::max(returned[table], value[table]);
  }

  void serve(const Versions& value, const Floor& before) {
    ++outcome.hits;
    if (older(value, before.acknowledged)) ++outcome.older_than_acknowledged;
    if (older(value, before.returned)) ++outcome.older_than_returned;
    if (value != before.database) ++outcome.not_the_database;
    tell(value);
  }

  [[nodiscard]] Footprint footprint(std::size_t writer) const {
    Footprint footprint;
    for (const Dependency dependency : model.writers[writer].footprint) footprint.add(dependency);
    return footprint;
  }
};

using Step = void (*)(World&);
using Script = std::vector<Step>;

// Runs the scripts in every interleaving, each from a fresh world.
inline Outcome enumerate(const Model& model, const std::vector<Script>& scripts) {
  Outcome outcome;
  std::vector<std::size_t> order;  // which script moves next; sorted first, then each permutation once
  for (std::size_t script = 0; script < scripts.size(); ++script) {
    order.insert(order.end(), scripts[script].size(), script);
  }
  std::vector<std::size_t> next(scripts.size());
  do {
    World world(model, outcome);
    std::fill(next.begin(), next.end(), 0);
    for (const std::size_t script : order) scripts[script][next[script]++](world);
    ++outcome.interleavings;
  } while (std::next_permutation(order.begin(), order.end()));
  return outcome;
}

}  // namespace tapri::coherence::interleaving
