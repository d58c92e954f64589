// Every interleaving on one instance of a fleet: its own readers and writer, the follower, records of others, and
// entries that another instance has read. What is promised here is of its own writes, as in mode `local`; writes of
// others are the business of fleet_model_test.cpp.
#include <gtest/gtest.h>

#include <vector>

#include "interleaving_steps.h"

namespace tapri::coherence::interleaving {
namespace {

const Writer kOwn = {{kTable[0]}, {1, 0}};
// Others' records move positions; what they change is not looked at.
const Writer kOtherOfTheSameTable = {{kTable[0]}, {0, 0}};
const Writer kOtherOfAnotherTable = {{kTable[1]}, {0, 0}};

// The own writer, after its database has answered.
void early(World& world) { LogSteps::apply_early(world.log, world.footprint(0)); }
template <std::size_t W>
void append_to_shared(World& world) {
  world.assigned[W] = ++world.tail;
}
void answered(World& world) {
  LogSteps::apply(world.log, world.footprint(0), world.assigned[0]);
  world.marks[0].lower();
}
void not_answered(World& world) {
  world.log.set_unannounced(true);
  world.marks[0].lower();
}
void answered_at_last(World& world) {
  world.log.apply(world.footprint(0), world.assigned[0]);
  world.log.set_unannounced(false);
}

// The follower.
void fetch(World& world) { world.fetched = world.tail; }
void apply_fetched(World& world) {
  for (std::size_t writer = 0; writer < 2; ++writer) {
    const Position position = world.assigned[writer];
    if (position != 0 && position <= world.fetched) world.log.apply(world.footprint(writer), position);
  }
}
void advance(World& world) { world.log.advance(world.fetched); }

// Another instance, which is as far as the shared log is: the largest as-of that an entry can have.
void lease_elsewhere(World& world) { world.elsewhere = Cached{{}, world.tail}; }
void read_elsewhere(World& world) { world.elsewhere->value = world.database; }
void adopt(World& world) {
  if (!world.log.adopt(world.model.entry, world.elsewhere->as_of)) return;
  world.cache = world.elsewhere;
  world.serve(world.cache->value, world.floor());
}

const Script kReader = {lease<0>, read<0>, store<0>, hit};
const Script kOwnWriter = {raise<0>, commit_in_database<0>, early, append_to_shared<0>, answered, acknowledge<0>};
const Script kUnheardWriter = {raise<0>,       commit_in_database<0>, early,           not_answered,
                               acknowledge<0>, append_to_shared<0>,   answered_at_last};
const Script kFollower = {append_to_shared<1>, fetch, apply_fetched, advance};
const Script kElsewhere = {lease_elsewhere, read_elsewhere, adopt};

void expect_promise_kept(const Outcome& outcome) {
  EXPECT_GT(outcome.hits, 0U) << "nothing was ever served: the enumeration proves nothing";
  EXPECT_EQ(outcome.older_than_acknowledged, 0U);
  EXPECT_EQ(outcome.older_than_returned, 0U);
  EXPECT_EQ(outcome.not_the_database, 0U);
}

class FleetOrder : public testing::TestWithParam<Writer> {
 protected:
  [[nodiscard]] Model model() const { return {.slots = 8, .writers = {kOwn, GetParam()}}; }
};
INSTANTIATE_TEST_SUITE_P(Others, FleetOrder, testing::Values(kOtherOfTheSameTable, kOtherOfAnotherTable));

TEST_P(FleetOrder, AReaderBesideTheWriterAndTheFollower) {
  const Outcome outcome = enumerate(model(), {kReader, kOwnWriter, kFollower});
  EXPECT_EQ(outcome.interleavings, 210'210U);  // 14! / (4! 6! 4!)
  expect_promise_kept(outcome);
}

TEST_P(FleetOrder, AnEntryOfAnotherInstanceBesideTheWriterAndTheFollower) {
  const Outcome outcome = enumerate(model(), {kElsewhere, kOwnWriter, kFollower});
  EXPECT_EQ(outcome.interleavings, 60'060U);  // 13! / (3! 6! 4!)
  expect_promise_kept(outcome);
}

TEST_P(FleetOrder, AnEntryThatWasAdoptedAndIsHitLater) {
  const Outcome outcome = enumerate(model(), {{lease_elsewhere, read_elsewhere, adopt, hit}, kOwnWriter, kFollower});
  EXPECT_EQ(outcome.interleavings, 210'210U);
  expect_promise_kept(outcome);
}

TEST_P(FleetOrder, AReaderAndAnEntryOfAnotherInstanceBesideTheWriter) {
  const Outcome outcome = enumerate(model(), {kReader, kElsewhere, kOwnWriter});
  EXPECT_EQ(outcome.interleavings, 60'060U);
  expect_promise_kept(outcome);
}

TEST_P(FleetOrder, AWriterThatIsHeardOfLate) {
  expect_promise_kept(enumerate(model(), {kReader, kUnheardWriter, kFollower}));
  expect_promise_kept(enumerate(model(), {kElsewhere, kUnheardWriter, kFollower}));
}

// adopt(), load by load.
Outcome adopt_beside(const Model& model, const std::vector<Script>& others) {
  return enumerate_beside(model, 7 + 2 * model.entry.size(), others, [](World& world, auto moment) {
    moment();
    lease_elsewhere(world);
    moment();
    read_elsewhere(world);
    moment();
    const Floor floor = world.floor();
    if (!LogSteps::adoptable(world.log, world.model.entry, world.elsewhere->as_of, moment)) return;
    world.serve(world.elsewhere->value, floor);
  });
}

TEST_P(FleetOrder, TheOthersMoveBetweenAnyTwoLoadsOfAdopt) {
  Model model = FleetOrder::model();
  model.entry = {kTable[0]};
  expect_promise_kept(adopt_beside(model, {kOwnWriter}));
  expect_promise_kept(adopt_beside(model, {kUnheardWriter}));
  const auto follow = [](World& world) {
    append_to_shared<1>(world);
    fetch(world);
    apply_fetched(world);
  };
  expect_promise_kept(adopt_beside(model, {kUnheardWriter, {follow, advance}}));
}

// The own writer, slot by slot, from when the log has answered.
TEST_P(FleetOrder, TheOthersMoveBetweenAnyTwoStepsOfSettling) {
  Model model = FleetOrder::model();
  model.writers[0] = {{kTable[0], kTable[1]}, {1, 1}};
  const Script reader = {lease_elsewhere, read_elsewhere, adopt, hit};
  const Outcome outcome = enumerate_beside(model, 9, {reader, kFollower}, [](World& world, auto moment) {
    moment();
    world.log.raise(world.footprint(0));
    moment();
    commit_in_database<0>(world);
    moment();
    early(world);
    moment();
    append_to_shared<0>(world);
    LogSteps::settle(world.log, world.footprint(0), world.assigned[0], moment);
    moment();
    acknowledge<0>(world);
  });
  EXPECT_EQ(outcome.interleavings, 1'701'700U);  // 17! / (9! 4! 4!)
  expect_promise_kept(outcome);
}

// The same enumeration must see what is wrong with wrong orders.
const Model kSameTable = {.slots = 8, .writers = {kOwn, kOtherOfTheSameTable}};
const Model kAnotherTable = {.slots = 8, .writers = {kOwn, kOtherOfAnotherTable}};

std::uint64_t wrong(const Outcome& outcome) {
  return outcome.older_than_acknowledged + outcome.older_than_returned + outcome.not_the_database;
}

TEST(WrongFleetOrder, LoweredBeforeTheLogHasAnswered) {
  const Script writer = {raise<0>,       commit_in_database<0>, early,   lower<0>,
                         acknowledge<0>, append_to_shared<0>,   answered};
  EXPECT_GT(wrong(enumerate(kAnotherTable, {kElsewhere, writer, kFollower})), 0U);
}

TEST(WrongFleetOrder, NotAppliedBeforeTheLogHasAnswered) {
  const Script writer = {raise<0>, commit_in_database<0>, lower<0>, acknowledge<0>, append_to_shared<0>, answered};
  EXPECT_GT(wrong(enumerate(kSameTable, {kReader, writer})), 0U);
}

TEST(WrongFleetOrder, TakenForAnnouncedBeforeItIsApplied) {
  const auto too_soon = [](World& world) { world.log.set_unannounced(false); };
  const Script writer = {raise<0>,       commit_in_database<0>, early,    not_answered,
                         acknowledge<0>, append_to_shared<0>,   too_soon, answered_at_last};
  EXPECT_GT(wrong(enumerate(kAnotherTable, {kElsewhere, writer, kFollower})), 0U);
}

TEST(WrongFleetOrder, AdvancedBeforeItIsApplied) {
  // The own record is read by the follower before its answer has come.
  const Script follower = {append_to_shared<1>, fetch, advance, apply_fetched};
  const Script writer = {raise<0>, commit_in_database<0>, append_to_shared<0>, lower<0>, acknowledge<0>};
  EXPECT_GT(wrong(enumerate(kSameTable, {kElsewhere, writer, follower})), 0U);
}

TEST(WrongFleetOrder, PositionedBeforeTheCommit) {
  const Script writer = {raise<0>, append_to_shared<0>, commit_in_database<0>, early, answered, acknowledge<0>};
  EXPECT_GT(wrong(enumerate(kSameTable, {kElsewhere, writer, kFollower})), 0U);
}

}  // namespace
}  // namespace tapri::coherence::interleaving
