// What calls and triggers bring about where the bodies behind them are known.
#include <gmock/gmock.h>

#include <algorithm>

#include "resolve_fixture.h"

namespace tapri::catalog {
namespace {

using namespace test;
using testing::UnorderedElementsAreArray;

StatementFacts calling(Names functions) {
  StatementFacts facts = facts_of(Verb::select);
  facts.functions = std::move(functions);
  return facts;
}

// The shop, with routines whose bodies are the test's: public.volatile_one, stable_one, immutable_one, inner_one (which
// is volatile).
class ResolveBodiesTest : public ResolveTest {
 protected:
  ResolveBodiesTest() {
    source_.functions.push_back(routine("public", "volatile_one", Volatility::is_volatile));
    source_.functions.push_back(routine("public", "stable_one", Volatility::stable));
    source_.functions.push_back(routine("public", "immutable_one", Volatility::immutable));
    source_.functions.push_back(routine("public", "inner_one", Volatility::is_volatile));
  }
  void give(const std::string& name, std::vector<StatementFacts> statements,
            std::optional<std::vector<std::string>> path = std::nullopt, bool qualified = false) {
    for (Routine& routine : source_.functions) {
      if (routine.name != name) continue;
      routine.body =
          std::make_shared<const RoutineBody>(RoutineBody{std::move(statements), std::move(path), qualified});
    }
    use(source_);
  }
  Relation& table(const std::string& name) {
    return *std::ranges::find_if(source_.relations,
                                 [&](const Relation& r) { return r.name == name && r.schema == "public"; });
  }
  // A trigger whose function is known.
  void trigger(const std::string& on, const std::string& function) {
    table(on).triggers.push_back({"public", function});
    use(source_);
  }
  Snapshot::Source source_ = shop();
};

void expect_writes(const Resolution& result, std::initializer_list<ObjectId> families) {
  EXPECT_THAT(result.footprint.dependencies(), UnorderedElementsAreArray(footprint_of(families).dependencies()));
  EXPECT_EQ(result.writes, families.size() > 0);
  EXPECT_FALSE(result.changes_catalog);
  EXPECT_FALSE(result.changes_unknown_setting);
}

TEST_F(ResolveBodiesTest, VolatileFunctionWritesWhatItsBodyWrites) {
  give("volatile_one", {read_of({{"", "measures"}}), write_of(Verb::insert, {{"", "orders"}})});
  const Resolution result = resolve_calling({{"", "volatile_one"}});
  expect_writes(result, {10});
  EXPECT_EQ(result.obstacle, Reason::volatile_function);
  EXPECT_EQ(result.detail, "public.volatile_one");
  expect_writes(resolve(calling({{"public", "volatile_one"}})), {10});
}

TEST_F(ResolveBodiesTest, WritesOfABodyCascade) {
  give("volatile_one", {write_of(Verb::delete_rows, {{"", "orders"}}, {{"", "orders"}})});
  expect_writes(resolve(calling({{"", "volatile_one"}})), {10, 11, 12});
}

TEST_F(ResolveBodiesTest, VolatileFunctionThatOnlyReadsWritesNothingAndForbidsCaching) {
  give("volatile_one", {read_of({{"", "measures"}})});
  expect_obstacle(resolve_calling({{"", "volatile_one"}}), Reason::volatile_function, "public.volatile_one");
}

TEST_F(ResolveBodiesTest, StableFunctionThatOnlyReadsMayBeCached) {
  give("stable_one", {read_of({{"", "measures"}, {"app", "orders"}})});
  const Resolution result = resolve_calling({{"", "stable_one"}});
  expect_cacheable(result);
  EXPECT_EQ(result.dependencies,
            (std::vector{all_of(kDatabase), any_of(kDatabase, 10), any_of(kDatabase, 20), any_of(kDatabase, 40)}));
}

TEST_F(ResolveBodiesTest, ObstaclesInAStableBodyCount) {
  give("stable_one", {calling({{"", "now"}})});
  expect_obstacle(resolve_calling({{"", "stable_one"}}), Reason::volatile_function, "now");
  give("stable_one", {read_of({{"", "v_orders"}})});
  expect_obstacle(resolve_calling({{"", "stable_one"}}), Reason::view, "public.v_orders");
  EXPECT_EQ(resolve_calling({{"", "stable_one"}}).ttl_obstacle, Reason::none);
  give("stable_one", {read_of({{"", "v_orders"}}), calling({{"", "random"}})});
  EXPECT_EQ(resolve_calling({{"", "stable_one"}}).ttl_obstacle, Reason::volatile_function);
  StatementFacts locking = read_of({{"", "orders"}});
  locking.obstacle = Reason::locks_rows;
  give("stable_one", {locking});
  expect_obstacle(resolve_calling({{"", "stable_one"}}), Reason::locks_rows, "");
  give("stable_one", {calling({{"", "price_of"}})});
  expect_obstacle(resolve_calling({{"", "stable_one"}}), Reason::volatile_function, "public.price_of");
}

TEST_F(ResolveBodiesTest, StableFunctionThatWritesThroughAnotherIsAWrite) {
  give("stable_one", {calling({{"", "inner_one"}})});
  give("inner_one", {write_of(Verb::insert, {{"", "orders"}})});
  const Resolution result = resolve_calling({{"", "stable_one"}});
  expect_writes(result, {10});
  EXPECT_NE(result.obstacle, Reason::none);
}

TEST_F(ResolveBodiesTest, ImmutableFunctionIsTrustedButDependsOnWhatItReads) {
  give("immutable_one", {read_of({{"", "measures"}, {"", "v_orders"}}), calling({{"", "now"}, {"", "inner_one"}})});
  give("inner_one", {read_of({{"", "order_items"}}), write_of(Verb::insert, {{"", "audited"}})});
  const Resolution result = resolve_calling({{"", "immutable_one"}});
  expect_cacheable(result);
  EXPECT_THAT(result.dependencies,
              UnorderedElementsAreArray({all_of(kDatabase), any_of(kDatabase, 10), any_of(kDatabase, 20),
                                         any_of(kDatabase, 30), any_of(kDatabase, 11)}));
}

// What was passed over inside a trusted body is not passed over elsewhere.
TEST_F(ResolveBodiesTest, TrustDoesNotSpread) {
  give("immutable_one", {calling({{"", "stable_one"}})});
  give("stable_one", {calling({{"", "now"}})});
  expect_obstacle(resolve_calling({{"", "immutable_one"}, {"", "stable_one"}}), Reason::volatile_function, "now");
  expect_obstacle(resolve_calling({{"", "stable_one"}, {"", "immutable_one"}}), Reason::volatile_function, "now");
}

TEST_F(ResolveBodiesTest, BodiesAreFollowedIntoWhatTheyCall) {
  give("volatile_one", {write_of(Verb::insert, {{"", "orders"}}), calling({{"", "inner_one"}})});
  expect_unknown_effects(resolve(calling({{"", "volatile_one"}})));
  give("inner_one", {write_of(Verb::insert, {{"", "measures_2025"}})});
  expect_writes(resolve(calling({{"", "volatile_one"}})), {10, 20});
  give("inner_one", {write_of(Verb::insert, {{"", "nowhere"}})});
  expect_unknown_effects(resolve(calling({{"", "volatile_one"}})));
  give("inner_one", {read_of({{"", "v_writes"}})});
  expect_unknown_effects(resolve(calling({{"", "volatile_one"}})));
}

TEST_F(ResolveBodiesTest, RecursionEnds) {
  give("volatile_one", {calling({{"", "inner_one"}}), write_of(Verb::insert, {{"", "orders"}})});
  give("inner_one", {calling({{"", "volatile_one"}, {"", "inner_one"}}), write_of(Verb::insert, {{"", "opening"}})});
  expect_writes(resolve(calling({{"", "inner_one"}})), {10, 37});
  give("immutable_one", {calling({{"", "immutable_one"}}), read_of({{"", "orders"}})});
  expect_cacheable(resolve_calling({{"", "immutable_one"}}));
}

TEST_F(ResolveBodiesTest, TooLongAChainIsNotFollowed) {
  const auto name = [](int i) { return "link_" + std::to_string(i); };
  for (int i = 0; i < 40; ++i) source_.functions.push_back(routine("public", name(i), Volatility::is_volatile));
  for (int i = 0; i < 39; ++i) give(name(i), {calling({{"", name(i + 1)}})});
  give(name(39), {write_of(Verb::insert, {{"", "orders"}})});
  expect_unknown_effects(resolve(calling({{"", name(0)}})));
  expect_writes(resolve(calling({{"", name(20)}})), {10});
}

TEST_F(ResolveBodiesTest, TooManyBodiesAreNotFollowed) {
  Names all;
  for (int i = 0; i < 300; ++i) {
    all.push_back({"", "one_" + std::to_string(i)});
    source_.functions.push_back(routine("public", all.back().name, Volatility::is_volatile));
    source_.functions.back().body = std::make_shared<const RoutineBody>();
  }
  use(source_);
  expect_unknown_effects(resolve(calling(all)));
  all.resize(200);
  expect_harmless(resolve(calling(all)));
}

TEST_F(ResolveBodiesTest, NamesAreThoseOfTheCallersPath) {
  give("volatile_one", {write_of(Verb::insert, {{"", "orders"}})});
  path_ = {"app", "public"};
  expect_writes(resolve(calling({{"", "volatile_one"}})), {40});
}

TEST_F(ResolveBodiesTest, OrOfTheRoutinesOwnPathAndThatOfItsCallees) {
  give("volatile_one", {write_of(Verb::insert, {{"", "orders"}}), calling({{"public", "inner_one"}})}, {{"app"}});
  give("inner_one", {write_of(Verb::update, {{"", "orders"}}), write_of(Verb::insert, {{"public", "measures"}})});
  expect_writes(resolve(calling({{"", "volatile_one"}})), {40, 20});
  // The same routine under another path does something else.
  expect_writes(resolve(calling({{"", "volatile_one"}, {"", "inner_one"}})), {40, 20, 10, 11, 12});
}

TEST_F(ResolveBodiesTest, QualifiedNamesOfTheServersOwnComeFirst) {
  source_.relations.push_back(relation(51, "pg_class"));
  give("stable_one", {read_of({{"", "pg_class"}})}, std::nullopt, true);
  path_ = {"public", "pg_catalog"};
  expect_obstacle(resolve_calling({{"", "stable_one"}}), Reason::system_relation, "pg_catalog.pg_class");
  give("stable_one", {calling({{"public", "inner_one"}}), read_of({{"public", "orders"}})}, std::nullopt, true);
  give("inner_one", {read_of({{"", "measures"}})});
  EXPECT_FALSE(resolve_calling({{"", "stable_one"}}).writes);
}

TEST_F(ResolveBodiesTest, TemporaryTablesComeFirstInABody) {
  give("stable_one", {read_of({{"", "measures"}})}, {{"public"}});
  path_ = {"pg_temp_3", "public"};
  EXPECT_EQ(resolve(calling({{"", "stable_one"}})).obstacle, Reason::temporary_relation);
  give("volatile_one", {write_of(Verb::insert, {{"", "measures"}})}, {{"public"}});
  expect_unknown_effects(resolve(calling({{"", "volatile_one"}})));
  give("volatile_one", {write_of(Verb::insert, {{"public", "measures"}})}, {{"public"}});
  expect_writes(resolve(calling({{"", "volatile_one"}})), {20});
}

TEST_F(ResolveBodiesTest, ProceduresAreFollowed) {
  StatementFacts call = facts_of(Verb::call);
  call.functions = {{"", "volatile_one"}};
  call.writes_unknown = call.drops_or_alters = call.changes_session = call.changes_unknown_setting = true;
  expect_unknown_effects(resolve(call));
  give("volatile_one", {write_of(Verb::insert, {{"", "orders"}})});
  expect_writes(resolve(call), {10});
  EXPECT_EQ(resolve(call).obstacle, Reason::not_a_read);
  call.functions.clear();  // DO
  expect_unknown_effects(resolve(call));
}

TEST_F(ResolveBodiesTest, FieldsAreFollowed) {
  StatementFacts facts = read_of({{"", "orders"}});
  facts.fields = {"volatile_one"};
  give("volatile_one", {write_of(Verb::insert, {{"", "measures"}})});
  expect_writes(resolve(facts), {20});
}

TEST_F(ResolveBodiesTest, RulesAboutWritesHoldForThoseOfBodies) {
  give("volatile_one", {write_of(Verb::insert, {{"", "orders"}})});
  DeclaredEffects declared;
  declared.on_write.push_back({[](const QualifiedName& name) { return name.name == "orders"; }, {{"", "opening"}}});
  expect_writes(resolve_calling({{"", "volatile_one"}}, declared), {10, 37});
}

TEST_F(ResolveBodiesTest, RulesAboutACallSpareTheBody) {
  DeclaredEffects declared;
  declared.known_functions = {{"", "volatile_one"}};
  give("volatile_one", {write_of(Verb::insert, {{"", "orders"}})});
  expect_obstacle(resolve_calling({{"", "volatile_one"}}, declared), Reason::volatile_function, "volatile_one");
}

// Triggers.

TEST_F(ResolveBodiesTest, TriggersWriteWhatTheirBodiesWrite) {
  give("volatile_one", {write_of(Verb::insert, {{"", "opening"}})});
  trigger("orders", "volatile_one");
  expect_writes(resolve(write_of(Verb::insert, {{"", "orders"}})), {10, 37});
  expect_writes(resolve(write_of(Verb::insert, {{"", "order_items"}})), {11});
}

TEST_F(ResolveBodiesTest, TriggersFireOnWhatTriggersAndCascadesChange) {
  give("volatile_one", {write_of(Verb::update, {{"", "opening"}})});
  give("inner_one", {write_of(Verb::insert, {{"", "measures"}}), write_of(Verb::update, {{"", "opening"}})});
  trigger("item_notes", "volatile_one");
  trigger("opening", "inner_one");
  expect_writes(resolve(write_of(Verb::delete_rows, {{"", "orders"}}, {{"", "orders"}})), {10, 11, 12, 37, 20});
}

TEST_F(ResolveBodiesTest, TriggersOfAPartitionAreThoseOfTheFamily) {
  give("volatile_one", {write_of(Verb::insert, {{"", "opening"}})});
  table("measures_2025").rewrites_rows = true;
  trigger("measures_2025", "volatile_one");
  for (const char* name : {"measures", "measures_2026"}) {
    expect_writes(resolve(write_of(Verb::insert, {{"", name}})), {20, 37});
    EXPECT_TRUE(snapshot_->find_relation("public", name)->rewrites_rows);
  }
  EXPECT_FALSE(snapshot_->find_relation("public", "orders")->rewrites_rows);
}

TEST_F(ResolveBodiesTest, TriggersThatCallTheUnknownDoAnything) {
  give("volatile_one", {calling({{"", "place_order"}})});
  trigger("orders", "volatile_one");
  expect_unknown_effects(resolve(write_of(Verb::insert, {{"", "orders"}})));
  trigger("opening", "not_there");
  expect_unknown_effects(resolve(write_of(Verb::insert, {{"", "opening"}})));
  trigger("clock_in", "inner_one");
  expect_unknown_effects(resolve(write_of(Verb::insert, {{"", "clock_in"}})));
}

}  // namespace
}  // namespace tapri::catalog
