// What triggers, stored functions, procedures and views of MySQL bring about where their bodies are known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/resolve.h"
#include "keys_schema.h"

namespace tapri::catalog {
namespace {

using sql::Change;
using sql::QualifiedName;
using sql::StatementFacts;
using sql::Value;
using sql::Verb;
using test::column;
using test::relation;
using testing::Contains;

using Names = std::vector<QualifiedName>;

StatementFacts reading(Names reads, Names functions = {}, Reason obstacle = Reason::none) {
  StatementFacts facts;
  facts.verb = Verb::select;
  facts.obstacle = obstacle;
  facts.reads = std::move(reads);
  facts.functions = std::move(functions);
  return facts;
}

StatementFacts writing(Verb verb, QualifiedName table) {
  StatementFacts facts;
  facts.verb = verb;
  facts.obstacle = Reason::not_a_read;
  facts.writes = {std::move(table)};
  return facts;
}

// CALL name(functions...), as the parser says it.
StatementFacts calling(QualifiedName name, Names functions = {}) {
  StatementFacts facts;
  facts.verb = Verb::call;
  facts.obstacle = Reason::not_a_read;
  facts.name = name.name;
  facts.functions = std::move(functions);
  facts.functions.push_back(std::move(name));
  facts.writes_unknown = facts.drops_or_alters = facts.changes_session = facts.changes_unknown_setting = true;
  return facts;
}

// shop: orders, log, books (MyISAM), prices, and what a test adds.
class MysqlBodiesTest : public testing::Test {
 protected:
  MysqlBodiesTest() {
    source_.dialect = Dialect::mysql;
    source_.database = "test/";
    source_.relations = {
        relation(1, "orders", RelationKind::table, "shop"), relation(2, "log", RelationKind::table, "shop"),
        relation(3, "books", RelationKind::table, "shop"), relation(4, "prices", RelationKind::table, "shop")};
    source_.relations[0].columns = {column("id", ColumnType::integer), column("customer", ColumnType::integer)};
    source_.relations[2].writes_survive_rollback = true;
    source_.unique_keys = {{1, {"id"}, true}};
  }

  // In `schema`, whose tables its unqualified names are of. No statements: nobody knows.
  void routine(const std::string& name, std::optional<std::vector<StatementFacts>> statements,
               const std::string& schema = "shop") {
    Routine& added = source_.functions.emplace_back();
    added.schema = schema;
    added.name = name;
    added.takes_row = false;
    added.volatility = statements ? Volatility::stable : Volatility::is_volatile;
    added.effects = statements ? Effects::by_body : Effects::unknown;
    if (!statements) return;
    added.body = std::make_shared<const RoutineBody>(
        RoutineBody{std::move(*statements), std::vector<std::string>{schema}, false});
  }
  void trigger(std::size_t table, std::vector<StatementFacts> statements) {
    const std::string name = "trigger of " + std::to_string(table);
    routine(name, std::move(statements));
    source_.relations[table - 1].triggers = {{"shop", name}};
  }
  Resolution resolve(const StatementFacts& facts, std::vector<std::string> path = {"shop"}) {
    snapshot_ = Snapshot::build(source_);
    return catalog::resolve(facts, snapshot_.get(), "test/", path);
  }
  static bool changes(const Resolution& resolution, ObjectId family) {
    return resolution.footprint.contains(coherence::any_of("test/", family));
  }
  static bool changes_all(const Resolution& resolution) {
    return resolution.footprint.contains(coherence::all_of("test/"));
  }
  static coherence::Dependency any(ObjectId family) { return coherence::any_of("test/", family); }

  Snapshot::Source source_;
  std::shared_ptr<const Snapshot> snapshot_;
};

TEST_F(MysqlBodiesTest, AFunctionThatReadsIsWhatItReads) {
  routine("f", std::vector{reading({{"", "prices"}, {"other", "t"}}, {{"", "max"}})});
  source_.relations.push_back(relation(9, "t", RelationKind::table, "other"));
  const Resolution resolution = resolve(reading({{"", "orders"}}, {{"", "F"}}));
  EXPECT_EQ(resolution.obstacle, Reason::none);
  EXPECT_FALSE(resolution.writes);
  for (const ObjectId family : {1U, 4U, 9U}) EXPECT_THAT(resolution.dependencies, Contains(any(family)));
}

TEST_F(MysqlBodiesTest, NamesInABodyAreOfItsOwnDatabase) {
  source_.relations.push_back(relation(9, "prices", RelationKind::table, "other"));
  routine("f", std::vector{reading({{"", "prices"}})}, "other");
  const Resolution resolution = resolve(reading({{"", "orders"}}, {{"other", "f"}}));
  EXPECT_THAT(resolution.dependencies, Contains(any(9)));
  EXPECT_THAT(resolution.dependencies, testing::Not(Contains(any(4))));
}

TEST_F(MysqlBodiesTest, ADatabaseMayBeCalledLikePostgresqlsOwn) {
  routine("f", std::vector{writing(Verb::insert, {"shop", "log"})}, "pg_catalog");
  EXPECT_TRUE(changes(resolve(reading({{"", "orders"}}, {{"pg_catalog", "f"}})), 2));
}

TEST_F(MysqlBodiesTest, WhatStandsInABodyStandsInTheStatement) {
  routine("f", std::vector{reading({{"", "prices"}}, {{"", "rand"}}, Reason::volatile_function)});
  EXPECT_EQ(resolve(reading({{"", "orders"}}, {{"", "f"}})).obstacle, Reason::volatile_function);
  routine("g", std::vector{writing(Verb::insert, {"", "log"}), writing(Verb::update, {"", "books"})});
  const Resolution resolution = resolve(reading({{"", "orders"}}, {{"", "g"}}));
  EXPECT_EQ(resolution.obstacle, Reason::not_a_read);
  EXPECT_TRUE(changes(resolution, 2));
  EXPECT_TRUE(changes(resolution, 3));
  EXPECT_TRUE(resolution.survives_rollback);
  EXPECT_FALSE(changes_all(resolution));
  EXPECT_FALSE(resolution.changes_unknown_setting);
}

TEST_F(MysqlBodiesTest, WhatABodyCallsIsFollowedOrNotKnown) {
  routine("f", std::vector{reading({}, {{"", "g"}})});
  routine("g", std::vector{reading({{"", "prices"}}), writing(Verb::insert, {"", "log"})});
  EXPECT_TRUE(changes(resolve(reading({{"", "orders"}}, {{"", "f"}})), 2));
  EXPECT_FALSE(changes_all(resolve(reading({{"", "orders"}}, {{"", "f"}}))));
  routine("h", std::vector{reading({}, {{"", "loaded"}})});
  EXPECT_TRUE(changes_all(resolve(reading({{"", "orders"}}, {{"", "h"}}))));
}

TEST_F(MysqlBodiesTest, ATriggerIsPartOfTheWrite) {
  trigger(1, {reading({{"", "prices"}}), writing(Verb::insert, {"", "log"})});
  trigger(2, {writing(Verb::update, {"", "books"})});
  StatementFacts write = writing(Verb::insert, {"", "orders"});
  EXPECT_FALSE(changes(resolve(write), 4));
  EXPECT_TRUE(changes(resolve(write), 1));
  EXPECT_TRUE(changes(resolve(write), 2));
  EXPECT_TRUE(changes(resolve(write), 3));
  EXPECT_TRUE(resolve(write).survives_rollback);
  EXPECT_FALSE(changes_all(resolve(write)));
  EXPECT_FALSE(resolve(write).changes_unknown_setting);
}

TEST_F(MysqlBodiesTest, ATriggerBeforeTheWriteMayGiveTheRowAnotherKey) {
  trigger(1, {});
  StatementFacts write = writing(Verb::insert, {"", "orders"});
  write.levels.emplace_back();
  write.changes = {{.kind = Change::Kind::insert,
                    .relation = {"", "orders"},
                    .rows = {{{.source = Value::Source::literal}, {.source = Value::Source::literal}}}}};
  const auto unkeyed = coherence::unkeyed_of(coherence::key_base("test/", 1, std::vector<std::string>{"id"}));
  EXPECT_FALSE(resolve(write).footprint.contains(unkeyed));
  source_.relations[0].rewrites_rows = true;
  EXPECT_TRUE(resolve(write).footprint.contains(unkeyed));
}

TEST_F(MysqlBodiesTest, AProcedureWritesWhatItsBodyWrites) {
  routine("p", std::vector{reading({{"", "prices"}}), writing(Verb::insert, {"", "log"})});
  const Resolution resolution = resolve(calling({"", "p"}));
  EXPECT_TRUE(resolution.call_followed);
  EXPECT_EQ(resolution.obstacle, Reason::not_a_read);
  EXPECT_TRUE(changes(resolution, 2));
  EXPECT_FALSE(changes(resolution, 4));
  EXPECT_FALSE(changes_all(resolution));
  EXPECT_FALSE(resolution.changes_catalog);
  EXPECT_FALSE(resolution.changes_unknown_setting);
  EXPECT_TRUE(resolve(calling({"shop", "p"}), {}).call_followed);
  EXPECT_FALSE(resolve(calling({"", "p"}), {}).call_followed) << "of no database";
  EXPECT_FALSE(resolve(calling({"", "q"})).call_followed) << "there is none";
}

TEST_F(MysqlBodiesTest, ACallIsFollowedWithAllThatItRuns) {
  routine("p", std::vector{calling({"", "q"})});
  routine("unknown", std::nullopt);
  EXPECT_FALSE(resolve(calling({"", "p"})).call_followed);
  routine("q", std::vector{writing(Verb::insert, {"", "log"})});
  EXPECT_TRUE(resolve(calling({"", "p"})).call_followed);
  EXPECT_TRUE(changes(resolve(calling({"", "p"})), 2));
  EXPECT_TRUE(resolve(calling({"", "p"}, {{"", "now"}, {"", "concat"}})).call_followed);
  EXPECT_FALSE(resolve(calling({"", "p"}, {{"", "unknown"}})).call_followed);
  EXPECT_TRUE(changes_all(resolve(calling({"", "p"}, {{"", "unknown"}}))));
  source_.relations[1].write_side_effects = true;
  EXPECT_FALSE(resolve(calling({"", "p"})).call_followed) << "a trigger that nobody knows";
}

TEST_F(MysqlBodiesTest, AProcedureMayHaveTheNameOfAFunctionOfTheServers) {
  EXPECT_FALSE(resolve(calling({"", "count"})).call_followed);
  routine("count", std::vector{writing(Verb::insert, {"", "log"})});
  EXPECT_TRUE(changes(resolve(calling({"", "count"})), 2));
  routine("p", std::vector{calling({"", "count"}), reading({{"", "prices"}}, {{"", "count"}})});
  EXPECT_TRUE(changes(resolve(calling({"", "p"})), 2));
}

TEST_F(MysqlBodiesTest, WhatRulesSayOfAProcedureSaysNothingOfTheSession) {
  routine("p", std::vector{writing(Verb::insert, {"", "log"})});
  snapshot_ = Snapshot::build(source_);
  DeclaredEffects declared;
  declared.known_functions = {{"", "p"}};
  const std::vector<std::string> path = {"shop"};
  const Resolution resolution = catalog::resolve(calling({"", "p"}), snapshot_.get(), "test/", path, declared);
  EXPECT_FALSE(changes_all(resolution));
  EXPECT_FALSE(resolution.call_followed);
}

TEST_F(MysqlBodiesTest, DoIsFollowedToo) {
  StatementFacts facts;
  facts.verb = Verb::call;
  facts.obstacle = Reason::not_a_read;
  facts.functions = {{"", "sleep"}};
  EXPECT_TRUE(resolve(facts).call_followed);
  EXPECT_FALSE(resolve(facts).writes);
  facts.functions = {{"", "unknown"}};
  EXPECT_FALSE(resolve(facts).call_followed);
  EXPECT_TRUE(changes_all(resolve(facts)));
}

TEST_F(MysqlBodiesTest, WithoutACatalogNoCallIsFollowed) {
  const Resolution resolution =
      catalog::resolve(calling({"", "p"}), nullptr, "test/", {}, {}, {}, Precision::rows, Dialect::mysql);
  EXPECT_FALSE(resolution.call_followed);
  EXPECT_TRUE(changes_all(resolution));
}

TEST_F(MysqlBodiesTest, OnlyRoutinesThatNobodyKnowsHaveEffects) {
  routine("p", std::vector{writing(Verb::insert, {"", "log"})});
  (void)resolve(calling({"", "p"}));
  EXPECT_FALSE(snapshot_->has_routines_with_effects());
  routine("q", std::nullopt);
  (void)resolve(calling({"", "p"}));
  EXPECT_TRUE(snapshot_->has_routines_with_effects());
}

TEST_F(MysqlBodiesTest, AViewIsItsDefinition) {
  Relation view = relation(6, "v", RelationKind::view, "shop");
  view.definition =
      std::make_shared<const StatementFacts>(reading({{"shop", "orders"}}, {{"", "count"}, {"shop", "f"}}));
  source_.relations.push_back(view);
  routine("f", std::vector{reading({{"", "prices"}})});
  const Resolution read = resolve(reading({{"", "v"}}));
  EXPECT_EQ(read.obstacle, Reason::none);
  EXPECT_THAT(read.dependencies, Contains(any(1)));
  EXPECT_THAT(read.dependencies, Contains(any(4)));
  EXPECT_FALSE(read.writes);
  EXPECT_TRUE(changes_all(resolve(writing(Verb::insert, {"", "v"})))) << "it calls a stored function";
}

TEST_F(MysqlBodiesTest, AWriteToAViewThatCallsTheServersFunctionsIsToItsTables) {
  Relation view = relation(6, "v", RelationKind::view, "shop");
  view.definition = std::make_shared<const StatementFacts>(reading({{"shop", "orders"}}, {{"", "coalesce"}}));
  source_.relations.push_back(view);
  const Resolution written = resolve(writing(Verb::update, {"", "v"}));
  EXPECT_TRUE(changes(written, 1));
  EXPECT_FALSE(changes_all(written));
}

}  // namespace
}  // namespace tapri::catalog
