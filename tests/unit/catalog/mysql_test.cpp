// What is different where the catalog is of a MySQL server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/fold.h"
#include "catalog/natives.h"
#include "catalog/resolve.h"
#include "keys_schema.h"

namespace tapri::catalog {
namespace {

using sql::Change;
using sql::StatementFacts;
using sql::Value;
using sql::Verb;
using test::column;
using test::relation;
using testing::Contains;
using testing::ElementsAre;

Value literal(std::uint32_t index) { return {.source = Value::Source::literal, .index = index}; }

Value null() { return {.source = Value::Source::null}; }

// shop: orders(id: numbers itself, code: varchar(10), note; primary key id; hidden last), books (MyISAM), two unique
// keys in pairs(a, b), audited with a trigger that nobody knows, elsewhere FEDERATED, seen a view of orders and books,
// calling a view that calls a function; other: orders as well.
Snapshot::Source mysql_shop() {
  using enum ColumnType;
  Snapshot::Source source;
  source.dialect = Dialect::mysql;
  source.database = "test/";
  source.relations = {
      relation(1, "orders", RelationKind::table, "shop"),      relation(2, "books", RelationKind::table, "shop"),
      relation(3, "pairs", RelationKind::table, "shop"),       relation(4, "audited", RelationKind::table, "shop"),
      relation(5, "elsewhere", RelationKind::foreign, "shop"), relation(6, "seen", RelationKind::view, "shop"),
      relation(7, "calling", RelationKind::view, "shop"),      relation(8, "orders", RelationKind::table, "other"),
      relation(9, "Mixed", RelationKind::table, "shop"),
  };
  Column id = column("id", integer);
  id.assignable.range = {.least = 1, .greatest = 2147483647};
  id.assignable.null_replaced = true;
  source.relations[0].columns = {id, column("code", text, 10), column("note", other)};
  source.relations[0].only_unique_key = {"id"};
  source.relations[1].writes_survive_rollback = true;
  source.relations[2].columns = {column("a", integer), column("b", integer)};
  source.relations[3].write_side_effects = true;
  StatementFacts seen;
  seen.verb = Verb::select;
  seen.obstacle = Reason::view;
  seen.reads = {{"shop", "orders"}, {"shop", "books"}};
  seen.keys_unknown = true;
  source.relations[5].definition = std::make_shared<const StatementFacts>(seen);
  seen.functions = {{"shop", "f"}};
  source.relations[6].definition = std::make_shared<const StatementFacts>(seen);
  Routine function = test::routine("shop", "f", Volatility::is_volatile);
  function.effects = Effects::unknown;
  function.takes_row = false;
  source.functions = {function};
  source.unique_keys = {{1, {"id"}, true}, {1, {"code"}, false}, {3, {"a"}, true}, {3, {"b"}, false}};
  return source;
}

StatementFacts select(std::vector<sql::QualifiedName> reads) {
  StatementFacts facts;
  facts.verb = Verb::select;
  facts.obstacle = Reason::none;
  facts.reads = std::move(reads);
  facts.keys_unknown = true;
  return facts;
}

// `UPDATE table SET ...` of rows of which nothing is known.
StatementFacts write(sql::QualifiedName table, Change::Kind kind = Change::Kind::update) {
  StatementFacts facts;
  facts.verb = Verb::update;
  facts.obstacle = Reason::not_a_read;
  facts.writes = {table};
  sql::QueryLevel level;
  level.items = {{.relation = table, .alias = table.name}};
  facts.levels = {level};
  facts.changes = {{.kind = kind, .relation = table, .level = 1}};
  return facts;
}

class MysqlTest : public testing::Test {
 protected:
  Resolution resolve(const StatementFacts& facts, std::vector<std::string> path = {"shop"}) const {
    return catalog::resolve(facts, snapshot_.get(), "test/", path);
  }
  bool changes(const Resolution& resolution, ObjectId family) const {
    return resolution.footprint.contains(coherence::any_of("test/", family));
  }
  static bool changes_all(const Resolution& resolution) {
    return resolution.footprint.contains(coherence::all_of("test/"));
  }
  static coherence::Dependency unkeyed(ObjectId family, std::vector<std::string> columns) {
    return coherence::unkeyed_of(coherence::key_base("test/", family, columns));
  }

  std::shared_ptr<const Snapshot> snapshot_ = Snapshot::build(mysql_shop());
};

TEST_F(MysqlTest, NamesAreOfTheCurrentDatabaseOrOfAnother) {
  EXPECT_THAT(resolve(select({{"", "orders"}})).dependencies, Contains(coherence::any_of("test/", 1)));
  EXPECT_THAT(resolve(select({{"", "orders"}}), {"other"}).dependencies, Contains(coherence::any_of("test/", 8)));
  EXPECT_THAT(resolve(select({{"other", "orders"}})).dependencies, Contains(coherence::any_of("test/", 8)));
  EXPECT_EQ(resolve(select({{"", "orders"}}), {}).obstacle, Reason::unknown_relation);
  EXPECT_TRUE(changes_all(resolve(write({"", "orders"}), {})));
}

TEST_F(MysqlTest, TablesOfTheServerAreItsOwn) {
  EXPECT_EQ(resolve(select({{"INFORMATION_SCHEMA", "tables"}})).obstacle, Reason::system_relation);
  EXPECT_EQ(resolve(select({{"mysql", "user"}})).obstacle, Reason::system_relation);
  EXPECT_TRUE(changes_all(resolve(write({"mysql", "user"}))));
}

TEST_F(MysqlTest, CaseCountsWhereTheServerSaysSo) {
  EXPECT_EQ(resolve(select({{"", "mixed"}})).obstacle, Reason::unknown_relation);
  EXPECT_EQ(resolve(select({{"", "Mixed"}})).obstacle, Reason::none);
  Snapshot::Source source = mysql_shop();
  source.folds_names = true;
  source.relations.back().name = "mixed";
  snapshot_ = Snapshot::build(std::move(source));
  EXPECT_EQ(resolve(select({{"SHOP", "mIXED"}})).obstacle, Reason::none);
  EXPECT_EQ(resolve(select({{"", "MIXED"}}), {"Shop"}).obstacle, Reason::none);
}

TEST_F(MysqlTest, ColumnsHaveNoCase) {
  StatementFacts facts = write({"", "orders"});
  facts.changes.front().assignments = {{"ID", literal(0)}};
  facts.levels.front().equalities = {{.column = {.item = "", .name = "Id"}, .values = {literal(1)}}};
  const Resolution resolution = resolve(facts);
  EXPECT_FALSE(resolution.footprint.contains(unkeyed(1, {"id"})));
  ASSERT_EQ(resolution.key_writes.size(), 2U);  // it leaves one value, and comes to another
  EXPECT_EQ(resolution.key_writes[0].terms[0].values, std::vector{literal(1)});
  EXPECT_EQ(resolution.key_writes[1].terms[0].values, std::vector{literal(0)});
}

TEST_F(MysqlTest, OfTwoAssignmentsToAColumnNoneIsKnown) {
  StatementFacts facts = write({"", "orders"});
  facts.changes.front().assignments = {{"id", literal(0)}, {"Id", literal(1)}};
  facts.levels.front().equalities = {{.column = {.item = "", .name = "id"}, .values = {literal(2)}}};
  EXPECT_TRUE(resolve(facts).footprint.contains(unkeyed(1, {"id"})));
}

TEST_F(MysqlTest, AssignedValuesSayWhenTheyMayBecomeOthers) {
  StatementFacts facts = write({"", "orders"}, Change::Kind::insert);
  facts.changes.front().rows = {{literal(0), literal(1), literal(2)}};
  const Resolution resolution = resolve(facts);
  ASSERT_EQ(resolution.key_writes.size(), 2U);
  EXPECT_EQ(resolution.key_writes[0].terms[0].assignable.range, (IntegerRange{1, 2147483647}));
  EXPECT_TRUE(resolution.key_writes[0].terms[0].assignable.null_replaced);
  EXPECT_EQ(resolution.key_writes[1].terms[0].assignable.max_length, 10U);
}

TEST_F(MysqlTest, NullThatBecomesAValueIsNotKnown) {
  StatementFacts facts = write({"", "orders"}, Change::Kind::insert);
  facts.changes.front().rows = {{null(), null(), null()}};
  const Resolution resolution = resolve(facts);
  const coherence::KeyBase id = coherence::key_base("test/", 1, std::vector<std::string>{"id"});
  EXPECT_TRUE(resolution.footprint.contains(coherence::inserted_of(id)));
  ASSERT_EQ(resolution.key_writes.size(), 1U);
  EXPECT_EQ(resolution.key_writes[0].name, "shop.orders.code");
}

TEST_F(MysqlTest, OnDuplicateKeyMeansTheOnlyUniqueKeyOrNobodyKnowsWhich) {
  StatementFacts facts = write({"", "orders"}, Change::Kind::insert);
  facts.changes.front().on_conflict = Change::OnConflict::updates;
  facts.changes.front().rows = {{literal(0), literal(1), literal(2)}};
  EXPECT_FALSE(resolve(facts).footprint.contains(unkeyed(1, {"id"})));
  EXPECT_TRUE(resolve(facts).footprint.contains(unkeyed(1, {"code"})));
  facts.changes.front().relation = facts.writes.front() = {"", "pairs"};
  facts.changes.front().rows = {{literal(0), literal(1)}};
  EXPECT_TRUE(resolve(facts).footprint.contains(unkeyed(3, {"a"})));
  EXPECT_TRUE(resolve(facts).footprint.contains(unkeyed(3, {"b"})));
}

TEST_F(MysqlTest, TextsTellNoRowsApart) {
  for (const Key& key : snapshot_->keys(1)) EXPECT_EQ(key.unique, key.columns.front() == "id");
}

TEST_F(MysqlTest, SomeWritesSurviveARollback) {
  EXPECT_FALSE(resolve(write({"", "orders"})).survives_rollback);
  EXPECT_TRUE(resolve(write({"", "books"})).survives_rollback);
  EXPECT_TRUE(resolve(write({"", "audited"})).survives_rollback);  // its trigger may write books
  EXPECT_TRUE(catalog::resolve(write({"", "orders"}), nullptr, "test/", {}, {}, {}, Precision::rows, Dialect::mysql)
                  .survives_rollback);
  Snapshot::Source source = mysql_shop();
  source.relations[1].writes_survive_rollback = false;
  snapshot_ = Snapshot::build(std::move(source));
  EXPECT_FALSE(resolve(write({"", "audited"})).survives_rollback);
}

TEST_F(MysqlTest, TriggersMayWriteEverythingAndDefineNothing) {
  const Resolution resolution = resolve(write({"", "audited"}));
  EXPECT_TRUE(changes_all(resolution));
  EXPECT_TRUE(resolution.changes_unknown_setting);
  EXPECT_FALSE(resolution.changes_catalog);
}

TEST_F(MysqlTest, TablesOfOtherServersAreNotFollowed) {
  EXPECT_EQ(resolve(select({{"", "elsewhere"}})).obstacle, Reason::foreign_relation);
  EXPECT_TRUE(changes_all(resolve(write({"", "elsewhere"}))));
}

TEST_F(MysqlTest, ViewsThatAreKnownInPart) {
  const Resolution read = resolve(select({{"", "seen"}}));
  EXPECT_EQ(read.obstacle, Reason::view);
  EXPECT_EQ(read.detail, "shop.seen");
  EXPECT_FALSE(read.writes);
  const Resolution written = resolve(write({"", "seen"}));
  EXPECT_TRUE(changes(written, 1));
  EXPECT_TRUE(changes(written, 2));
  EXPECT_TRUE(written.survives_rollback);
  EXPECT_FALSE(changes_all(written));
}

TEST_F(MysqlTest, ViewsThatCallMayWriteEverything) {
  EXPECT_TRUE(changes_all(resolve(select({{"", "calling"}}))));
  EXPECT_TRUE(changes_all(resolve(write({"", "calling"}))));
  Snapshot::Source source = mysql_shop();
  source.relations[5].read_side_effects = true;
  snapshot_ = Snapshot::build(std::move(source));
  StatementFacts insert;
  insert.verb = Verb::insert;
  insert.obstacle = Reason::not_a_read;
  insert.writes = {{"", "seen"}};
  EXPECT_TRUE(changes_all(resolve(insert)));
}

TEST_F(MysqlTest, FunctionsOfTheServerAndOfOthers) {
  StatementFacts facts = select({{"", "orders"}});
  facts.functions = {{"", "COUNT"}};
  EXPECT_EQ(resolve(facts).obstacle, Reason::none);
  facts.functions = {{"", "now"}};
  EXPECT_EQ(resolve(facts).obstacle, Reason::volatile_function);
  EXPECT_FALSE(resolve(facts).writes);
  for (const sql::QualifiedName& name :
       {sql::QualifiedName{"", "f"}, {"shop", "F"}, {"", "loaded"}, {"shop", "count"}}) {
    facts.functions = {name};
    EXPECT_TRUE(changes_all(resolve(facts))) << name.schema << '.' << name.name;
    EXPECT_FALSE(resolve(facts).changes_catalog);
  }
}

TEST_F(MysqlTest, ANativeFunctionIsOneWhereTheServerHasIt) {
  StatementFacts facts = select({{"", "orders"}});
  Snapshot::Source source = mysql_shop();
  for (const char* name : {"concat", "nvl", "f"}) {
    Routine own = test::routine("shop", name, Volatility::is_volatile);
    own.effects = Effects::unknown;
    source.functions.push_back(own);
  }
  source.server.mariadb = true;
  source.server_version = 101106;
  snapshot_ = Snapshot::build(source);
  facts.functions = {{"", "concat"}, {"", "json_query"}};
  EXPECT_EQ(resolve(facts).obstacle, Reason::none);
  // Not every version of MariaDB and MySQL has it: there may be such a server in between.
  facts.functions = {{"", "nvl"}};
  EXPECT_EQ(resolve(facts).obstacle, Reason::volatile_function);
  source.server.mariadb = false;
  source.server_version = 90700;
  snapshot_ = Snapshot::build(source);
  facts.functions = {{"", "json_query"}};
  EXPECT_EQ(resolve(facts).obstacle, Reason::unknown_function);
  EXPECT_TRUE(changes_all(resolve(facts)));
}

TEST_F(MysqlTest, TheFunctionThatForbidsCachingIsNamed) {
  StatementFacts facts = select({{"", "orders"}});
  facts.obstacle = Reason::volatile_function;
  facts.functions = {{"", "abs"}, {"shop", "uuid"}, {"", "rand"}};
  EXPECT_EQ(resolve(facts).detail, "rand");
}

TEST_F(MysqlTest, ProceduresMayDefineAndAreNoFunctions) {
  StatementFacts facts;
  facts.verb = Verb::call;
  facts.obstacle = Reason::not_a_read;
  facts.functions = {{"", "count"}};
  facts.writes_unknown = true;
  EXPECT_TRUE(changes_all(resolve(facts)));
  EXPECT_TRUE(resolve(facts).changes_catalog);
}

TEST_F(MysqlTest, TruncateEmptiesOneTable) {
  StatementFacts facts;
  facts.verb = Verb::truncate;
  facts.obstacle = Reason::not_a_read;
  facts.writes = {{"", "orders"}};
  const Resolution resolution = resolve(facts);
  EXPECT_TRUE(changes(resolution, 1));
  EXPECT_FALSE(changes_all(resolution));
  EXPECT_FALSE(resolution.changes_catalog);
}

TEST_F(MysqlTest, TemporaryTablesMayHideAny) {
  const std::vector<std::string> path = {"shop", "pg_temp"};
  EXPECT_EQ(resolve(select({{"", "orders"}}), path).obstacle, Reason::temporary_relation);
  EXPECT_EQ(resolve(select({{"other", "orders"}}), path).obstacle, Reason::temporary_relation);
  EXPECT_TRUE(changes(resolve(write({"", "orders"}), path), 1));
}

TEST_F(MysqlTest, ADatabaseMayHaveAnyName) {
  Snapshot::Source source = mysql_shop();
  source.relations.back().schema = "pg_temp";
  snapshot_ = Snapshot::build(std::move(source));
  EXPECT_TRUE(changes(resolve(write({"pg_temp", "Mixed"})), 9));
}

TEST_F(MysqlTest, WithoutACatalogOnlyItsOwnFunctionsAreKnown) {
  StatementFacts facts = select({{"", "orders"}});
  const auto resolved = [&] {
    return catalog::resolve(facts, nullptr, "test/", {}, {}, {}, Precision::rows, Dialect::mysql);
  };
  facts.functions = {{"", "count"}};
  EXPECT_FALSE(resolved().writes);
  facts.functions = {{"", "array_agg"}};  // of PostgreSQL
  EXPECT_TRUE(changes_all(resolved()));
}

TEST(NativesTest, AreKnownByName) {
  EXPECT_EQ(native_function("concat", {}), Native::deterministic);
  EXPECT_EQ(native_function("rand", {}), Native::changing);
  EXPECT_EQ(native_function("mine", {}), Native::none);
  EXPECT_TRUE(is_native_everywhere("concat"));
  EXPECT_FALSE(is_native_everywhere("md5"));
  EXPECT_FALSE(is_native_everywhere("mine"));
}

TEST(NativesTest, EachServerHasItsOwn) {
  static constexpr NativeServer kMariadb{true, 101106};
  static constexpr NativeServer kNewMariadb{true, 110800};
  static constexpr NativeServer kOldMysql{false, 50744};
  static constexpr NativeServer kMysql{false, 90700};
  const auto found = [](std::string_view name) {
    return std::vector{native_function(name, kMariadb), native_function(name, kNewMariadb),
                       native_function(name, kOldMysql), native_function(name, kMysql), native_function(name, {})};
  };
  using enum Native;
  EXPECT_THAT(found("md5"), ElementsAre(deterministic, deterministic, deterministic, deterministic, none));
  EXPECT_THAT(found("nvl"), ElementsAre(deterministic, deterministic, none, none, none));
  EXPECT_THAT(found("area"), ElementsAre(deterministic, deterministic, deterministic, none, none));
  EXPECT_THAT(found("json_value"), ElementsAre(deterministic, deterministic, none, deterministic, none));
  EXPECT_THAT(found("bin_to_uuid"), ElementsAre(none, none, none, deterministic, none));
  EXPECT_THAT(found("uuid_v7"), ElementsAre(none, changing, none, none, none));
  EXPECT_THAT(found("json_key_value"), ElementsAre(none, deterministic, none, none, none));
  EXPECT_THAT(found("json_object_filter_keys"), ElementsAre(none, changing, none, none, none));
  EXPECT_THAT(found("format_bytes"), ElementsAre(none, deterministic, none, deterministic, none));
  EXPECT_EQ(native_function("json_key_value", {true, 110200}), deterministic);
  EXPECT_EQ(native_function("format_bytes", {true, 110799}), none);
  EXPECT_THAT(found("trt_trx_id"), ElementsAre(none, none, none, none, none));
}

TEST(FoldTest, LeavesNamesOfRelationsUnlessTold) {
  StatementFacts facts = select({{"Shop", "Orders"}});
  facts.functions = {{"Shop", "F"}};
  sql::QueryLevel level;
  level.items = {{.relation = {"Shop", "Orders"}, .alias = "O"}};
  level.equalities = {{.column = {.item = "O", .name = "ID"}, .values = {literal(0)}}};
  facts.levels = {level};
  const StatementFacts kept = folded(facts, false);
  EXPECT_EQ(kept.reads.front(), (sql::QualifiedName{"Shop", "Orders"}));
  EXPECT_EQ(kept.functions.front(), (sql::QualifiedName{"Shop", "f"}));
  EXPECT_EQ(kept.levels[0].items[0].alias, "O");
  EXPECT_EQ(kept.levels[0].equalities[0].column, (sql::ColumnName{.item = "O", .name = "id"}));
  const StatementFacts all = folded(facts, true);
  EXPECT_EQ(all.reads.front(), (sql::QualifiedName{"shop", "orders"}));
  EXPECT_EQ(all.functions.front(), (sql::QualifiedName{"shop", "f"}));
  EXPECT_EQ(all.levels[0].equalities[0].column, (sql::ColumnName{.item = "o", .name = "id"}));
}

}  // namespace
}  // namespace tapri::catalog
