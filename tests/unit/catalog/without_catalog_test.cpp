#include "resolve_fixture.h"

namespace tapri::catalog {
namespace {

using namespace test;

class WithoutCatalogTest : public testing::Test {
 protected:
  static Resolution resolve(const StatementFacts& facts, std::optional<HiddenEffects> hidden = std::nullopt) {
    return catalog::resolve(facts, nullptr, kDatabase, std::vector<std::string>{"pg_catalog", "public"}, {}, hidden);
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

TEST_F(WithoutCatalogTest, OperatorsThatAreNotTheServersOwnMayWrite) {
  StatementFacts facts = facts_of(Verb::select);
  facts.operators = {{"", "==>"}};
  EXPECT_TRUE(resolve(facts).footprint.contains(all_of(kDatabase)));
  expect_harmless(resolve(facts, HiddenEffects{}));
  facts.operators = {{"pg_catalog", "=>>"}, {"", "="}};
  EXPECT_TRUE(resolve(facts).footprint.contains(all_of(kDatabase)));
  facts.operators = {{"public", "="}};
  EXPECT_TRUE(resolve(facts).footprint.contains(all_of(kDatabase)));
  facts.operators = {{"", "="}, {"", "~~*"}, {"pg_catalog", "||"}};
  expect_harmless(resolve(facts));
}

TEST_F(WithoutCatalogTest, ReadsMayWriteWhereItIsKnownThatSomeDo) {
  StatementFacts reads = read_of({{"", "orders"}});
  StatementFacts operators = facts_of(Verb::select);
  operators.operators = {{"", "="}};
  StatementFacts types = facts_of(Verb::select);
  types.types = {{"", "int4"}};
  StatementFacts fields = facts_of(Verb::select);
  fields.fields = {"id"};
  for (const StatementFacts& facts : {reads, operators, types, fields}) {
    EXPECT_TRUE(rests_on_schema(facts));
    expect_harmless(resolve(facts));
    expect_harmless(resolve(facts, HiddenEffects{.reads = false}));
    const Resolution result = resolve(facts, HiddenEffects{.reads = true});
    EXPECT_TRUE(result.writes);
    EXPECT_TRUE(result.hidden_effects);
    EXPECT_TRUE(result.footprint.contains(all_of(kDatabase)));
    EXPECT_FALSE(result.changes_unknown_setting);
    EXPECT_EQ(result.ttl_obstacle, Reason::not_a_read);
  }
  EXPECT_FALSE(rests_on_schema(facts_of(Verb::select)));
  expect_harmless(resolve(facts_of(Verb::select), HiddenEffects{.reads = true}));
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
