// What one instance makes of writers that are silent, and of writes that it may have missed the beginning of.
#include "unit/coherence/follower_fixture.h"

namespace tapri::coherence {
namespace {

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
