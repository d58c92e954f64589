#include "resolve_fixture.h"

namespace tapri::catalog {
namespace {

using namespace test;

// Relations.

TEST_F(ResolveTest, ReadDependsOnTheDatabaseAndEachFamilyOnce) {
  const Resolution result =
      resolve(read_of({{"", "orders"}, {"public", "orders"}, {"", "measures_2025"}, {"", "measures_2026"}}));
  expect_cacheable(result);
  EXPECT_EQ(result.dependencies,
            (std::vector<coherence::Dependency>{all_of(kDatabase), any_of(kDatabase, 10), any_of(kDatabase, 20)}));
  EXPECT_EQ(result.tables, (Names{{"public", "orders"}, {"public", "measures_2025"}, {"public", "measures_2026"}}));
}

TEST_F(ResolveTest, SearchPathDecides) {
  path_ = {"app", "public"};
  Resolution result = resolve(read_of({{"", "orders"}, {"", "order_items"}}));
  expect_cacheable(result);
  EXPECT_EQ(result.tables, (Names{{"app", "orders"}, {"public", "order_items"}}));
  path_ = {"public", "app"};
  result = resolve(read_of({{"", "orders"}}));
  EXPECT_EQ(result.tables, (Names{{"public", "orders"}}));
  path_.clear();
  expect_obstacle(resolve(read_of({{"", "orders"}})), Reason::unknown_relation, "orders");
  expect_cacheable(resolve(read_of({{"app", "orders"}})));
}

TEST_F(ResolveTest, WhatCannotBeFollowedIsNotCached) {
  expect_obstacle(resolve(read_of({{"", "v_orders"}})), Reason::view, "public.v_orders");
  // What REFRESH makes of it stays until the next.
  expect_cacheable(resolve(read_of({{"", "m_sales"}})));
  expect_obstacle(resolve(read_of({{"", "remote"}})), Reason::foreign_relation, "public.remote");
  expect_obstacle(resolve(read_of({{"", "seq"}})), Reason::system_relation, "public.seq");
  expect_obstacle(resolve(read_of({{"", "secret"}})), Reason::row_security, "public.secret");
  expect_obstacle(resolve(read_of({{"", "clock_in"}})), Reason::unknown_type, "public.clock_in");
  expect_obstacle(resolve(read_of({{"", "pg_class"}})), Reason::system_relation, "pg_catalog.pg_class");
  expect_obstacle(resolve(read_of({{"pg_catalog", "pg_new"}})), Reason::system_relation, "pg_catalog.pg_new");
  expect_obstacle(resolve(read_of({{"information_schema", "tables"}})), Reason::system_relation,
                  "information_schema.tables");
  expect_obstacle(resolve(read_of({{"", "nothing"}})), Reason::unknown_relation, "nothing");
  expect_obstacle(resolve(read_of({{"app", "order_items"}})), Reason::unknown_relation, "app.order_items");
}

TEST_F(ResolveTest, PathWithoutCatalogStillFindsItFirst) {
  path_ = {"public"};
  Snapshot::Source source = test::shop();
  source.relations.push_back(test::relation(70, "pg_class"));
  use(source);
  expect_obstacle(resolve(read_of({{"", "pg_class"}})), Reason::system_relation, "pg_catalog.pg_class");
  path_ = {"public", "pg_catalog"};
  expect_cacheable(resolve(read_of({{"", "pg_class"}})));
}

TEST_F(ResolveTest, OneMemberOfTheFamilySpoilsAll) {
  Snapshot::Source source = test::shop();
  source.inheritance.push_back({20, 33});
  use(source);
  expect_obstacle(resolve(read_of({{"", "measures_2025"}})), Reason::foreign_relation, "public.remote");
  expect_unknown_effects(resolve(write_of(Verb::insert, {{"", "measures"}})));
}

TEST_F(ResolveTest, TemporarySchemaInThePathForbidsReads) {
  path_ = {"pg_temp_3", "pg_catalog", "public"};
  expect_obstacle(resolve(read_of({{"", "orders"}})), Reason::temporary_relation, "orders");
  expect_obstacle(resolve(read_of({{"public", "orders"}})), Reason::temporary_relation, "public.orders");
  path_ = {"pg_catalog", "public"};
  expect_obstacle(resolve(read_of({{"pg_temp", "mine"}})), Reason::temporary_relation, "pg_temp.mine");
  expect_obstacle(resolve(read_of({{"pg_temp_4", "mine"}})), Reason::temporary_relation, "pg_temp_4.mine");
}

TEST_F(ResolveTest, ReadingMayWrite) {
  expect_unknown_effects(resolve(read_of({{"", "v_writes"}})));
  EXPECT_EQ(resolve(read_of({{"", "v_writes"}})).obstacle, Reason::view);
  Snapshot::Source source = test::shop();
  source.relations.push_back(test::relation(61, "mine", RelationKind::view, "pg_temp_3"));
  source.relations.back().temporary = true;
  source.relations.back().read_side_effects = true;
  use(source);
  path_ = {"pg_temp_3", "pg_catalog", "public"};
  expect_unknown_effects(resolve(read_of({{"", "mine"}})));
  expect_unknown_effects(resolve(read_of({{"pg_temp", "mine"}})));
}

TEST_F(ResolveTest, FactsObstacleComesFirst) {
  StatementFacts facts = read_of({{"", "v_orders"}});
  facts.obstacle = Reason::locks_rows;
  expect_obstacle(resolve(facts), Reason::locks_rows, "");
}

// Writes.

TEST_F(ResolveTest, WritesTouchTheFamily) {
  Resolution result = resolve(write_of(Verb::insert, {{"", "measures_2025"}}));
  EXPECT_EQ(result.footprint.dependencies(), footprint_of({20}).dependencies());
  EXPECT_TRUE(result.writes);
  EXPECT_FALSE(result.changes_catalog);
  EXPECT_EQ(result.tables, (Names{{"public", "measures_2025"}}));
  result = resolve(write_of(Verb::copy_in, {{"", "orders"}}));
  EXPECT_EQ(result.footprint.dependencies(), footprint_of({10}).dependencies());
}

TEST_F(ResolveTest, CascadesAreFollowedWhereTheyCanFire) {
  const auto with_cascades = footprint_of({10, 11, 12}).dependencies();
  for (const Verb verb : {Verb::update, Verb::delete_rows, Verb::merge}) {
    EXPECT_EQ(resolve(write_of(verb, {{"", "orders"}}, {{"", "orders"}})).footprint.dependencies(), with_cascades);
  }
  EXPECT_EQ(resolve(write_of(Verb::insert, {{"", "orders"}}, {{"", "seq"}})).footprint.dependencies(),
            footprint_of({10}).dependencies());
  // An upsert updates.
  EXPECT_EQ(resolve(write_of(Verb::insert, {{"", "orders"}}, {{"", "orders"}})).footprint.dependencies(),
            with_cascades);
  // WITH gone AS (DELETE FROM orders ...) INSERT INTO measures ...
  StatementFacts gone = write_of(Verb::insert, {{"", "measures"}});
  const StatementFacts deleted = write_of(Verb::delete_rows, {{"", "orders"}});
  gone.writes.push_back(deleted.writes.front());
  gone.changes.push_back(deleted.changes.front());
  EXPECT_EQ(resolve(gone).footprint.dependencies(), footprint_of({10, 11, 12, 20}).dependencies());
  // WITH gone AS (DELETE ...) SELECT ...
  EXPECT_EQ(resolve(write_of(Verb::select, {{"", "orders"}})).footprint.dependencies(), with_cascades);
}

TEST_F(ResolveTest, SideEffectsAreUnknown) {
  expect_unknown_effects(resolve(write_of(Verb::insert, {{"", "audited"}})));
  expect_unknown_effects(resolve(write_of(Verb::delete_rows, {{"", "watched"}})));
  EXPECT_EQ(resolve(write_of(Verb::insert, {{"", "watched"}})).footprint.dependencies(),
            footprint_of({14}).dependencies());
  for (const char* name : {"v_orders", "remote", "m_sales", "seq", "pg_class", "nothing"}) {
    SCOPED_TRACE(name);
    expect_unknown_effects(resolve(write_of(Verb::update, {{"", name}})));
  }
}

TEST_F(ResolveTest, RowSecurityDoesNotHideWrites) {
  EXPECT_EQ(resolve(write_of(Verb::update, {{"", "secret"}})).footprint.dependencies(),
            footprint_of({35}).dependencies());
}

TEST_F(ResolveTest, TruncateReachesEverything) {
  const Resolution result = resolve(write_of(Verb::truncate, {{"", "orders"}}));
  EXPECT_TRUE(result.footprint.contains(all_of(kDatabase)));
  EXPECT_TRUE(result.changes_catalog);
  EXPECT_FALSE(result.changes_unknown_setting);
}

TEST_F(ResolveTest, TemporaryWritesConcernNobody) {
  Snapshot::Source source = test::shop();
  source.functions.clear();
  use(source);
  const Resolution result = resolve(write_of(Verb::insert, {{"pg_temp", "mine"}}));
  expect_harmless(result);
  EXPECT_EQ(result.obstacle, Reason::not_a_read);
  path_ = {"pg_temp_3", "pg_catalog", "public"};
  EXPECT_EQ(resolve(write_of(Verb::insert, {{"", "orders"}})).footprint.dependencies(),
            footprint_of({10}).dependencies());
}

TEST_F(ResolveTest, TemporaryTablesMayCallWhatTheDatabaseHas) {
  expect_unknown_effects(resolve(write_of(Verb::insert, {{"pg_temp", "mine"}})));
  path_ = {"pg_temp_3", "pg_catalog", "public"};
  expect_unknown_effects(resolve(write_of(Verb::insert, {{"", "orders"}})));
  // One that inherits from the table.
  for (const Verb verb : {Verb::update, Verb::delete_rows, Verb::merge}) {
    expect_unknown_effects(resolve(write_of(verb, {{"public", "orders"}})));
  }
  EXPECT_EQ(resolve(write_of(Verb::insert, {{"public", "orders"}})).footprint.dependencies(),
            footprint_of({10}).dependencies());
}

// Kinds of statements.

TEST_F(ResolveTest, WhatIsNotUnderstoodMayDoAnything) {
  expect_unknown_effects(resolve(StatementFacts{}));
  expect_unknown_effects(resolve(facts_of(Verb::execute)));
  StatementFacts call = facts_of(Verb::call);
  call.writes_unknown = true;
  call.drops_or_alters = true;
  expect_unknown_effects(resolve(call));
}

TEST_F(ResolveTest, DefinitionsChangeTheCatalog) {
  StatementFacts facts = facts_of(Verb::define);
  Resolution result = resolve(facts);
  EXPECT_TRUE(result.footprint.contains(all_of(kDatabase)));
  EXPECT_TRUE(result.changes_catalog);
  EXPECT_FALSE(result.changes_unknown_setting);
  facts.temporary_only = true;
  result = resolve(facts);
  EXPECT_TRUE(result.footprint.empty());
  EXPECT_TRUE(result.changes_catalog);  // there are functions that a temporary view could call
  facts.functions = {{"", "place_order"}};
  expect_unknown_effects(resolve(facts));
  Snapshot::Source source = test::shop();
  source.functions.clear();
  use(source);
  facts.functions.clear();
  expect_harmless(resolve(facts));
}

TEST_F(ResolveTest, ControlStatementsChangeNothing) {
  for (const Verb verb : {Verb::empty, Verb::begin, Verb::commit, Verb::rollback, Verb::set, Verb::show, Verb::prepare,
                          Verb::deallocate, Verb::fetch, Verb::listen, Verb::lock, Verb::maintain, Verb::explain}) {
    SCOPED_TRACE(static_cast<int>(verb));
    expect_harmless(resolve(facts_of(verb)));
  }
}

TEST_F(ResolveTest, EventTriggersRunOnWhatOtherwiseChangesNothing) {
  StatementFacts temporary = facts_of(Verb::define);
  temporary.temporary_only = true;
  for (const StatementFacts& facts : {temporary, facts_of(Verb::maintain)}) {
    use(test::shop());
    EXPECT_FALSE(resolve(facts).writes);
    EXPECT_FALSE(resolve_unnamed(facts, HiddenEffects{.reads = true}).writes);
    EXPECT_TRUE(resolve_unnamed(facts, HiddenEffects{.definitions = true}).footprint.contains(all_of(kDatabase)));
    EXPECT_TRUE(rests_on_schema(facts));
    Snapshot::Source source = test::shop();
    source.event_triggers = true;
    use(source);
    EXPECT_EQ(snapshot_->hidden_effects().definitions, true);
    expect_unknown_effects(resolve(facts));
  }
  expect_cacheable(resolve(read_of({{"", "orders"}})));
}

}  // namespace
}  // namespace tapri::catalog
