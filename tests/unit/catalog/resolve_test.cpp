#include "catalog/resolve.h"

#include <gtest/gtest.h>

#include "test_schema.h"

namespace tapri::catalog {
namespace {

using coherence::all_of;
using coherence::any_of;
using sql::QualifiedName;
using sql::StatementFacts;
using sql::Verb;
using Names = std::vector<QualifiedName>;

constexpr const char* kDatabase = "test/shop";

StatementFacts facts_of(Verb verb) {
  StatementFacts facts;
  facts.verb = verb;
  facts.obstacle = verb == Verb::select ? Reason::none : Reason::not_a_read;
  return facts;
}

StatementFacts read_of(Names relations) {
  StatementFacts facts = facts_of(Verb::select);
  facts.reads = std::move(relations);
  return facts;
}

StatementFacts write_of(Verb verb, Names targets, Names reads = {}) {
  StatementFacts facts = facts_of(verb);
  facts.writes = std::move(targets);
  facts.reads = std::move(reads);
  return facts;
}

coherence::Footprint footprint_of(std::initializer_list<ObjectId> families) {
  coherence::Footprint footprint;
  for (const ObjectId family : families) footprint.add(any_of(kDatabase, family));
  return footprint;
}

class ResolveTest : public testing::Test {
 protected:
  Resolution resolve(const StatementFacts& facts, const DeclaredEffects& declared = {}) const {
    return catalog::resolve(facts, snapshot_.get(), "unused", path_, declared);
  }
  Resolution resolve_calling(Names functions, const DeclaredEffects& declared = {}) const {
    StatementFacts facts = read_of({{"", "orders"}});
    facts.functions = std::move(functions);
    return resolve(facts, declared);
  }
  Resolution resolve_cast(QualifiedName type) const {
    StatementFacts facts = read_of({{"", "orders"}});
    facts.types = {std::move(type)};
    return resolve(facts);
  }
  Resolution resolve_operator(QualifiedName name) const {
    StatementFacts facts = read_of({{"", "orders"}});
    facts.operators = {std::move(name)};
    return resolve(facts);
  }
  void use(Snapshot::Source source) { snapshot_ = Snapshot::build(std::move(source)); }

  std::shared_ptr<const Snapshot> snapshot_ = Snapshot::build(test::shop());
  std::vector<std::string> path_ = {"pg_catalog", "public"};
};

void expect_harmless(const Resolution& result) {
  EXPECT_TRUE(result.footprint.empty());
  EXPECT_FALSE(result.writes);
  EXPECT_FALSE(result.changes_catalog);
  EXPECT_FALSE(result.changes_unknown_setting);
}

void expect_cacheable(const Resolution& result) {
  EXPECT_EQ(result.obstacle, Reason::none) << reason_name(result.obstacle) << ' ' << result.detail;
  expect_harmless(result);
}

void expect_obstacle(const Resolution& result, Reason reason, const std::string& detail) {
  EXPECT_EQ(reason_name(result.obstacle), reason_name(reason)) << result.detail;
  EXPECT_EQ(result.detail, detail);
  expect_harmless(result);
}

void expect_unknown_effects(const Resolution& result) {
  EXPECT_TRUE(result.footprint.contains(all_of(kDatabase)));
  EXPECT_TRUE(result.writes);
  EXPECT_TRUE(result.changes_catalog);
  EXPECT_TRUE(result.changes_unknown_setting);
  EXPECT_NE(result.obstacle, Reason::none);
}

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
  expect_obstacle(resolve(read_of({{"", "m_sales"}})), Reason::view, "public.m_sales");
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
  EXPECT_EQ(resolve(write_of(Verb::insert, {{"", "measures"}, {"", "orders"}})).footprint.dependencies(),
            footprint_of({10, 11, 12, 20}).dependencies());
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

// Functions.

TEST_F(ResolveTest, BuiltinFunctions) {
  expect_cacheable(resolve_calling({{"", "lower"}, {"", "count"}, {"", "to_char"}, {"pg_catalog", "lower"}}));
  expect_obstacle(resolve_calling({{"", "now"}}), Reason::volatile_function, "now");
  expect_obstacle(resolve_calling({{"", "age"}}), Reason::volatile_function, "age");
  expect_obstacle(resolve_calling({{"", "random"}}), Reason::volatile_function, "random");
  expect_unknown_effects(resolve_calling({{"", "query_to_xml"}}));
  expect_unknown_effects(resolve_calling({{"", "added_by_extension"}}));
}

TEST_F(ResolveTest, UserFunctions) {
  expect_cacheable(resolve_calling({{"", "pure"}, {"public", "pure"}}));
  expect_obstacle(resolve_calling({{"", "price_of"}}), Reason::volatile_function, "public.price_of");
  expect_obstacle(resolve_calling({{"", "uuid_generate_v4"}}), Reason::volatile_function, "public.uuid_generate_v4");
  expect_unknown_effects(resolve_calling({{"", "place_order"}}));
  EXPECT_EQ(resolve_calling({{"", "place_order"}}).obstacle, Reason::volatile_function);
  expect_unknown_effects(resolve_calling({{"", "nothing"}}));
  EXPECT_EQ(resolve_calling({{"", "nothing"}}).obstacle, Reason::unknown_function);
  expect_unknown_effects(resolve_calling({{"app", "pure"}}));
}

TEST_F(ResolveTest, WorstOverloadInThePathCounts) {
  expect_cacheable(resolve_calling({{"", "lower"}}));
  path_ = {"app", "public"};
  expect_unknown_effects(resolve_calling({{"", "lower"}}));
  expect_cacheable(resolve_calling({{"pg_catalog", "lower"}}));
  expect_unknown_effects(resolve_calling({{"app", "lower"}}));
}

TEST_F(ResolveTest, FunctionsCountInEveryStatement) {
  for (const Verb verb : {Verb::insert, Verb::update, Verb::declare_cursor, Verb::copy_out, Verb::explain}) {
    StatementFacts facts = facts_of(verb);
    facts.functions = {{"", "place_order"}};
    expect_unknown_effects(resolve(facts));
  }
}

TEST_F(ResolveTest, TimeZonesOfATimeOfDayDependOnTheDay) {
  StatementFacts facts = read_of({{"", "orders"}});
  facts.functions = {{"pg_catalog", "timezone"}};
  expect_cacheable(resolve(facts));
  facts.types = {{"", "time"}};
  expect_obstacle(resolve(facts), Reason::volatile_function, "timezone");
  facts.types.clear();
  facts.reads = {{"", "opening"}};
  expect_obstacle(resolve(facts), Reason::volatile_function, "timezone");
  facts.functions.clear();
  expect_cacheable(resolve(facts));
}

TEST_F(ResolveTest, FieldsMayBeCallsWithARow) {
  StatementFacts facts = read_of({{"", "orders"}});
  facts.fields = {"id", "pure", "lower"};
  expect_cacheable(resolve(facts));
  facts.fields = {"price_of"};
  expect_obstacle(resolve(facts), Reason::volatile_function, "public.price_of");
  facts.fields = {"place_order"};
  expect_unknown_effects(resolve(facts));
  Snapshot::Source source = test::shop();
  for (Routine& routine : source.functions) routine.takes_row = false;
  use(source);
  expect_cacheable(resolve(facts));
}

// Operators, types, casts.

TEST_F(ResolveTest, Operators) {
  expect_cacheable(resolve_operator({"", "="}));
  expect_cacheable(resolve_operator({"", "<"}));
  expect_cacheable(resolve_operator({"", "==="}));
  expect_obstacle(resolve_operator({"", "=~"}), Reason::volatile_function, "public.=~");
  expect_unknown_effects(resolve_operator({"", "=!"}));
  expect_unknown_effects(resolve_operator({"app", "="}));
  expect_unknown_effects(resolve_operator({"", "?!"}));
  EXPECT_EQ(resolve_operator({"", "?!"}).obstacle, Reason::unknown_function);
  path_ = {"app", "public"};
  expect_unknown_effects(resolve_operator({"", "="}));
}

TEST_F(ResolveTest, Types) {
  for (const char* name : {"int4", "timestamptz", "_text", "mood", "citext"}) {
    SCOPED_TRACE(name);
    expect_cacheable(resolve_cast({"", name}));
  }
  expect_cacheable(resolve_cast({"pg_catalog", "int4"}));
  expect_obstacle(resolve_cast({"", "regclass"}), Reason::unknown_type, "pg_catalog.regclass");
  expect_obstacle(resolve_cast({"", "_regclass"}), Reason::unknown_type, "pg_catalog._regclass");
  expect_obstacle(resolve_cast({"", "timetz"}), Reason::unknown_type, "pg_catalog.timetz");
  expect_obstacle(resolve_cast({"", "pg_class"}), Reason::unknown_type, "pg_catalog.pg_class");
  expect_obstacle(resolve_cast({"", "email"}), Reason::unknown_type, "public.email");
  expect_obstacle(resolve_cast({"", "pair"}), Reason::unknown_type, "public.pair");
  expect_obstacle(resolve_cast({"", "odd"}), Reason::unknown_type, "public.odd");
  expect_obstacle(resolve_cast({"", "nothing"}), Reason::unknown_type, "nothing");
  expect_obstacle(resolve_cast({"app", "mood"}), Reason::unknown_type, "app.mood");
  expect_unknown_effects(resolve_cast({"", "checked"}));
}

TEST_F(ResolveTest, FirstTypeInThePathIsMeant) {
  Snapshot::Source source = test::shop();
  source.types.push_back(test::type("app", "int4", 'd', false));
  use(source);
  expect_cacheable(resolve_cast({"", "int4"}));
  path_ = {"app", "pg_catalog"};
  expect_obstacle(resolve_cast({"", "int4"}), Reason::unknown_type, "app.int4");
}

TEST_F(ResolveTest, CallsMayBeCasts) {
  Snapshot::Source source = test::shop();
  source.types.push_back(test::type("public", "lower", 'd', false));
  source.types.back().volatile_input = true;
  use(source);
  expect_unknown_effects(resolve_calling({{"", "lower"}}));
}

TEST_F(ResolveTest, VolatileCastsForbidEveryRead) {
  Snapshot::Source source = test::shop();
  source.volatile_casts = true;
  use(source);
  expect_obstacle(resolve(read_of({{"", "orders"}})), Reason::volatile_function, "a user-defined cast");
}

// Declared effects.

TEST_F(ResolveTest, DeclaredFunctions) {
  DeclaredEffects declared;
  declared.known_functions = {{"", "place_order"}};
  declared.also_changes = {{"", "orders"}};
  Resolution result = resolve_calling({{"", "place_order"}}, declared);
  EXPECT_EQ(result.footprint.dependencies(), footprint_of({10, 11, 12}).dependencies());
  EXPECT_FALSE(result.changes_catalog);
  EXPECT_EQ(result.obstacle, Reason::volatile_function);

  declared = {};
  declared.known_functions = declared.deterministic_functions = {{"", "price_of"}};
  declared.also_reads = {{"", "measures"}};
  result = resolve_calling({{"", "price_of"}}, declared);
  expect_cacheable(result);
  EXPECT_EQ(result.dependencies,
            (std::vector<coherence::Dependency>{all_of(kDatabase), any_of(kDatabase, 10), any_of(kDatabase, 20)}));
  declared.also_changes = {{"", "nothing"}};
  expect_unknown_effects(resolve_calling({{"", "price_of"}}, declared));
  // Another function is not excused.
  expect_unknown_effects(resolve_calling({{"", "price_of"}, {"", "place_order"}}, declared));
}

TEST_F(ResolveTest, DeclaredProcedure) {
  StatementFacts call = facts_of(Verb::call);
  call.writes_unknown = true;
  call.drops_or_alters = true;
  call.functions = {{"", "place_order"}};
  expect_unknown_effects(resolve(call));
  DeclaredEffects declared;
  declared.known_functions = {{"", "place_order"}};
  declared.also_changes = {{"", "measures"}};
  const Resolution result = resolve(call, declared);
  EXPECT_EQ(result.footprint.dependencies(), footprint_of({20}).dependencies());
  EXPECT_FALSE(result.changes_catalog);
  // A declared argument does not excuse the procedure.
  call.functions = {{"", "place_order"}, {"", "added_by_extension"}};
  expect_unknown_effects(resolve(call, declared));
}

// Without a catalog.

class WithoutCatalogTest : public testing::Test {
 protected:
  static Resolution resolve(const StatementFacts& facts) {
    return catalog::resolve(facts, nullptr, kDatabase, std::vector<std::string>{"pg_catalog", "public"});
  }
};

TEST_F(WithoutCatalogTest, ReadsAreNotCached) {
  StatementFacts facts = read_of({{"", "orders"}});
  facts.functions = {{"", "count"}, {"pg_catalog", "anything"}};
  facts.operators = {{"", "="}};
  facts.types = {{"", "int4"}};
  facts.fields = {"id"};
  const Resolution result = resolve(facts);
  expect_obstacle(result, Reason::catalog_unavailable, "");
  EXPECT_EQ(result.tables, (Names{{"", "orders"}}));
}

TEST_F(WithoutCatalogTest, UnknownFunctionsMayWrite) {
  for (const QualifiedName& name : {QualifiedName{"", "place_order"}, QualifiedName{"public", "count"},
                                    QualifiedName{"pg_catalog", "query_to_xml"}}) {
    StatementFacts facts = read_of({{"", "orders"}});
    facts.functions = {name};
    const Resolution result = resolve(facts);
    EXPECT_TRUE(result.footprint.contains(all_of(kDatabase))) << name.name;
    EXPECT_TRUE(result.changes_unknown_setting);
    EXPECT_FALSE(result.changes_catalog);
  }
}

TEST_F(WithoutCatalogTest, WritesReachEverything) {
  for (const Verb verb : {Verb::insert, Verb::update, Verb::delete_rows, Verb::copy_in, Verb::merge, Verb::truncate}) {
    const Resolution result = resolve(write_of(verb, {{"", "orders"}}));
    EXPECT_EQ(result.footprint.dependencies(), std::vector<coherence::Dependency>{all_of(kDatabase)});
  }
}

TEST_F(WithoutCatalogTest, DefinitionsAndTheUnknownStillChangeTheCatalog) {
  expect_unknown_effects(resolve(StatementFacts{}));
  const Resolution result = resolve(facts_of(Verb::define));
  EXPECT_TRUE(result.footprint.contains(all_of(kDatabase)));
  EXPECT_TRUE(result.changes_catalog);
}

}  // namespace
}  // namespace tapri::catalog
