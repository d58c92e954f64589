#include "coherence/log.h"

#include <gtest/gtest.h>

#include <array>
#include <utility>

#include "log_steps.h"

namespace tapri::coherence {
namespace {

Footprint footprint_of(std::initializer_list<Dependency> dependencies) {
  Footprint footprint;
  for (const Dependency dependency : dependencies) footprint.add(dependency);
  return footprint;
}

class LogTest : public testing::Test {
 protected:
  Validity check(std::initializer_list<Dependency> dependencies, Position as_of) const {
    return log_.check(std::span(dependencies.begin(), dependencies.size()), as_of);
  }
  InvalidationLog log_{16};
};

TEST_F(LogTest, StartsAtZeroWithEverythingValid) {
  EXPECT_EQ(log_.position(), 0U);
  EXPECT_EQ(log_.records(), 0U);
  EXPECT_EQ(log_.lease().as_of(), 0U);
  EXPECT_EQ(check({1, 2, 3}, 0), Validity::valid);
}

TEST_F(LogTest, AWriteInvalidatesWhatWasReadBefore) {
  const FillLease before = log_.lease();
  EXPECT_EQ(log_.append(footprint_of({1})), 1U);
  const FillLease after = log_.lease();
  EXPECT_EQ(check({1}, before.as_of()), Validity::invalidated);
  EXPECT_EQ(check({1}, after.as_of()), Validity::valid);
  EXPECT_EQ(check({2}, before.as_of()), Validity::valid);
  EXPECT_EQ(check({2, 1}, before.as_of()), Validity::invalidated);
}

TEST_F(LogTest, PositionsIncreaseByOneARecord) {
  EXPECT_EQ(log_.append(footprint_of({1})), 1U);
  EXPECT_EQ(log_.append(footprint_of({1, 2, 3})), 2U);
  EXPECT_EQ(log_.position(), 2U);
  EXPECT_EQ(log_.records(), 2U);
}

TEST_F(LogTest, ACollisionOfSlotsCostsAMissOnly) {
  log_.append(footprint_of({1}));
  EXPECT_EQ(check({1 + 16}, 0), Validity::invalidated);
  EXPECT_EQ(check({1 + 16}, log_.lease().as_of()), Validity::valid);
}

TEST_F(LogTest, AnOlderRecordAppliedLateTakesNothingBack) {
  const Footprint footprint = footprint_of({1});
  const Position older = LogSteps::assign(log_);
  const Position newer = LogSteps::assign(log_);
  LogSteps::apply(log_, footprint, newer);
  LogSteps::apply(log_, footprint, older);
  EXPECT_EQ(LogSteps::last_write(log_, 1), newer);
  EXPECT_EQ(check({1}, older), Validity::invalidated);
}

TEST_F(LogTest, SlotsAreRoundedUpToAPowerOfTwo) {
  InvalidationLog three(3);
  three.append(footprint_of({0}));
  const std::array<Dependency, 1> one{1};
  const std::array<Dependency, 1> four{4};
  EXPECT_EQ(three.check(one, 0), Validity::valid);
  EXPECT_EQ(three.check(four, 0), Validity::invalidated);
  InvalidationLog none(0);
  none.append(footprint_of({0}));
  EXPECT_EQ(none.check(one, 0), Validity::invalidated);
}

TEST_F(LogTest, TheDefaultTableTakesAnyDependency) {
  InvalidationLog log;
  const std::array<Dependency, 2> far{~Dependency{0}, Dependency{1} << 63U};
  EXPECT_EQ(log.check(far, 0), Validity::valid);
  log.append(footprint_of({far[0]}));
  EXPECT_EQ(log.check(far, 0), Validity::invalidated);
}

TEST_F(LogTest, AMarkStopsHitsUntilItIsLowered) {
  DirtyMark mark(log_, footprint_of({1}));
  EXPECT_EQ(check({1}, 0), Validity::write_in_flight);
  EXPECT_EQ(check({2}, 0), Validity::valid);
  mark.lower();
  EXPECT_EQ(check({1}, 0), Validity::valid);
  EXPECT_EQ(log_.records(), 0U);
  EXPECT_TRUE(mark.empty());
}

TEST_F(LogTest, CommitAppendsOnceAndLowers) {
  DirtyMark mark(log_, footprint_of({1, 2}));
  mark.commit();
  EXPECT_EQ(log_.records(), 1U);
  EXPECT_EQ(check({1}, 0), Validity::invalidated);
  EXPECT_EQ(check({1, 2}, 1), Validity::valid);
  mark.commit();
  mark.lower();
  EXPECT_EQ(log_.records(), 1U);
  EXPECT_EQ(check({1, 2}, 1), Validity::valid);
}

TEST_F(LogTest, MarksOnTheSameSlotAreCounted) {
  DirtyMark first(log_, footprint_of({1}));
  DirtyMark second(log_, footprint_of({1, 17}));
  first.lower();
  EXPECT_EQ(check({1}, 0), Validity::write_in_flight);
  second.lower();
  EXPECT_EQ(check({1}, 0), Validity::valid);
}

TEST_F(LogTest, InvalidatedIsToldEvenWhileAWriteIsInFlight) {
  log_.append(footprint_of({2}));
  const DirtyMark mark(log_, footprint_of({1}));
  EXPECT_EQ(check({1, 2}, 0), Validity::invalidated);
  EXPECT_EQ(check({1, 2}, 1), Validity::write_in_flight);
}

TEST_F(LogTest, ExtendRaisesOnlyWhatIsNew) {
  DirtyMark mark(log_, footprint_of({1}));
  mark.extend(footprint_of({1, 2}));
  mark.extend(footprint_of({2}));
  EXPECT_EQ(check({2}, 0), Validity::write_in_flight);
  EXPECT_EQ(mark.footprint().dependencies(), (std::vector<Dependency>{1, 2}));
  mark.lower();
  EXPECT_EQ(check({1, 2}, 0), Validity::valid);
}

TEST_F(LogTest, AMarkServesOneWriteAfterAnother) {
  DirtyMark mark(log_, {});
  EXPECT_TRUE(mark.empty());
  mark.commit();
  EXPECT_EQ(log_.records(), 0U);
  mark.extend(footprint_of({1}));
  mark.commit();
  mark.extend(footprint_of({2}));
  EXPECT_EQ(check({1}, 1), Validity::valid);
  EXPECT_EQ(check({2}, 1), Validity::write_in_flight);
  mark.commit();
  EXPECT_EQ(log_.records(), 2U);
}

TEST_F(LogTest, AnAbandonedMarkCountsAsWritten) {
  { const DirtyMark mark(log_, footprint_of({1})); }
  EXPECT_EQ(log_.records(), 1U);
  EXPECT_EQ(check({1}, 0), Validity::invalidated);
  EXPECT_EQ(check({1}, 1), Validity::valid);
}

TEST_F(LogTest, AMovedMarkLowersOnce) {
  DirtyMark target;
  {
    DirtyMark source(log_, footprint_of({1}));
    DirtyMark between(std::move(source));
    target = std::move(between);
  }
  EXPECT_EQ(log_.records(), 0U);
  EXPECT_EQ(check({1}, 0), Validity::write_in_flight);
  target.lower();
  EXPECT_EQ(check({1}, 0), Validity::valid);
}

TEST_F(LogTest, AssigningOverAMarkThatIsUpCountsAsWritten) {
  DirtyMark mark(log_, footprint_of({1}));
  mark = DirtyMark(log_, footprint_of({2}));
  EXPECT_EQ(log_.records(), 1U);
  EXPECT_EQ(check({1}, 0), Validity::invalidated);
  EXPECT_EQ(check({2}, 0), Validity::write_in_flight);
  mark.lower();
  EXPECT_EQ(log_.records(), 1U);
}

}  // namespace
}  // namespace tapri::coherence
