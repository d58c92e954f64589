// What one instance makes of the fleet's log, record by record: what is dirty, what is over, what may be missing.
#include "unit/coherence/follower_fixture.h"

namespace tapri::coherence {
namespace {

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

}  // namespace
}  // namespace tapri::coherence
