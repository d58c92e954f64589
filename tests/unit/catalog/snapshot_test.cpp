#include "catalog/snapshot.h"

#include <gtest/gtest.h>

#include "test_schema.h"

namespace tapri::catalog {
namespace {

using test::relation;
using test::shop;

class SnapshotTest : public testing::Test {
 protected:
  const Relation& get(ObjectId oid) const { return *snapshot_->find_relation(oid); }
  std::shared_ptr<const Snapshot> snapshot_ = Snapshot::build(shop());
};

TEST_F(SnapshotTest, FindsRelationsByNameAndId) {
  EXPECT_EQ(snapshot_->find_relation("public", "orders")->oid, 10U);
  EXPECT_EQ(snapshot_->find_relation("app", "orders")->oid, 40U);
  EXPECT_EQ(snapshot_->find_relation("app", "order_items"), nullptr);
  EXPECT_EQ(snapshot_->find_relation("publi", "corders"), nullptr);
  EXPECT_EQ(snapshot_->find_relation(21)->name, "measures_2025");
  EXPECT_EQ(snapshot_->find_relation(0), nullptr);
  EXPECT_EQ(snapshot_->relation_count(), 18U);
}

TEST_F(SnapshotTest, FindsRoutinesAndTypesOfEverySchema) {
  EXPECT_EQ(snapshot_->functions("lower").size(), 2U);
  EXPECT_EQ(snapshot_->functions("nothing").size(), 0U);
  EXPECT_EQ(snapshot_->operators("=").size(), 2U);
  EXPECT_EQ(snapshot_->types("mood").front()->kind, 'e');
}

TEST_F(SnapshotTest, JoinsPartitionsIntoOneFamily) {
  EXPECT_EQ(get(20).family, 20U);
  EXPECT_EQ(get(21).family, 20U);
  EXPECT_EQ(get(22).family, 20U);
  EXPECT_EQ(get(10).family, 10U);
}

TEST_F(SnapshotTest, FamilyIsTheSmallestIdWhateverTheOrderOfEdges) {
  Snapshot::Source source;
  for (const ObjectId oid : {9U, 5U, 7U, 3U, 8U}) source.relations.push_back(relation(oid, "t" + std::to_string(oid)));
  source.inheritance = {{9, 7}, {5, 8}, {8, 7}};
  const auto snapshot = Snapshot::build(source);
  for (const ObjectId oid : {9U, 5U, 7U, 8U}) EXPECT_EQ(snapshot->find_relation(oid)->family, 5U) << oid;
  EXPECT_EQ(snapshot->find_relation(3)->family, 3U);
}

TEST_F(SnapshotTest, FollowsCascadesTransitively) {
  EXPECT_EQ(get(10).cascades, (std::vector<ObjectId>{11, 12}));
  EXPECT_EQ(get(11).cascades, (std::vector<ObjectId>{12}));
  EXPECT_TRUE(get(12).cascades.empty());
  EXPECT_FALSE(get(10).cascade_side_effects);
  EXPECT_TRUE(get(14).cascade_side_effects);
}

TEST_F(SnapshotTest, CascadesGoByFamilies) {
  Snapshot::Source source = shop();
  source.foreign_keys = {{21, 10, {}, {}}, {10, 22, {}, {}}};
  const auto snapshot = Snapshot::build(source);
  EXPECT_EQ(snapshot->find_relation(22)->cascades, (std::vector<ObjectId>{10, 20}));
  EXPECT_EQ(snapshot->find_relation(10)->cascades, (std::vector<ObjectId>{20, 10}));
}

TEST_F(SnapshotTest, SurvivesCyclesAndSelfReferences) {
  Snapshot::Source source = shop();
  source.foreign_keys = {{10, 10, {}, {}}, {10, 11, {}, {}}, {11, 10, {}, {}}};
  const auto snapshot = Snapshot::build(source);
  EXPECT_EQ(snapshot->find_relation(10)->cascades, (std::vector<ObjectId>{10, 11}));
  EXPECT_EQ(snapshot->find_relation(11)->cascades, (std::vector<ObjectId>{10, 11}));
}

TEST_F(SnapshotTest, SpreadsEffectsOverTheFamily) {
  Snapshot::Source source = shop();
  source.relations[6].write_side_effects = true;  // a trigger on measures_2025
  source.foreign_keys = {{10, 22, {}, {}}};
  const auto snapshot = Snapshot::build(source);
  EXPECT_TRUE(snapshot->find_relation(20)->write_side_effects);
  EXPECT_TRUE(snapshot->find_relation(22)->write_side_effects);
  EXPECT_TRUE(snapshot->find_relation(10)->cascade_side_effects);
}

TEST_F(SnapshotTest, NamesTheMemberThatCannotBeFollowed) {
  Snapshot::Source source = shop();
  source.inheritance = {{20, 21}, {20, 33}, {10, 35}};
  const auto snapshot = Snapshot::build(source);
  EXPECT_EQ(snapshot->find_relation(21)->family_obstacle, 33U);
  EXPECT_TRUE(snapshot->find_relation(21)->write_side_effects);
  EXPECT_EQ(snapshot->find_relation(10)->family_obstacle, 35U);
  EXPECT_FALSE(snapshot->find_relation(10)->write_side_effects);
  EXPECT_EQ(snapshot->find_relation(11)->family_obstacle, 0U);
}

TEST_F(SnapshotTest, TemporaryChildrenDoNotConcernOthers) {
  Snapshot::Source source = shop();
  source.relations.push_back(relation(60, "own", RelationKind::table, "pg_temp_3"));
  source.relations.back().temporary = true;
  source.inheritance = {{10, 60}};
  EXPECT_EQ(Snapshot::build(source)->find_relation(10)->family_obstacle, 0U);
}

TEST_F(SnapshotTest, TooManyCascadesCountAsSideEffects) {
  Snapshot::Source source;
  for (ObjectId oid = 1; oid <= 1000; ++oid) {
    source.relations.push_back(relation(oid, "t" + std::to_string(oid)));
    if (oid > 1) source.foreign_keys.push_back({oid - 1, oid, {}, {}});
  }
  const auto snapshot = Snapshot::build(source);
  EXPECT_TRUE(snapshot->find_relation(1)->cascade_side_effects);
  EXPECT_TRUE(snapshot->find_relation(1)->cascades.empty());
  EXPECT_FALSE(snapshot->find_relation(744)->cascade_side_effects);
  EXPECT_EQ(snapshot->find_relation(744)->cascades.size(), 256U);
  EXPECT_TRUE(snapshot->find_relation(743)->cascade_side_effects);
}

TEST_F(SnapshotTest, KnowsWhetherAnythingCouldHaveEffects) {
  EXPECT_TRUE(snapshot_->has_routines_with_effects());
  Snapshot::Source source;
  source.functions = {test::routine("pg_catalog", "random", Volatility::is_volatile),
                      test::routine("public", "price_of", Volatility::stable)};
  EXPECT_FALSE(Snapshot::build(source)->has_routines_with_effects());
}

TEST_F(SnapshotTest, KnowsWhetherAReadMayWrite) {
  Snapshot::Source calm;
  calm.relations = {relation(10, "orders"), relation(30, "v_orders", RelationKind::view)};
  calm.functions = {test::routine("public", "place_order", Volatility::is_volatile),
                    test::routine("public", "price_of", Volatility::stable)};
  calm.functions[0].takes_row = false;
  calm.operators = {test::routine("public", "=~", Volatility::stable)};
  calm.types = {test::type("public", "email", 'd', false)};
  EXPECT_FALSE(Snapshot::build(calm)->hidden_effects().reads);
  Snapshot::Source source = calm;
  source.relations[1].read_side_effects = true;
  EXPECT_TRUE(Snapshot::build(source)->hidden_effects().reads);
  source = calm;
  source.functions[0].takes_row = true;
  EXPECT_TRUE(Snapshot::build(source)->hidden_effects().reads);
  source = calm;
  source.operators[0].volatility = Volatility::is_volatile;
  EXPECT_TRUE(Snapshot::build(source)->hidden_effects().reads);
  source = calm;
  source.types[0].volatile_input = true;
  EXPECT_TRUE(Snapshot::build(source)->hidden_effects().reads);
}

TEST_F(SnapshotTest, EmptyOneIsFine) {
  const auto snapshot = Snapshot::build({});
  EXPECT_EQ(snapshot->find_relation("", ""), nullptr);
  EXPECT_EQ(snapshot->relation_count(), 0U);
}

}  // namespace
}  // namespace tapri::catalog
