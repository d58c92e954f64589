#include "resolve_fixture.h"

namespace tapri::catalog {
namespace {

using namespace test;

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
