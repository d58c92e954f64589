// Every interleaving of readers and writers, not a sample: see interleaving.h.
#include <gtest/gtest.h>

#include <utility>

#include "interleaving_steps.h"

namespace tapri::coherence::interleaving {
namespace {

const Script kReader = {lease<0>, read<0>, store<0>, hit};
const Script kReaderTwoHits = {lease<0>, read<0>, store<0>, hit, hit};
const Script kSecondReader = {lease<1>, read<1>, store<1>, hit};
const Script kWriter = {raise<0>, commit_in_database<0>, assign<0>, apply<0>, lower<0>, acknowledge<0>};
const Script kRollback = {raise<1>, lower<1>};

const Writer kFirstTable = {{kTable[0]}, {1, 0}};
const Writer kSecondTable = {{kTable[1]}, {0, 1}};
const Writer kBothTables = {{kTable[0], kTable[1]}, {1, 1}};
const Writer kUnknownTables = {{kWholeDatabase}, {1, 1}};

void expect_promise_kept(const Outcome& outcome) {
  EXPECT_GT(outcome.hits, 0U) << "nothing was ever served: the enumeration proves nothing";
  EXPECT_EQ(outcome.older_than_acknowledged, 0U);
  EXPECT_EQ(outcome.older_than_returned, 0U);
  EXPECT_EQ(outcome.not_the_database, 0U);
}

class RightOrder : public testing::TestWithParam<std::size_t> {
 protected:
  // One slot: everything collides, which may cost hits but never the promise.
  [[nodiscard]] Model model(Writer first, Writer second = {}) const {
    return {.slots = GetParam(), .writers = {std::move(first), std::move(second)}};
  }
};
INSTANTIATE_TEST_SUITE_P(Slots, RightOrder, testing::Values(1, 8));

TEST_P(RightOrder, OneReaderOneWriter) {
  const Outcome outcome = enumerate(model(kFirstTable), {kReaderTwoHits, kWriter});
  EXPECT_EQ(outcome.interleavings, 462U);  // 11! / (5! 6!)
  expect_promise_kept(outcome);
}

TEST_P(RightOrder, TwoReadersOneWriter) {
  const Outcome outcome = enumerate(model(kBothTables), {kReader, kSecondReader, kWriter});
  EXPECT_EQ(outcome.interleavings, 210'210U);
  expect_promise_kept(outcome);
}

TEST_P(RightOrder, TwoWritersOfTheSameTable) {
  const Outcome outcome = enumerate(model(kFirstTable, kFirstTable),
                                    {kReader,
                                     {raise<0>, commit_in_database<0>, assign<0>, apply<0>, lower_and_acknowledge<0>},
                                     {raise<1>, commit_in_database<1>, assign<1>, apply<1>, lower_and_acknowledge<1>}});
  EXPECT_EQ(outcome.interleavings, 252'252U);
  expect_promise_kept(outcome);
}

TEST_P(RightOrder, TwoWritersOfDifferentTables) {
  const Outcome outcome = enumerate(model(kFirstTable, kSecondTable),
                                    {kReader,
                                     {raise<0>, commit_in_database<0>, assign<0>, apply<0>, lower_and_acknowledge<0>},
                                     {raise<1>, commit_in_database<1>, assign<1>, apply<1>, lower_and_acknowledge<1>}});
  expect_promise_kept(outcome);
}

TEST_P(RightOrder, AWriterOfNobodyKnowsWhatBesideAnother) {
  const Outcome outcome = enumerate(model(kUnknownTables, kFirstTable),
                                    {kReader,
                                     {raise<0>, commit_in_database<0>, append<0>, lower_and_acknowledge<0>},
                                     {raise<1>, commit_in_database<1>, commit_and_acknowledge<1>}});
  expect_promise_kept(outcome);
}

TEST_P(RightOrder, ARollbackBesideAWriter) {
  const Outcome outcome = enumerate(model(kFirstTable, kFirstTable), {kReaderTwoHits, kWriter, kRollback});
  EXPECT_EQ(outcome.interleavings, 36'036U);
  expect_promise_kept(outcome);
}

TEST_P(RightOrder, ARollbackAloneInvalidatesNothing) {
  const Outcome outcome = enumerate(model({}, kFirstTable), {kReader, kRollback});
  EXPECT_EQ(outcome.interleavings, 15U);
  EXPECT_EQ(outcome.hits, 11U);  // all but the 4 whose hit falls between raise and lower
  expect_promise_kept(outcome);
}

// A write whose outcome is not known (the connection was lost) counts as written, whether it happened or not.
TEST_P(RightOrder, AnUnknownOutcomeThatDidNotHappen) {
  const Outcome outcome = enumerate(model(kFirstTable, kFirstTable), {kReader, kWriter, {raise<1>, commit<1>}});
  expect_promise_kept(outcome);
}

TEST_P(RightOrder, EveryLoadOfTheCheckApart) {
  const Script reader = {lease<0>,           read<0>,       store<0>,           look_up,       load_dirty<1>,
                         load_last_write<1>, load_dirty<2>, load_last_write<2>, serve_if_clean};
  // One transaction that changes both tables, each mark and each slot apart (as two footprints with one position).
  const Writer both_changes{{kTable[0]}, {1, 1}};
  const Writer rest_of_footprint{{kTable[1]}, {0, 0}};
  const Script writer = {raise<0>, raise<1>, commit_in_database<0>, assign_both, apply<0>, apply<1>,
                         lower<0>, lower<1>, acknowledge<0>};
  const Outcome outcome = enumerate(model(both_changes, rest_of_footprint), {reader, writer});
  EXPECT_EQ(outcome.interleavings, 48'620U);
  expect_promise_kept(outcome);
}

TEST_P(RightOrder, EveryLoadOfTheCheckApartBesideTwoWriters) {
  const Script reader = {lease<0>, read<0>, store<0>, look_up, load_dirty<1>, load_last_write<1>, serve_if_clean};
  const Outcome outcome = enumerate(model(kFirstTable, kFirstTable),
                                    {reader,
                                     {raise<0>, commit_in_database<0>, append<0>, lower_and_acknowledge<0>},
                                     {raise<1>, commit_in_database<1>, commit_and_acknowledge<1>}});
  EXPECT_EQ(outcome.interleavings, 120'120U);
  expect_promise_kept(outcome);
}

TEST_P(RightOrder, AWriterMovesBetweenAnyTwoLoadsOfTheCheck) {
  for (const Writer& writer : {kFirstTable, kSecondTable, kBothTables, kUnknownTables}) {
    const Model tested = model(writer);
    const Outcome outcome = reader_beside({kWriter}, tested);
    EXPECT_EQ(outcome.interleavings, 8'008U);  // 16! / (10! 6!)
    expect_promise_kept(outcome);
  }
}

// The same enumeration must see what is wrong with wrong orders, or it could not be trusted about the right one.
const Model kOneWriter = {.slots = 8, .writers = {kFirstTable, Writer{}}};

TEST(WrongOrder, LeaseAfterTheRead) {
  const Outcome outcome = enumerate(kOneWriter, {{read<0>, lease<0>, store<0>, hit}, kWriter});
  EXPECT_GT(outcome.older_than_acknowledged, 0U);
  EXPECT_GT(outcome.not_the_database, 0U);
}

TEST(WrongOrder, NoDirtyMark) {
  const Script writer = {commit_in_database<0>, assign<0>, apply<0>, acknowledge<0>};
  const Outcome outcome = enumerate(kOneWriter, {kReader, kSecondReader, writer});
  EXPECT_EQ(outcome.older_than_acknowledged, 0U);
  EXPECT_GT(outcome.older_than_returned, 0U);
}

TEST(WrongOrder, DirtyRaisedAfterTheCommit) {
  const Script writer = {commit_in_database<0>, raise<0>, assign<0>, apply<0>, lower<0>, acknowledge<0>};
  EXPECT_GT(enumerate(kOneWriter, {kReader, kSecondReader, writer}).older_than_returned, 0U);
}

TEST(WrongOrder, AcknowledgedBeforeTheRecordIsApplied) {
  const Script writer = {raise<0>, commit_in_database<0>, lower<0>, acknowledge<0>, assign<0>, apply<0>};
  EXPECT_GT(enumerate(kOneWriter, {kReader, writer}).older_than_acknowledged, 0U);
}

TEST(WrongOrder, LoweredBetweenPositionAndTable) {
  const Script writer = {raise<0>, commit_in_database<0>, assign<0>, lower<0>, acknowledge<0>, apply<0>};
  EXPECT_GT(enumerate(kOneWriter, {kReader, writer}).older_than_acknowledged, 0U);
}

TEST(WrongOrder, PositionAssignedBeforeTheCommit) {
  const Script writer = {raise<0>, assign<0>, commit_in_database<0>, apply<0>, lower<0>, acknowledge<0>};
  EXPECT_GT(enumerate(kOneWriter, {kReader, writer}).older_than_acknowledged, 0U);
}

TEST(WrongOrder, LastWriteReadBeforeDirty) {
  // Looked up while the mark is up and the record not applied; applied and lowered between the two loads.
  const Script reader = {lease<0>, read<0>, store<0>, look_up, load_last_write<1>, load_dirty<1>, serve_if_clean};
  EXPECT_GT(enumerate(kOneWriter, {reader, kWriter}).not_the_database, 0U);
}

TEST(WrongOrder, AnUnconfirmedWriteDeclaredDead) {
  const Script writer = {raise<0>, lower<0>, commit_in_database<0>, acknowledge<0>};
  EXPECT_GT(enumerate(kOneWriter, {kReader, writer}).older_than_acknowledged, 0U);
}

}  // namespace
}  // namespace tapri::coherence::interleaving
