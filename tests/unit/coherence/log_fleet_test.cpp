// The log of an instance in a fleet: who moves what, and what an announcer is told.
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <utility>
#include <vector>

#include "coherence/log.h"

namespace tapri::coherence {
namespace {

// Only notes down.
class Notes final : public Announcer {
 public:
  struct Note {
    RecordKind kind;
    Token token;
    std::vector<Dependency> dependencies;
    std::uint8_t flags;
    friend bool operator==(const Note&, const Note&) = default;
  };
  Ticket intend(Token& token, const Footprint& footprint, std::uint8_t flags) override {
    if (token == 0) token = ++tokens;
    notes.push_back({RecordKind::intent, token, footprint.dependencies(), flags});
    return ++tickets;
  }
  Ticket announce(Token token, Footprint footprint, std::uint8_t flags) override {
    notes.push_back({RecordKind::done, token, footprint.dependencies(), flags});
    return ++tickets;
  }
  void cancel(Token token) override { notes.push_back({RecordKind::cancel, token, {}, 0}); }
  [[nodiscard]] Ticket completed() const override { return 0; }
  [[nodiscard]] bool failed(Ticket) override { return false; }
  void when_completed(Ticket, std::function<void()>) override {}

  std::vector<Note> notes;
  Ticket tickets = 0;
  Token tokens = 0;
};

constexpr Position kStart = position_of(3, 10);

class FleetLog : public testing::Test {
 protected:
  FleetLog() {
    log_.join_fleet(notes_);
    log_.advance(kStart);
  }
  Validity check(std::initializer_list<Dependency> dependencies, Position as_of) const {
    return log_.check(std::span(dependencies.begin(), dependencies.size()), as_of);
  }
  [[nodiscard]] bool adoptable(std::initializer_list<Dependency> dependencies, Position as_of) const {
    const auto lease = log_.adopt(std::span(dependencies.begin(), dependencies.size()), as_of);
    if (lease) {
      EXPECT_EQ(lease->as_of(), as_of);
    }
    return lease.has_value();
  }
  Notes notes_;
  InvalidationLog log_{16};
};

TEST_F(FleetLog, PositionsAreAnEpochAndASequence) {
  EXPECT_EQ(epoch_of(kStart), 3U);
  EXPECT_EQ(sequence_of(kStart), 10U);
  EXPECT_LT(position_of(3, (Position{1} << kSequenceBits) - 1), position_of(4, 0));
}

TEST_F(FleetLog, ACommitInvalidatesAtOnceAndStaysDirtyUntilItIsSettled) {
  DirtyMark mark(log_, Footprint({1}));
  const Announcer::Ticket ticket = mark.commit();
  EXPECT_EQ(ticket, 2U);
  EXPECT_TRUE(mark.empty());
  EXPECT_EQ(log_.position(), kStart) << "only the follower moves it";
  EXPECT_EQ(check({1}, kStart), Validity::invalidated);
  EXPECT_EQ(check({1}, kStart + 7), Validity::write_in_flight);
  log_.settle(Footprint({1}), kStart + 8);
  EXPECT_EQ(check({1}, kStart + 7), Validity::invalidated);
  EXPECT_EQ(check({1}, kStart + 8), Validity::valid);
}

TEST_F(FleetLog, TellsOfIntentsAndHowTheyEnd) {
  DirtyMark mark(log_, {});
  EXPECT_EQ(mark.intent(), 0U);
  EXPECT_EQ(mark.extend(Footprint({1, 2})), 1U);
  EXPECT_EQ(mark.extend(Footprint({2})), 0U) << "nothing new";
  mark.may_change_schema();
  EXPECT_EQ(mark.extend(Footprint({2, 3})), 2U);
  EXPECT_EQ(mark.intent(), 2U);
  EXPECT_EQ(mark.commit(), 3U);
  EXPECT_EQ(mark.intent(), 0U);
  mark.extend(Footprint({4}));
  mark.lower();
  EXPECT_EQ(notes_.notes, (std::vector<Notes::Note>{{RecordKind::intent, 1, {1, 2}, 0},
                                                    {RecordKind::intent, 1, {3}, record_flags::kSchema},
                                                    {RecordKind::done, 1, {1, 2, 3}, record_flags::kSchema},
                                                    {RecordKind::intent, 2, {4}, 0},
                                                    {RecordKind::cancel, 2, {}, 0}}));
  EXPECT_EQ(check({4}, kStart), Validity::valid);
}

TEST_F(FleetLog, AnAbandonedMarkIsAnnouncedWithWhatItKnew) {
  {
    DirtyMark mark(log_, Footprint({1}));
    mark.may_change_schema();
    const DirtyMark moved(std::move(mark));
  }
  ASSERT_EQ(notes_.notes.size(), 2U);
  EXPECT_EQ(notes_.notes[1], (Notes::Note{RecordKind::done, 1, {1}, record_flags::kSchema}));
  EXPECT_EQ(check({1}, kStart + 7), Validity::write_in_flight);
}

TEST_F(FleetLog, AnAppendIsAnnouncedAndDirtyUntilThen) {
  EXPECT_EQ(log_.append(Footprint({1})), kStart + 1);
  EXPECT_EQ(notes_.notes, (std::vector<Notes::Note>{{RecordKind::done, 0, {1}, 0}}));
  EXPECT_EQ(check({1}, kStart + 7), Validity::write_in_flight);
  log_.lower(Footprint({1}));
  EXPECT_EQ(check({1}, kStart), Validity::invalidated);
  EXPECT_EQ(log_.append({}), kStart + 1);
  EXPECT_EQ(notes_.notes.size(), 2U) << "so that the log goes on";
}

TEST_F(FleetLog, WhatConcernsThisProcessAloneIsNotToldOfInDetail) {
  EXPECT_EQ(log_.append_here(Footprint({1})), kStart + 1);
  EXPECT_EQ(check({1}, kStart), Validity::invalidated);
  EXPECT_EQ(check({1}, kStart + 1), Validity::valid) << "what is read once the log has gone on can be kept";
  EXPECT_EQ(notes_.notes, (std::vector<Notes::Note>{{RecordKind::done, 0, {}, 0}}));
}

TEST_F(FleetLog, TheFollowerBringsWhatOthersWrite) {
  const Position as_of = log_.lease().as_of();
  log_.raise(Footprint({1}));
  EXPECT_EQ(check({1}, as_of), Validity::write_in_flight);
  log_.apply(Footprint({1}), kStart + 2);
  log_.lower(Footprint({1}));
  log_.advance(kStart + 2);
  EXPECT_EQ(check({1}, as_of), Validity::invalidated);
  EXPECT_EQ(check({2}, as_of), Validity::valid);
  EXPECT_EQ(log_.lease().as_of(), kStart + 2);
  EXPECT_EQ(log_.records(), 2U);
  log_.advance(kStart + 1);
  EXPECT_EQ(log_.position(), kStart + 2) << "never back";
}

TEST_F(FleetLog, TheBaseEndsWhatIsOlderButNotWhatHasNoDependencies) {
  log_.raise_base(kStart + 5);
  log_.raise_base(kStart + 3);
  EXPECT_EQ(log_.base(), kStart + 5);
  EXPECT_EQ(check({1}, kStart + 4), Validity::invalidated);
  EXPECT_EQ(check({1}, kStart + 5), Validity::valid);
  EXPECT_EQ(check({}, 0), Validity::valid);
}

TEST_F(FleetLog, AdoptsWhatIsNeitherOlderThanTheBaseNorAheadNorWritten) {
  EXPECT_TRUE(adoptable({1}, kStart));
  EXPECT_FALSE(adoptable({1}, kStart + 1)) << "ahead";
  log_.advance(kStart + 1);
  EXPECT_TRUE(adoptable({1}, kStart + 1));
  log_.raise_base(kStart + 1);
  EXPECT_FALSE(adoptable({1}, kStart)) << "behind the base";
  EXPECT_TRUE(adoptable({}, 0)) << "rests on nothing";
  log_.apply(Footprint({1}), kStart + 2);
  EXPECT_FALSE(adoptable({1}, kStart + 1));
  const DirtyMark mark(log_, Footprint({2}));
  EXPECT_FALSE(adoptable({2}, kStart + 1));
}

TEST_F(FleetLog, AdoptsNothingWhileSomethingIsUnannounced) {
  log_.set_unannounced(true);
  log_.set_unannounced(true);
  EXPECT_TRUE(log_.unannounced());
  EXPECT_FALSE(adoptable({1}, kStart));
  log_.set_unannounced(false);
  EXPECT_FALSE(log_.unannounced());
  EXPECT_TRUE(adoptable({1}, kStart));
}

}  // namespace
}  // namespace tapri::coherence
