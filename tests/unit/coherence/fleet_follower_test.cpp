// What one instance makes of the fleet's log, record by record: what is dirty, what is over, what may be missing.
#include "coherence/fleet_follower.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "unit/coherence/record_text.h"

namespace tapri::coherence {
namespace {

using namespace std::chrono_literals;
using Outcome = FleetFollower::Outcome;
using record_flags::kEverything;
using record_flags::kFinal;
using record_flags::kPartial;
using record_flags::kSchema;

constexpr Writer kOwn = 7;
constexpr Writer kOther = 42;
constexpr std::uint64_t kNumber = 3;
constexpr Writer kEpochId = 77;
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

TEST_F(FleetFollowerTest, JoinsOnceItHasReadTheLogToItsEnd) {
  add(record(RecordKind::epoch, 0, {}, 0, kEpochId));
  add(record(RecordKind::write, 0, {10}, kSchema));
  EXPECT_EQ(read(false), Outcome::applied);
  EXPECT_FALSE(follower_.joined());
  EXPECT_FALSE(hits());
  EXPECT_EQ(hints_, "");
  add(record(RecordKind::write, 0, {11}));
  EXPECT_EQ(read(), Outcome::applied);
  EXPECT_TRUE(follower_.joined());
  EXPECT_TRUE(hits());
  EXPECT_EQ(hints_, "everything!") << "one says it all";
  EXPECT_EQ(follower_.gaps(), 0U);
  EXPECT_EQ(log_.position(), at(3));
  EXPECT_EQ(check(10, at(1)), Validity::invalidated);
  EXPECT_EQ(check(10, at(2)), Validity::valid);
}

TEST_F(FleetFollowerTest, TakesABeginningThatIsGoneForAGap) {
  tail_ = at(4);
  add(record(RecordKind::write, 0, {10}));
  read();
  EXPECT_EQ(follower_.gaps(), 1U);
  EXPECT_EQ(log_.base(), at(4));
  EXPECT_EQ(follower_.epoch().id, 0U) << "not known";
}

TEST_F(FleetFollowerTest, FindsRecordsThatAreMissing) {
  join();
  tail_ = at(4);
  add(record(RecordKind::write, 0, {any_of("d", 1)}));
  read();
  EXPECT_EQ(follower_.gaps(), 1U);
  EXPECT_EQ(log_.base(), at(4));
  EXPECT_EQ(hints_, "everything!");
  EXPECT_EQ(check(11, at(3)), Validity::invalidated);
  EXPECT_EQ(check(11, at(4)), Validity::valid);
  EXPECT_EQ(follower_.epoch().id, kEpochId);
}

TEST_F(FleetFollowerTest, FindsRecordsThatWereTrimmedToTheLast) {
  join();
  tail_ = at(9);
  read({now_, follower_.cursor(), tail_, {}, false});
  EXPECT_EQ(follower_.gaps(), 0U) << "there may be more to come";
  read();
  EXPECT_EQ(follower_.gaps(), 1U);
  EXPECT_EQ(log_.base(), at(9));
  EXPECT_EQ(log_.position(), at(9));
}

TEST_F(FleetFollowerTest, RefusesALogThatIsBehindWhatItKnows) {
  join();
  pass(5s);
  const TimePoint synced = freshness_.last_sync();
  now_ += 1s;
  EXPECT_EQ(read({now_, at(1), at(0), {}, true}), Outcome::outdated);
  EXPECT_EQ(read({now_, 0, position_of(kNumber - 1, 50), {}, true}), Outcome::outdated);
  EXPECT_EQ(freshness_.last_sync(), synced);
}

TEST_F(FleetFollowerTest, TakesEachRecordOnce) {
  join();
  add(record(RecordKind::write, 0, {10}));
  const LogEntry entry{stored_.back().position, stored_.back().bytes};
  read();
  const auto records = log_.records();
  EXPECT_EQ(read({now_, at(1), at(2), std::span(&entry, 1), true}), Outcome::applied) << "an answer that comes late";
  EXPECT_EQ(log_.records(), records);
  EXPECT_EQ(follower_.gaps(), 0U);
}

TEST_F(FleetFollowerTest, TakesWhatItCannotReadForAWriteToEverything) {
  join();
  add("\x7f of a newer version");
  read();
  EXPECT_EQ(log_.base(), at(2));
  EXPECT_EQ(follower_.gaps(), 1U);
  EXPECT_EQ(hints_, "everything!");
}

TEST_F(FleetFollowerTest, AnotherEpochEndsWhatWasReadBefore) {
  join();
  tail_ = position_of(kNumber + 1, 0);
  add(record(RecordKind::epoch, 0, {}, 0, 78));
  read();
  EXPECT_EQ(follower_.epoch().number, kNumber + 1);
  EXPECT_EQ(follower_.epoch().id, 78U);
  EXPECT_EQ(check(10, at(1)), Validity::invalidated);
  EXPECT_EQ(check(10, tail_), Validity::valid);
  EXPECT_EQ(hints_, "everything!");
}

TEST_F(FleetFollowerTest, KnowsTheNewestEpochOfBoth) {
  join();
  EXPECT_EQ(follower_.epoch().id, kEpochId);
  writer_.connected({kNumber + 2, 80}, now_);
  EXPECT_EQ(follower_.epoch().number, kNumber + 2);
  EXPECT_EQ(follower_.epoch().id, 80U);
  writer_.connected({kNumber, 81}, now_);
  EXPECT_EQ(follower_.epoch().id, kEpochId) << "what was read counts";
}

TEST_F(FleetFollowerTest, OthersWritesAreDirtyUntilTheyAreDone) {
  join();
  add(record(RecordKind::intent, 1, {10}));
  add(record(RecordKind::intent, 1, {10, 11}));
  read();
  EXPECT_TRUE(dirty(10) && dirty(11));
  EXPECT_EQ(follower_.open(), 1U);
  add(record(RecordKind::done, 1, {10}));
  read();
  EXPECT_FALSE(dirty(10) || dirty(11));
  EXPECT_EQ(follower_.open(), 0U);
  EXPECT_EQ(check(10, at(3)), Validity::invalidated);
  EXPECT_EQ(check(11, at(1)), Validity::valid);
}

TEST_F(FleetFollowerTest, OrUntilTheyAreCancelledOrNotNamedAnyMore) {
  join();
  for (const Token token : std::array<Token, 4>{1, 2, 3, 8}) add(record(RecordKind::intent, token, {token * 10}));
  add(record(RecordKind::intent, 1, {90}, 0, kOther + 1));
  add(record(RecordKind::cancel, 1));
  read();
  EXPECT_FALSE(dirty(10));
  EXPECT_EQ(check(10, at(1)), Validity::valid) << "it did not happen";
  add(record(RecordKind::alive, 9, {}, kPartial));
  read();
  EXPECT_TRUE(dirty(20) && dirty(30) && dirty(80)) << "some could not be named";
  add(record(RecordKind::alive, 5, {2}));
  read();
  EXPECT_TRUE(dirty(20));
  EXPECT_FALSE(dirty(30));
  EXPECT_TRUE(dirty(80)) << "younger than what is said";
  EXPECT_TRUE(dirty(90)) << "another's";
  EXPECT_EQ(follower_.open(), 3U);
}

TEST_F(FleetFollowerTest, ItsOwnAreItsWritersBusiness) {
  join();
  add(record(RecordKind::intent, 1, {10}, 0, kOwn));
  add(record(RecordKind::alive, 1, {}, 0, kOwn));
  add(record(RecordKind::write, 0, {10}, kSchema | kEverything, kOwn));
  read();
  EXPECT_FALSE(dirty(10));
  EXPECT_EQ(follower_.open(), 0U);
  EXPECT_EQ(hints_, "");
  EXPECT_EQ(log_.base(), at(0));
}

TEST_F(FleetFollowerTest, AnIntentToWriteEverythingEndsHitsForAsLong) {
  join();
  add(record(RecordKind::intent, 1, {}, kEverything));
  read();
  EXPECT_FALSE(hits());
  add(record(RecordKind::done, 1, {}, kEverything));
  read();
  EXPECT_TRUE(hits());
  EXPECT_EQ(log_.base(), at(3));
}

TEST_F(FleetFollowerTest, AFlushEndsWhatWasReadBefore) {
  join();
  add(record(RecordKind::flush));
  read();
  EXPECT_EQ(log_.base(), at(2));
  EXPECT_EQ(follower_.gaps(), 0U);
}

TEST_F(FleetFollowerTest, HintsAtChangesOfTheSchema) {
  join();
  add(record(RecordKind::write, 0, {any_of("d", 1)}));
  read();
  EXPECT_EQ(hints_, "");
  add(record(RecordKind::write, 0, {any_of("d", 1), any_of("d", 2)}, kSchema));
  read();
  EXPECT_EQ(hints_, "2!");
  add(record(RecordKind::done, 1, {all_of("d")}));
  add(record(RecordKind::write, 0, {roles_of("u")}));
  read();
  EXPECT_EQ(hints_, "2!1?1?") << "nobody knows what was written";
  add(record(RecordKind::write, 0, {}, kEverything));
  read();
  EXPECT_EQ(hints_, "2!1?1?everything!");
}

TEST_F(FleetFollowerTest, TakesAWriterThatIsSilentForDoneInTwoSteps) {
  join();
  writer_.connected({kNumber, kEpochId}, now_);
  add(record(RecordKind::intent, 1, {10}, kSchema));
  read();
  pass(config_.lease + config_.grace);
  follower_.tick(now_);
  EXPECT_EQ(told(), "");
  pass(1ms);
  follower_.tick(now_);
  EXPECT_EQ(told(), "lapsed 1:10 S;");
  follower_.tick(now_);
  EXPECT_EQ(told(), "") << "once";
  pass(config_.grace);
  follower_.tick(now_);
  EXPECT_EQ(told(), "lapsed 1:10 SF;");
  pass(config_.grace - 1ms);
  follower_.tick(now_);
  EXPECT_EQ(told(), "");
  pass(1ms);
  follower_.tick(now_);
  EXPECT_EQ(told(), "lapsed 1:10 SF;") << "again, until it comes back";
  EXPECT_TRUE(dirty(10));
  add(record(RecordKind::lapsed, 1, {10}, kSchema));
  read();
  EXPECT_TRUE(dirty(10)) << "not the last word";
  EXPECT_EQ(check(10, at(2)), Validity::invalidated);
  add(record(RecordKind::lapsed, 1, {10}, kSchema | kFinal));
  read();
  EXPECT_FALSE(dirty(10));
  EXPECT_EQ(check(10, at(3)), Validity::invalidated);
  EXPECT_EQ(follower_.open(), 0U);
}

TEST_F(FleetFollowerTest, AWriterIsSilentOnlyWhereTheLogWasReadSince) {
  join();
  writer_.connected({kNumber, kEpochId}, now_);
  add(record(RecordKind::intent, 1, {10}));
  read();
  now_ += 1h;
  follower_.tick(now_);
  EXPECT_EQ(told(), "") << "it is we who have heard nothing";
  add(record(RecordKind::alive, 1, {1}));
  pass(0s);
  follower_.tick(now_);
  EXPECT_EQ(told(), "");
  add(record(RecordKind::write, 0, {11}));
  pass(config_.lease + config_.grace);
  pass(config_.lease + config_.grace);
  follower_.tick(now_);
  EXPECT_EQ(told(), "") << "whatever it says it lives";
}

TEST_F(FleetFollowerTest, WhatOthersTellOfAWriterIsNoSignOfItsLife) {
  join();
  writer_.connected({kNumber, kEpochId}, now_);
  add(record(RecordKind::intent, 1, {10}));
  read();
  now_ += config_.lease + config_.grace;
  add(record(RecordKind::lapsed, 1, {10}));
  pass(1ms);
  follower_.tick(now_);
  EXPECT_EQ(told(), "lapsed 1:10;");
}

TEST_F(StrictFollowerTest, IsNotSureForALeaseAfterAGap) {
  join();
  EXPECT_TRUE(hits());
  tail_ = at(8);
  read();
  EXPECT_FALSE(hits()) << "an intent may have been among what is missing";
  pass(config_.lease - 1ms);
  EXPECT_FALSE(hits());
  pass(1ms);
  EXPECT_TRUE(hits());
}

TEST_F(FleetFollowerTest, InModeBoundedAGapEndsEntriesAndNoMore) {
  join();
  tail_ = at(8);
  read();
  EXPECT_TRUE(hits());
}

TEST_F(StrictFollowerTest, WaitsForTheEndOfWritesItHasNotSeenTheBeginningOf) {
  join();
  tail_ = at(8);
  read();
  add(record(RecordKind::alive, 5, {4, 5}));
  read();
  pass(config_.lease);
  EXPECT_FALSE(hits());
  add(record(RecordKind::intent, 4, {10}));
  read();
  EXPECT_FALSE(hits()) << "the other";
  add(record(RecordKind::done, 5, {11}));
  read();
  EXPECT_TRUE(hits());
  EXPECT_TRUE(dirty(10));
}

TEST_F(StrictFollowerTest, AndTakesThemForDoneTooWhenTheirWriterIsSilent) {
  join();
  writer_.connected({kNumber, kEpochId}, now_);
  tail_ = at(8);
  read();
  add(record(RecordKind::alive, 5, {5}));
  read();
  pass(config_.lease + 2 * config_.grace + 1ms);
  follower_.tick(now_);
  EXPECT_EQ(told(), "lapsed 5: EF;");
  add(record(RecordKind::lapsed, 5, {}, kEverything | kFinal));
  read();
  EXPECT_TRUE(hits());
  EXPECT_EQ(log_.base(), tail_);
}

TEST_F(StrictFollowerTest, NamesOfWritesThatAreSureToBeKnownMakeNobodyWait) {
  join();
  add(record(RecordKind::alive, 5, {5}));
  read();
  EXPECT_TRUE(hits()) << "its intent was seen, and so was its end";
}

}  // namespace
}  // namespace tapri::coherence
