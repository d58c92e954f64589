// Flushes: of everything, of dependencies, and of what only has a name; alone, in a fleet, and by who begins later.
#include "coherence/flushes.h"

#include <gtest/gtest.h>

#include <array>
#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include "coherence/fleet_follower.h"

namespace tapri::coherence {
namespace {

const Dependency kRule = rule_scope("orders");
const Dependency kTag = tag_scope("orders");

bool flushed(const Flushes& flushes, Dependency scope, Flushes::Position as_of) {
  return flushes.flushed(std::span(&scope, 1), as_of);
}

TEST(FlushScopes, AreToldApart) {
  const std::set<Dependency> all = {rule_scope("a"),      rule_scope("b"),      tag_scope("a"),   tag_scope("b"),
                                    fingerprint_scope(1), fingerprint_scope(2), untracked_scope()};
  EXPECT_EQ(all.size(), 7U);
  for (const Dependency scope : all) EXPECT_EQ(kind_of(scope), DependencyKind::scope);
  EXPECT_EQ(kind_name(DependencyKind::scope), "scope");
}

TEST(FlushScopes, AreTheSameOnEveryInstanceOfEveryVersion) {
  EXPECT_EQ(rule_scope("timetable"), 0xc9d31c9eb7c60421ULL);
  EXPECT_EQ(fingerprint_scope(0x0123456789abcdefULL), 0xc7f03e2eb30a5a67ULL);
}

TEST(Flushes, EndWhatWasReadBeforeUnderTheName) {
  Flushes flushes;
  EXPECT_EQ(flushes.newest(), 0U);
  flushes.apply(kRule, 7);
  EXPECT_EQ(flushes.newest(), 7U);
  EXPECT_TRUE(flushed(flushes, kRule, 6));
  EXPECT_FALSE(flushed(flushes, kRule, 7));
  EXPECT_FALSE(flushed(flushes, kTag, 6));
  EXPECT_TRUE(flushes.flushed(std::array{kTag, kRule}, 6)) << "one of its names is enough";
  flushes.apply(kTag, 5);
  EXPECT_EQ(flushes.newest(), 7U) << "never back";
  EXPECT_TRUE(flushed(flushes, kTag, 4));
  flushes.apply(kRule, 3);
  EXPECT_TRUE(flushed(flushes, kRule, 6)) << "never back";
}

TEST(Flushes, HardlyEverEndWhatWasNotNamed) {
  Flushes flushes;
  for (int i = 0; i < 20; ++i) flushes.apply(rule_scope("flushed " + std::to_string(i)), 7);
  int wrong = 0;
  for (int i = 0; i < 10'000; ++i) wrong += flushed(flushes, tag_scope("kept " + std::to_string(i)), 6) ? 1 : 0;
  EXPECT_LE(wrong, 5);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(flushed(flushes, rule_scope("flushed " + std::to_string(i)), 6));
}

TEST(Flushes, OfEverythingEndWhatHasNoName) {
  Flushes flushes;
  flushes.apply_to_all(9);
  EXPECT_EQ(flushes.newest(), 9U);
  EXPECT_TRUE(flushes.flushed({}, 8));
  EXPECT_FALSE(flushes.flushed({}, 9));
}

TEST(Flushes, AnInstanceAloneGivesThemAPosition) {
  InvalidationLog log(16);
  const Position before = log.append(Footprint({1}));
  const Position position = log.flush(Footprint({2, kRule}));
  EXPECT_EQ(position, before + 1);
  EXPECT_EQ(log.lease().as_of(), position) << "what is read from now on can be kept";
  EXPECT_EQ(log.check(std::array<Dependency, 1>{2}, before), Validity::invalidated) << "a dependency, as a write to it";
  EXPECT_EQ(log.check(std::array<Dependency, 1>{3}, before), Validity::valid);
  EXPECT_TRUE(flushed(log.flushes(), kRule, before));
  EXPECT_FALSE(flushed(log.flushes(), kTag, before));
  const Position all = log.flush({});
  EXPECT_EQ(log.check(std::array<Dependency, 1>{3}, position), Validity::invalidated);
  EXPECT_EQ(log.check(std::array<Dependency, 1>{3}, all), Validity::valid);
  EXPECT_TRUE(log.flushes().flushed({}, position)) << "what has no dependencies too";
}

// One instance, which reads what others have put into the log.
class FleetFlushes : public testing::Test {
 protected:
  using Records = std::vector<std::pair<Position, Record>>;
  static Record record(RecordKind kind, Footprint footprint = {}) {
    Record made;
    made.kind = kind;
    made.writer = 2;
    made.footprint = std::move(footprint);
    return made;
  }
  void read(const Records& records) {
    std::vector<std::string> bytes;
    std::vector<LogEntry> entries;
    bytes.reserve(records.size());
    for (const auto& [position, each] : records) {
      bytes.push_back(encode(each));
      entries.push_back({position, bytes.back()});
    }
    const Position tail = records.empty() ? log_.position() : records.back().first;
    ASSERT_EQ(follower_.read({clock_.now(), follower_.cursor(), tail, entries, true}, clock_.now()),
              FleetFollower::Outcome::applied);
  }
  void begin_epoch() { read({{position_of(3, 1), record(RecordKind::epoch)}}); }

  ManualClock clock_;
  FleetConfig config_{.writer = 1};
  InvalidationLog log_{16};
  Freshness freshness_{FleetMode::bounded, std::chrono::seconds(1)};
  FleetWriter writer_{config_, log_};
  FleetFollower follower_{config_, log_, freshness_, writer_, {}};
};

TEST_F(FleetFlushes, OfAnotherInstanceEndWhatTheyName) {
  begin_epoch();
  read({{position_of(3, 2), record(RecordKind::flush, Footprint({5, kRule}))}});
  EXPECT_TRUE(flushed(log_.flushes(), kRule, position_of(3, 1)));
  EXPECT_FALSE(flushed(log_.flushes(), kRule, position_of(3, 2)));
  EXPECT_FALSE(flushed(log_.flushes(), kTag, position_of(3, 1)));
  EXPECT_EQ(log_.check(std::array<Dependency, 1>{5}, position_of(3, 1)), Validity::invalidated);
  EXPECT_EQ(log_.check(std::array<Dependency, 1>{6}, position_of(3, 1)), Validity::valid);
  EXPECT_EQ(follower_.gaps(), 0U);
  read({{position_of(3, 3), record(RecordKind::flush)}});
  EXPECT_EQ(log_.check(std::array<Dependency, 1>{6}, position_of(3, 2)), Validity::invalidated);
  EXPECT_TRUE(log_.flushes().flushed({}, position_of(3, 2)));
}

TEST_F(FleetFlushes, OneThatWasMissedMayHaveBeenOfAnything) {
  begin_epoch();
  read({{position_of(3, 2), record(RecordKind::write, Footprint({1}))}});
  EXPECT_FALSE(flushed(log_.flushes(), kRule, position_of(3, 1)));
  read({{position_of(3, 9), record(RecordKind::write, Footprint({1}))}});  // those between were trimmed
  EXPECT_TRUE(flushed(log_.flushes(), kRule, position_of(3, 7)));
  EXPECT_TRUE(log_.flushes().flushed({}, position_of(3, 7)));
  EXPECT_FALSE(flushed(log_.flushes(), kRule, position_of(3, 8)));
}

TEST_F(FleetFlushes, WhoBeginsLaterHasReadThemOrTakesAllThatIsOlderForFlushed) {
  read({{position_of(3, 1), record(RecordKind::epoch)},
        {position_of(3, 2), record(RecordKind::flush, Footprint({kRule}))}});
  EXPECT_TRUE(flushed(log_.flushes(), kRule, position_of(3, 1)));
  EXPECT_FALSE(flushed(log_.flushes(), kTag, position_of(3, 1))) << "the rest of the epoch is good";
  EXPECT_TRUE(flushed(log_.flushes(), kTag, position_of(2, 1'000))) << "what was flushed in others nobody says";
}

TEST_F(FleetFlushes, WhoBeginsWhereTheLogWasTrimmedAsWell) {
  read({{position_of(3, 40), record(RecordKind::write, Footprint({1}))}});
  EXPECT_TRUE(flushed(log_.flushes(), kTag, position_of(3, 38)));
  EXPECT_TRUE(log_.flushes().flushed({}, position_of(3, 38)));
  EXPECT_FALSE(flushed(log_.flushes(), kTag, position_of(3, 39)));
}

TEST_F(FleetFlushes, AWriteToEverythingIsNone) {
  begin_epoch();
  Record everything = record(RecordKind::write);
  everything.flags = record_flags::kEverything;
  read({{position_of(3, 2), everything}});
  EXPECT_EQ(log_.check(std::array<Dependency, 1>{6}, position_of(3, 1)), Validity::invalidated);
  EXPECT_FALSE(log_.flushes().flushed({}, position_of(3, 1))) << "what no write ends";
}

TEST_F(FleetFlushes, OnesOwnEndAtOnceWhatIsHereAndWhatOthersKeepOnceItIsInTheLog) {
  struct Nobody final : Announcer {
    Ticket intend(Token&, const Footprint&, std::uint8_t) override { return 0; }
    Ticket announce(Token, Footprint, std::uint8_t) override { return 0; }
    void cancel(Token) override {}
    [[nodiscard]] Ticket completed() const override { return 0; }
    [[nodiscard]] bool failed(Ticket) override { return false; }
    void when_completed(Ticket, std::function<void()>) override {}
  } nobody;
  log_.join_fleet(nobody);
  begin_epoch();
  log_.flush(Footprint({kRule}));
  EXPECT_TRUE(flushed(log_.flushes(), kRule, position_of(3, 1)));
  EXPECT_EQ(log_.position(), position_of(3, 1)) << "only the follower moves it";
  writer_.connected({3, 2}, clock_.now());
  while (const auto append = writer_.next()) writer_.appended(append->number, position_of(3, 2));
  writer_.flush(1, Footprint({kRule}));
  const auto append = writer_.next();
  ASSERT_TRUE(append.has_value());
  const auto told = decode(append->record);
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(told->kind, RecordKind::flush);
  EXPECT_EQ(told->footprint, Footprint({kRule}));
  EXPECT_FALSE(flushed(log_.flushes(), kRule, position_of(3, 8))) << "of another's";
  writer_.appended(append->number, position_of(3, 9));
  EXPECT_TRUE(flushed(log_.flushes(), kRule, position_of(3, 8)));
  EXPECT_EQ(writer_.completed(), 1U);
}

TEST_F(FleetFlushes, WithoutALogFailsAndIsNotToldLater) {
  writer_.flush(1, Footprint({kRule}));
  EXPECT_EQ(writer_.completed(), 1U);
  EXPECT_EQ(writer_.take_failed(), std::vector<Announcer::Ticket>{1});
  writer_.connected({3, 2}, clock_.now());
  while (const auto append = writer_.next()) {
    EXPECT_NE(decode(append->record)->kind, RecordKind::flush);
    writer_.appended(append->number, position_of(3, 2));
  }
  EXPECT_FALSE(log_.unannounced());
}

}  // namespace
}  // namespace tapri::coherence
