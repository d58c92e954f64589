#include "resolve_fixture.h"

namespace tapri::catalog {
namespace {

using namespace test;

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

}  // namespace
}  // namespace tapri::catalog
