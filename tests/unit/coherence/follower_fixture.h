// A follower and the log that it reads, for its tests.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "coherence/fleet_follower.h"
#include "unit/coherence/record_text.h"

namespace tapri::coherence {

using namespace std::chrono_literals;
using Outcome = FleetFollower::Outcome;
using record_flags::kEverything;
using record_flags::kFinal;
using record_flags::kPartial;
using record_flags::kSchema;

inline constexpr Writer kOwn = 7;
inline constexpr Writer kOther = 42;
inline constexpr std::uint64_t kNumber = 3;
inline constexpr Writer kEpochId = 77;
constexpr Position at(std::uint64_t sequence) { return position_of(kNumber, sequence); }

class FleetFollowerTest : public testing::Test {
 protected:
  explicit FleetFollowerTest(FleetMode mode = FleetMode::bounded)
      : freshness_(mode, 1s), follower_(config_, log_, freshness_, writer_, [this](const SchemaHint& hint) {
          hints_ += (hint.everything ? "everything" : std::to_string(hint.footprint.dependencies().size()));
          hints_ += hint.surely ? "!" : "?";
        }) {}

  static Record record(RecordKind kind, Token token = 0, std::vector<Dependency> dependencies = {},
                       std::uint8_t flags = 0, Writer writer = kOther) {
    return {kind, flags, writer, token, Footprint(std::move(dependencies))};
  }
  // The log has one more.
  void add(const Record& record) { add(encode(record)); }
  void add(std::string bytes) { stored_.push_back({++tail_, std::move(bytes)}); }
  // As whoever has the log answers a read that is sent now.
  Outcome read(bool complete = true) {
    std::vector<LogEntry> entries;
    for (const auto& [position, bytes] : stored_) {
      if (position > follower_.cursor()) entries.push_back({position, bytes});
    }
    return read({now_, follower_.cursor(), tail_, entries, complete});
  }
  Outcome read(const LogRead& read) { return follower_.read(read, now_); }
  // One that has read the log from its beginning.
  void join() {
    add(record(RecordKind::epoch, 0, {}, 0, kEpochId));
    ASSERT_EQ(read(), Outcome::applied);
    hints_.clear();
    // As the log itself, it is not sure of what was before.
    pass(config_.lease);
  }
  // Reads of nothing new, all the while.
  void pass(Duration by) {
    now_ += by;
    ASSERT_EQ(read(), Outcome::applied);
  }
  [[nodiscard]] Validity check(Dependency dependency, Position as_of) const {
    return log_.check(std::array{dependency}, as_of);
  }
  [[nodiscard]] bool dirty(Dependency dependency) const {
    return check(dependency, ~Position{0}) == Validity::write_in_flight;
  }
  [[nodiscard]] bool hits() const { return freshness_.fresh(now_); }
  // What it has the writer tell.
  std::string told() {
    std::string all;
    while (auto append = writer_.next()) {
      const auto record = decode(append->record);
      writer_.appended(append->number, tail_);
      if (record && record->kind == RecordKind::lapsed) all += text_of(*record) + ";";
    }
    return all;
  }

  struct Stored {
    Position position;
    std::string bytes;
  };
  FleetConfig config_{.writer = kOwn, .lease = 3s, .grace = 2s};
  InvalidationLog log_{64};
  Freshness freshness_;
  FleetWriter writer_{config_, log_};
  std::string hints_;
  FleetFollower follower_;
  std::vector<Stored> stored_;
  Position tail_ = at(0);
  TimePoint now_{1h};
};

class StrictFollowerTest : public FleetFollowerTest {
 protected:
  StrictFollowerTest() : FleetFollowerTest(FleetMode::strict) {}
};

}  // namespace tapri::coherence
