// Every interleaving of readers and writers, not a sample: see interleaving.h.
#include "interleaving.h"

#include <gtest/gtest.h>

#include <utility>

namespace tapri::coherence::interleaving {
namespace {

// The reader's steps.
template <std::size_t R>
void lease(World& world) {
  world.readers[R].lease = world.log.lease();
}
template <std::size_t R>
void read(World& world) {
  world.readers[R].value = world.database;
  world.tell(world.database);
}
template <std::size_t R>
void store(World& world) {
  world.cache = Cached{world.readers[R].value, world.readers[R].lease->as_of()};
}
void hit(World& world) {
  if (!world.cache) return;
  if (world.log.check(kEntryDependencies, world.cache->as_of) != Validity::valid) return;
  world.serve(world.cache->value, world.floor());
}

// A hit whose check is taken apart into its loads.
void look_up(World& world) {
  Reader& reader = world.readers[0];
  reader.found = world.cache;
  reader.floor = world.floor();
  reader.clean = reader.found.has_value();
}
template <std::size_t D>
void load_dirty(World& world) {
  if (LogSteps::dirty(world.log, kEntryDependencies[D])) world.readers[0].clean = false;
}
template <std::size_t D>
void load_last_write(World& world) {
  Reader& reader = world.readers[0];
  if (reader.found && LogSteps::last_write(world.log, kEntryDependencies[D]) > reader.found->as_of) {
    reader.clean = false;
  }
}
void serve_if_clean(World& world) {
  const Reader& reader = world.readers[0];
  if (reader.clean) world.serve(reader.found->value, reader.floor);
}

// The writer's steps.
template <std::size_t W>
void raise(World& world) {
  world.marks[W] = DirtyMark(world.log, world.footprint(W));
}
template <std::size_t W>
void commit_in_database(World& world) {
  for (std::size_t table = 0; table < 2; ++table) world.database[table] += world.model.writers[W].change[table];
}
template <std::size_t W>
void assign(World& world) {
  world.assigned[W] = LogSteps::assign(world.log);
}
void assign_both(World& world) { world.assigned[0] = world.assigned[1] = LogSteps::assign(world.log); }
template <std::size_t W>
void apply(World& world) {
  LogSteps::apply(world.log, world.footprint(W), world.assigned[W]);
}
template <std::size_t W>
void append(World& world) {
  world.log.append(world.footprint(W));
}
template <std::size_t W>
void lower(World& world) {
  world.marks[W].lower();
}
template <std::size_t W>
void commit(World& world) {
  world.marks[W].commit();
}
// The registers only grow and the acknowledgement follows the commit: all that is committed by then on these tables.
template <std::size_t W>
void acknowledge(World& world) {
  for (std::size_t table = 0; table < 2; ++table) {
    if (world.model.writers[W].change[table] != 0) world.acknowledged[table] = world.database[table];
  }
}
// The acknowledgement changes nothing shared: right after lowering is the earliest, hence the strictest, place for it.
template <std::size_t W>
void lower_and_acknowledge(World& world) {
  lower<W>(world);
  acknowledge<W>(world);
}
template <std::size_t W>
void commit_and_acknowledge(World& world) {
  commit<W>(world);
  acknowledge<W>(world);
}

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

// The same with the loads in the order that check() itself has: before each load the writer may have moved on by any
// number of steps.
class WriterBetweenLoads {
 public:
  explicit WriterBetweenLoads(const Model& model) : model_(model) {}

  Outcome enumerate_all() {
    place(0, 0);
    return outcome_;
  }

 private:
  static constexpr std::size_t kLoads = 2 * kEntryDependencies.size();

  void run() {
    World world(model_, outcome_);
    std::size_t done = 0;
    std::size_t moment = 0;
    const auto let_writer_move = [&] {
      for (; done < moments_[moment]; ++done) kWriter[done](world);
      ++moment;
    };
    for (const Step step : {lease<0>, read<0>, store<0>}) {
      let_writer_move();
      step(world);
    }
    let_writer_move();
    const Cached found = *world.cache;
    const Floor floor = world.floor();
    const Validity validity = LogSteps::check(world.log, kEntryDependencies, found.as_of, let_writer_move);
    if (validity == Validity::valid) world.serve(found.value, floor);
    ++outcome_.interleavings;
  }

  void place(std::size_t moment, std::size_t from) {
    if (moment == moments_.size()) return run();
    for (std::size_t stand = from; stand <= kWriter.size(); ++stand) {
      moments_[moment] = stand;
      place(moment + 1, stand);
    }
  }

  const Model& model_;
  Outcome outcome_;
  // Where the writer stands before each of the reader's three steps, the look-up and the loads, never going back.
  std::array<std::size_t, 4 + kLoads> moments_{};
};

TEST_P(RightOrder, AWriterMovesBetweenAnyTwoLoadsOfTheCheck) {
  for (const Writer& writer : {kFirstTable, kSecondTable, kBothTables, kUnknownTables}) {
    const Model tested = model(writer);
    const Outcome outcome = WriterBetweenLoads(tested).enumerate_all();
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
