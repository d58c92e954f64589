// Statements that look as if they told which rows they read or change, and do not.
#include <gtest/gtest.h>

#include <algorithm>

#include "keys_schema.h"

namespace tapri::catalog {
namespace {

using test::column;
using test::facts_of_text;
using test::relation;
using test::with_columns;

class KeyDoubtsTest : public testing::Test {
 protected:
  Resolution resolve(std::string_view text) const {
    return catalog::resolve(facts_of_text(text), snapshot_.get(), "unused", path_);
  }
  std::vector<std::string> keys_read(std::string_view text) const {
    const Resolution found = resolve(text);
    EXPECT_EQ(reason_name(found.obstacle), reason_name(Reason::none)) << text << ' ' << found.detail;
    return names(found.key_reads);
  }
  std::vector<std::string> keys_written(std::string_view text) const { return names(resolve(text).key_writes); }
  bool changes(std::string_view text, ObjectId family) const {
    return resolve(text).footprint.contains(coherence::any_of("test/shop", family));
  }
  bool changes_unkeyed(std::string_view text, ObjectId family, std::vector<std::string> columns) const {
    const auto base = coherence::key_base("test/shop", family, columns);
    return resolve(text).footprint.contains(coherence::unkeyed_of(base));
  }

  std::shared_ptr<const Snapshot> snapshot_ = Snapshot::build(test::key_shop());
  std::vector<std::string> path_ = {"pg_catalog", "public"};

 private:
  static std::vector<std::string> names(const std::vector<KeyUse>& uses) {
    std::vector<std::string> out;
    for (const KeyUse& use : uses) out.push_back(use.name);
    std::ranges::sort(out);
    return out;
  }
};

using Names = std::vector<std::string>;

// It stands for several values, and moves those behind it.
TEST_F(KeyDoubtsTest, AStarAmongValues) {
  EXPECT_EQ(keys_written("INSERT INTO orders (status, total, id, customer_id) VALUES ((ROW('a', 1)).*, 5, 6)"),
            Names{});
  EXPECT_EQ(keys_written("INSERT INTO orders (status, total, id, customer_id) VALUES ('a', 1, 2, 3), "
                         "((ROW('b', 1)).*, 5, 6)"),
            Names{});
  EXPECT_EQ(keys_read("SELECT * FROM notes n, orders o, parent p WHERE ROW(n.*, o.id, 1) = ROW(7, 5, n.*)"), Names{});
  EXPECT_EQ(keys_read("SELECT * FROM notes n, orders o WHERE ROW((n).*, o.id) = ROW(7, 5)"), Names{});
}

// char(n) and others compare in ways of their own; what equals such a column need not equal the same value.
TEST_F(KeyDoubtsTest, ColumnsOfSubQueriesAroundMayBeOfAnyType) {
  EXPECT_EQ(keys_read("SELECT * FROM (SELECT total FROM orders) s WHERE s.total = 'a ' AND EXISTS "
                      "(SELECT 1 FROM customers c WHERE c.email = s.total)"),
            Names{});
  EXPECT_EQ(keys_read("SELECT * FROM orders s WHERE s.status = 'a' AND EXISTS "
                      "(SELECT 1 FROM customers c WHERE c.email = s.status)"),
            Names{"public.customers.email"});
}

TEST_F(KeyDoubtsTest, AValueThatIsHandedToASubQueryIsUsedOnce) {
  EXPECT_EQ(resolve("SELECT * FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id "
                    "AND o.total = $1) AND c.id = $1")
                .parameter_types,
            std::vector{ColumnType::other});
}

// In ON the names of its two sides are known, no others of the level: those are of a level around it.
TEST_F(KeyDoubtsTest, ConditionsOfJoinsSeeTheirOwnSides) {
  EXPECT_EQ(keys_read("SELECT * FROM customers x WHERE EXISTS (SELECT 1 FROM notes n JOIN orders o "
                      "ON o.customer_id = x.id, customers x WHERE x.id = 5)"),
            Names{});
  EXPECT_EQ(keys_read("SELECT * FROM orders x WHERE EXISTS (SELECT 1 FROM parent p JOIN events e ON customer_id = 5, "
                      "notes n)"),
            Names{});
  EXPECT_EQ(keys_read("SELECT * FROM customers x WHERE EXISTS (SELECT 1 FROM notes n JOIN notes m ON EXISTS "
                      "(SELECT 1 FROM orders o WHERE o.customer_id = x.id), customers x WHERE x.id = 5)"),
            Names{});
  EXPECT_EQ(keys_read("SELECT * FROM customers x WHERE EXISTS (SELECT 1 FROM notes n JOIN orders o "
                      "ON o.id = n.customer_id WHERE n.customer_id = 5)"),
            (Names{"public.notes.customer_id", "public.orders.id"}));
  EXPECT_EQ(keys_read("SELECT * FROM parent p, notes n RIGHT JOIN orders o ON o.id = n.customer_id WHERE o.id = 5"),
            (Names{"public.notes.customer_id", "public.orders.id"}));
}

// Rows that refer to rows which go may themselves be referred to by rows of the same table.
TEST_F(KeyDoubtsTest, ActionsThatComeRoundAgain) {
  Snapshot::Source source = test::key_shop();
  source.relations.push_back(with_columns(
      relation(60, "tree"), {column("id", ColumnType::integer), column("parent_id", ColumnType::integer)}));
  source.relations.push_back(
      with_columns(relation(61, "hens"), {column("id", ColumnType::integer), column("egg_id", ColumnType::integer)}));
  source.relations.push_back(
      with_columns(relation(62, "eggs"), {column("id", ColumnType::integer), column("hen_id", ColumnType::integer)}));
  using enum ForeignKeyAction;
  source.foreign_keys.push_back({60, 60, {"id"}, {"parent_id"}, cascade, none});
  source.foreign_keys.push_back({61, 62, {"id"}, {"hen_id"}, cascade, none});
  source.foreign_keys.push_back({62, 61, {"id"}, {"egg_id"}, cascade, none});
  snapshot_ = Snapshot::build(std::move(source));
  EXPECT_TRUE(changes_unkeyed("DELETE FROM tree WHERE id = 1 AND parent_id = 2", 60, {"parent_id"}));
  EXPECT_TRUE(changes_unkeyed("DELETE FROM hens WHERE id = 1 AND egg_id = 2", 62, {"hen_id"}));
  EXPECT_TRUE(changes_unkeyed("DELETE FROM hens WHERE id = 1 AND egg_id = 2", 61, {"egg_id"}));
}

// A column that is referred to changes without being assigned to.
TEST_F(KeyDoubtsTest, ReferredColumnsThatChangeByThemselves) {
  Snapshot::Source source = test::key_shop();
  source.relations.push_back(
      with_columns(relation(60, "codes"), {column("id", ColumnType::integer), column("code", ColumnType::integer)}));
  source.relations.push_back(with_columns(relation(61, "uses"), {column("code", ColumnType::integer)}));
  using enum ForeignKeyAction;
  source.foreign_keys.push_back({60, 61, {"code"}, {"code"}, none, cascade});
  Snapshot::Source by_trigger = source;
  by_trigger.relations[by_trigger.relations.size() - 2].rewrites_rows = true;
  Snapshot::Source generated = source;
  generated.relations[generated.relations.size() - 2].columns[1].generated = true;
  snapshot_ = Snapshot::build(std::move(source));
  EXPECT_FALSE(changes("UPDATE codes SET id = 2 WHERE id = 1", 61));
  for (Snapshot::Source* each : {&by_trigger, &generated}) {
    snapshot_ = Snapshot::build(std::move(*each));
    EXPECT_TRUE(changes("UPDATE codes SET id = 2 WHERE id = 1", 61));
    EXPECT_TRUE(changes("INSERT INTO codes VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 2", 61));
    EXPECT_FALSE(changes("DELETE FROM codes WHERE id = 1", 61));
  }
}

// One that returns a set makes several rows of one.
TEST_F(KeyDoubtsTest, RowsThatFunctionsMakeShowNoPresence) {
  Snapshot::Source source = test::key_shop();
  source.functions.push_back(test::routine("public", "parts", Volatility::immutable));
  source.functions.back().takes_row = true;
  source.operators.push_back(test::routine("public", "*&*", Volatility::immutable));
  snapshot_ = Snapshot::build(std::move(source));
  EXPECT_TRUE(resolve("SELECT o.status FROM orders o WHERE id IN (5, 6)").rows_show_presence);
  EXPECT_FALSE(resolve("SELECT o.parts FROM orders o WHERE id IN (5, 6)").rows_show_presence);
  EXPECT_FALSE(resolve("SELECT status *&* 'x' FROM orders WHERE id IN (5, 6)").rows_show_presence);
}

}  // namespace
}  // namespace tapri::catalog
