// Every interleaving around an entry that rests on a row: it has several dependencies, a write touches one of them or
// none, and two writers of the same row may touch different ones. See interleaving.h.
#include <gtest/gtest.h>

#include <array>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "interleaving_steps.h"

namespace tapri::coherence::interleaving {

// What a failing test is called by.
inline void PrintTo(Broken broken, std::ostream* out) {
  constexpr std::array kNames = {"nothing", "lease_after_read", "dirty_skipped", "acknowledged_first",
                                 "check_backwards"};
  *out << kNames[static_cast<std::size_t>(broken)];
}

namespace {

const KeyBase kId = key_base("shop", 16384, std::array<std::string, 1>{"id"});
const KeyBase kName = key_base("shop", 16384, std::array<std::string, 1>{"name"});
const Dependency kAnyRow = any_of("shop", 16384);
const Dependency kRow = key_of(kId, "1");

// As a read by key has them (session/pg/bind_keys.cpp); where it shows that the row is there, without the last.
const std::vector<Dependency> kEntry = {all_of("shop"), roles_of("server"), kRow, unkeyed_of(kId), inserted_of(kId)};
const std::vector<Dependency> kEntryOfPresentRow(kEntry.begin(), kEntry.end() - 1);

// Each changes the entry's row and touches one of its dependencies.
const Writer kByKey = {{kAnyRow, kRow, unkeyed_of(kName)}, {1, 0}};
const Writer kUnkeyed = {{kAnyRow, unkeyed_of(kId), unkeyed_of(kName)}, {1, 0}};
const Writer kInserts = {{kAnyRow, inserted_of(kId), inserted_of(kName)}, {1, 0}};
const Writer kAnything = {{all_of("shop")}, {1, 0}};
const Writer kRoles = {{roles_of("server")}, {1, 0}};
// And these do not.
const Writer kOtherRow = {{kAnyRow, key_of(kId, "2"), unkeyed_of(kName)}, {0, 0}};
const Writer kOtherTable = {{any_of("shop", 16385), unkeyed_of(key_base("shop", 16385, {}))}, {0, 0}};

constexpr std::size_t kApart = 256;  // slots, so that no two of these dependencies collide

const Script kReader = {lease<0>, read<0>, store<0>, hit};
template <std::size_t W>
const Script kEveryStep = {raise<W>, commit_in_database<W>, assign<W>, apply<W>, lower_and_acknowledge<W>};
template <std::size_t W>
const Script kCommit = {raise<W>, commit_in_database<W>, commit_and_acknowledge<W>};

Script first_writer_with(Broken broken) {
  if (broken == Broken::dirty_skipped) return {commit_in_database<0>, append<0>, acknowledge<0>};
  if (broken == Broken::acknowledged_first) {
    return {raise<0>, commit_in_database<0>, lower_and_acknowledge<0>, append<0>};
  }
  return {raise<0>, commit_in_database<0>, append<0>, lower_and_acknowledge<0>};
}

bool promise_kept(const Outcome& outcome) {
  return outcome.older_than_acknowledged == 0 && outcome.older_than_returned == 0 && outcome.not_the_database == 0;
}

TEST(Rows, TheirDependenciesAreApart) {
  std::set<Dependency> all(kEntry.begin(), kEntry.end());
  std::set<Dependency> slots;
  for (const Writer& writer : {kByKey, kUnkeyed, kInserts, kAnything, kRoles, kOtherRow, kOtherTable}) {
    all.insert(writer.footprint.begin(), writer.footprint.end());
  }
  for (const Dependency dependency : all) slots.insert(dependency % kApart);
  EXPECT_EQ(slots.size(), all.size());
}

class Rows : public testing::TestWithParam<std::size_t> {
 protected:
  [[nodiscard]] Model model(Writer first, Writer second = {}) const {
    return {.slots = GetParam(), .writers = {std::move(first), std::move(second)}, .entry = kEntry};
  }
};
INSTANTIATE_TEST_SUITE_P(Slots, Rows, testing::Values(1, kApart));

TEST_P(Rows, TwoWritersOfOneRowByAnyTwoOfItsDependencies) {
  for (const Writer& first : {kByKey, kUnkeyed, kInserts, kAnything, kRoles}) {
    for (const Writer& second : {kByKey, kUnkeyed, kInserts, kAnything, kRoles}) {
      const Outcome outcome = enumerate(model(first, second), {kReader, kEveryStep<0>, kCommit<1>});
      EXPECT_EQ(outcome.interleavings, 27'720U);  // 12! / (4! 5! 3!)
      EXPECT_GT(outcome.hits, 0U);
      EXPECT_TRUE(promise_kept(outcome));
    }
  }
}

TEST_P(Rows, AWriterBetweenAnyTwoLoadsOfTheCheck) {
  const Script writer = {raise<0>, commit_in_database<0>, assign<0>, apply<0>, lower<0>, acknowledge<0>};
  for (const Writer& one : {kByKey, kUnkeyed, kInserts, kAnything, kRoles}) {
    const Model tested = model(one);
    const Outcome outcome = reader_beside({writer}, tested);
    EXPECT_EQ(outcome.interleavings, 38'760U);  // 20! / (14! 6!)
    EXPECT_GT(outcome.hits, 0U);
    EXPECT_TRUE(promise_kept(outcome));
  }
}

TEST_P(Rows, AnyLoadOfACheckBetweenAnyTwoStepsOfACommit) {
  const Script reader = {lease<0>,           read<0>,       store<0>,           look_up,       load_dirty<0>,
                         load_last_write<0>, load_dirty<1>, load_last_write<1>, serve_if_clean};
  for (const Writer& writer : {kByKey, kUnkeyed, Writer{{kRow, unkeyed_of(kId), kAnyRow}, {1, 0}}}) {
    Model tested = model(writer);
    tested.entry = {kRow, unkeyed_of(kId)};
    const Outcome outcome = writer_beside({reader}, tested);
    EXPECT_EQ(outcome.interleavings, 92'378U);  // 19! / (9! 10!)
    EXPECT_GT(outcome.hits, 0U);
    EXPECT_TRUE(promise_kept(outcome));
  }
}

TEST_P(Rows, AReaderAndAWriterBetweenAnyTwoStepsOfACommit) {
  const Writer one = {{kRow, unkeyed_of(kName)}, {1, 0}};
  const Outcome outcome = writer_beside({kReader, kCommit<1>}, model(one, kUnkeyed));
  EXPECT_EQ(outcome.interleavings, 225'225U);  // 15! / (4! 3! 8!)
  EXPECT_GT(outcome.hits, 0U);
  EXPECT_TRUE(promise_kept(outcome));
}

TEST(RowsApart, TwoFillsBesideTwoWriters) {
  const Model apart = {.slots = kApart, .writers = {kByKey, kUnkeyed}, .entry = kEntry};
  const Outcome outcome = enumerate(apart, {kReader, {lease<1>, read<1>, store<1>}, kCommit<0>, kCommit<1>});
  EXPECT_EQ(outcome.interleavings, 1'201'200U);  // 13! / (4! 3! 3! 3!)
  EXPECT_GT(outcome.hits, 0U);
  EXPECT_TRUE(promise_kept(outcome));
}

TEST(RowsApart, WritesOfOtherRowsAndTablesCostNoHit) {
  const Model others = {.slots = kApart, .writers = {kOtherRow, kOtherTable}, .entry = kEntry};
  const Outcome outcome = enumerate(others, {kReader, kEveryStep<0>, kCommit<1>});
  EXPECT_EQ(outcome.hits, outcome.interleavings);
  EXPECT_TRUE(promise_kept(outcome));
}

// The row is there, one writer deletes it by its key, and another inserts rows of which it cannot say the keys: this
// one among them once it is gone, for the key is unique. An entry that shows the row does without `inserted`.
bool present(const Versions& value) { return value[0] % 2 == 0; }
void insert_in_database(World& world) {
  if (!present(world.database)) ++world.database[0];
}
template <bool Always>
void hit_of_present_or_absent(World& world) {
  if (!world.cache) return;
  const auto& dependencies = Always || present(world.cache->value) ? kEntryOfPresentRow : kEntry;
  if (world.log.check(dependencies, world.cache->as_of) != Validity::valid) return;
  world.serve(world.cache->value, world.floor());
}
const Script kInserter = {raise<1>, insert_in_database, assign<1>, apply<1>, lower_and_acknowledge<1>};

TEST_P(Rows, APresentRowIsNotInsertedBeforeItIsDeleted) {
  const Script reader = {lease<0>, read<0>, store<0>, hit_of_present_or_absent<false>};
  const Outcome outcome = enumerate(model(kByKey, kInserts), {reader, kEveryStep<0>, kInserter});
  EXPECT_EQ(outcome.interleavings, 252'252U);  // 14! / (4! 5! 5!)
  EXPECT_GT(outcome.hits, 0U);
  EXPECT_TRUE(promise_kept(outcome));
}

TEST(RowsApart, AnAbsentRowMayBeInserted) {
  const Model apart = {.slots = kApart, .writers = {kByKey, kInserts}, .entry = kEntry};
  const Script reader = {lease<0>, read<0>, store<0>, hit_of_present_or_absent<true>};
  EXPECT_FALSE(promise_kept(enumerate(apart, {reader, kEveryStep<0>, kInserter})));
}

// Two writers of one row, each touching another dependency of the entry, between any two loads of the real check: right
// as it is, and wrong with any one step of the reader or of the first writer broken.
class BrokenStep : public testing::TestWithParam<Broken> {};
INSTANTIATE_TEST_SUITE_P(Steps, BrokenStep,
                         testing::Values(Broken::nothing, Broken::lease_after_read, Broken::dirty_skipped,
                                         Broken::acknowledged_first, Broken::check_backwards),
                         testing::PrintToStringParamName());

TEST_P(BrokenStep, IsFound) {
  const Model tested = {.slots = kApart, .writers = {kByKey, kUnkeyed}, .entry = {kRow, unkeyed_of(kId)}};
  const Outcome outcome = reader_beside({first_writer_with(GetParam()), kCommit<1>}, tested, GetParam());
  EXPECT_GT(outcome.hits, 0U);
  EXPECT_EQ(promise_kept(outcome), GetParam() == Broken::nothing);
}

}  // namespace
}  // namespace tapri::coherence::interleaving
