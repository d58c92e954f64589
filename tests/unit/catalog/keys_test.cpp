// Which keys statements read and write by.
#include <gtest/gtest.h>

#include <algorithm>

#include "keys_schema.h"

namespace tapri::catalog {
namespace {

using coherence::DependencyKind;
using coherence::kind_of;
using test::facts_of_text;

std::string shown(const sql::Value& value) {
  std::string out = value.negative ? "-" : "";
  switch (value.source) {
    case sql::Value::Source::literal:
      out += "#" + std::to_string(value.index);
      break;
    case sql::Value::Source::parameter:
      out += "$" + std::to_string(value.index + 1) + (value.is_array ? "[]" : "");
      break;
    case sql::Value::Source::null:
      return "null";
    case sql::Value::Source::unknown:
      return "?";
  }
  return value.cast.empty() ? out : out + "::" + value.cast;
}

std::string shown(const KeyUse& use) {
  std::string out = use.name.substr(use.name.find('.') + 1) + "=";
  for (const KeyTerm& term : use.terms) {
    if (&term != use.terms.data()) out += "&";
    for (const sql::Value& value : term.values) out += (&value == term.values.data() ? "" : "|") + shown(value);
  }
  return out;
}

std::string joined(std::vector<std::string> parts) {
  std::ranges::sort(parts);
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : " ") + part;
  return out;
}

class KeysTest : public testing::Test {
 protected:
  Resolution resolve(std::string_view text, Precision precision = Precision::rows) const {
    return catalog::resolve(facts_of_text(text), snapshot_.get(), "unused", path_, {}, std::nullopt, precision);
  }
  // Of what is neither a key nor the whole database: "any(orders)", "unkeyed(orders.id)".
  std::vector<std::string> named(const std::vector<coherence::Dependency>& dependencies) const {
    std::vector<std::string> out;
    for (const Relation& relation : snapshot_->relations()) {
      if (relation.family != relation.oid) continue;
      const auto has = [&](coherence::Dependency d) { return std::ranges::count(dependencies, d) > 0; };
      if (has(coherence::any_of("test/shop", relation.oid))) out.push_back("any(" + relation.name + ")");
      for (const Key& key : snapshot_->keys(relation.oid)) {
        std::string columns;
        for (const std::string& column : key.columns) columns += (columns.empty() ? "" : ",") + column;
        const auto base = coherence::key_base("test/shop", relation.oid, key.columns);
        if (has(coherence::unkeyed_of(base))) out.push_back("unkeyed(" + relation.name + "." + columns + ")");
        if (has(coherence::inserted_of(base))) out.push_back("inserted(" + relation.name + "." + columns + ")");
      }
    }
    return out;
  }
  std::string reads(std::string_view text) const {
    const Resolution found = resolve(text);
    EXPECT_EQ(reason_name(found.obstacle), reason_name(Reason::none)) << text << ' ' << found.detail;
    std::vector<std::string> out = named(found.dependencies);
    for (const KeyUse& use : found.key_reads) out.push_back(shown(use));
    return joined(std::move(out));
  }
  // Without any(...) of the targets, which every write has.
  std::string writes(std::string_view text) const {
    const Resolution found = resolve(text);
    std::vector<std::string> out = named(found.footprint.dependencies());
    if (found.footprint.contains(coherence::all_of("test/shop"))) out.emplace_back("all");
    for (const KeyUse& use : found.key_writes) out.push_back(shown(use));
    return joined(std::move(out));
  }

  std::shared_ptr<const Snapshot> snapshot_ = Snapshot::build(test::key_shop());
  std::vector<std::string> path_ = {"pg_catalog", "public"};
};

TEST_F(KeysTest, OfFamiliesAreUniqueKeysThenIndexedThenNumbers) {
  const auto keys = snapshot_->keys(11);
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].columns, std::vector<std::string>{"id"});
  EXPECT_TRUE(keys[0].unique);
  EXPECT_EQ(keys[1].columns, std::vector<std::string>{"customer_id"});
  EXPECT_FALSE(keys[1].unique);
  // A partitioned table's unique keys are those of all its rows; an inheritance parent's are not.
  EXPECT_TRUE(snapshot_->keys(20)[0].unique);
  EXPECT_FALSE(snapshot_->keys(31)[0].unique);
}

TEST_F(KeysTest, ReadsByAColumnThatEqualsAValue) {
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id = 5"), "orders.id=#0");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE 5 = id AND status <> 'x'"), "orders.id=#0");
  EXPECT_EQ(reads("SELECT * FROM orders o WHERE o.id = - 5"), "orders.id=-#0");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id = $1"), "orders.id=$1");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id = $1::bigint"), "orders.id=$1::int8");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id IN (1, $1)"), "orders.id=#0|$1");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id = ANY ($1)"), "orders.id=$1[]");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id = ANY ($1::int[])"), "orders.id=$1[]::int4");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id = ANY (ARRAY[1, 2])"), "orders.id=#0|#1");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id = 1 OR id = 2"), "orders.id=#0|#1");
  EXPECT_EQ(reads("SELECT * FROM items WHERE order_id = 1 AND line IN (2, 3)"), "items.(line, order_id)=#1|#2&#0");
  EXPECT_EQ(reads("SELECT * FROM items WHERE (order_id, line) = (1, 2)"), "items.(line, order_id)=#1&#0");
  EXPECT_EQ(reads("SELECT * FROM customers WHERE email = 'a@b'"), "customers.email=#0");
  EXPECT_EQ(reads("SELECT * FROM customers WHERE email::text = 'a@b'"), "customers.email=#0");
  EXPECT_EQ(reads("SELECT * FROM customers WHERE region = $1"), "customers.region=$1");
}

TEST_F(KeysTest, ReadsOfWhichRowsAreNotKnown) {
  EXPECT_EQ(reads("SELECT * FROM orders"), "any(orders)");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id > 5"), "any(orders)");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id = 5 OR customer_id = 6"), "any(orders)");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id = 5 OR id = customer_id"), "any(orders)");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id = customer_id OR id = 5"), "any(orders)");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE NOT id = 5"), "any(orders)");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id = 5 + 1"), "any(orders)");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id = 5::numeric"), "any(orders)");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id + 1 = 5"), "any(orders)");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id::text = '5'"), "any(orders)");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id = - - 5"), "any(orders)");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id = customer_id"), "any(orders)");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE total = 5"), "any(orders)");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id NOT IN (1, 2)"), "any(orders)");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id <> ALL ($1)"), "any(orders)");
  EXPECT_EQ(reads("SELECT id = 5 FROM orders"), "any(orders)");
  EXPECT_EQ(reads("SELECT customer_id FROM orders GROUP BY customer_id HAVING customer_id = 5"), "any(orders)");
  EXPECT_EQ(reads("SELECT * FROM orders AS o (a, id) WHERE id = 5"), "any(orders)");
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id = 5 UNION SELECT * FROM orders"), "any(orders)");
  EXPECT_EQ(reads("SELECT * FROM customers WHERE email = 'a' COLLATE \"C\""), "any(customers)");
}

TEST_F(KeysTest, JoinsSpreadWhatColumnsEqual) {
  EXPECT_EQ(reads("SELECT * FROM customers c JOIN orders o ON o.customer_id = c.id WHERE c.id = 5"),
            "customers.id=#0 orders.customer_id=#0");
  EXPECT_EQ(reads("SELECT * FROM customers c, orders o WHERE o.customer_id = c.id AND o.customer_id = 5"),
            "customers.id=#0 orders.customer_id=#0");
  EXPECT_EQ(reads("SELECT * FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE c.id = 5"),
            "customers.id=#0 orders.customer_id=#0");
  EXPECT_EQ(reads("SELECT * FROM orders o RIGHT JOIN customers c ON o.customer_id = c.id WHERE c.id = 5"),
            "customers.id=#0 orders.customer_id=#0");
  // Of the side that stays, an ON condition leaves every row.
  EXPECT_EQ(reads("SELECT * FROM customers c LEFT JOIN orders o ON o.customer_id = c.id AND c.id = 5"),
            "any(customers) orders.customer_id=#0");
  EXPECT_EQ(reads("SELECT * FROM customers c FULL JOIN orders o ON o.customer_id = c.id AND c.id = 5"),
            "any(customers) any(orders)");
  EXPECT_EQ(reads("SELECT * FROM customers c FULL JOIN orders o ON o.customer_id = c.id WHERE c.id = 5"),
            "any(orders) customers.id=#0");
  EXPECT_EQ(reads("SELECT * FROM customers JOIN orders ON customer_id = customers.id WHERE customer_id = 5"),
            "customers.id=#0 orders.customer_id=#0");
  // Both have a column of that name.
  EXPECT_EQ(reads("SELECT * FROM customers, orders WHERE customer_id = 5 AND customers.id = customer_id"),
            "customers.id=#0 orders.customer_id=#0");
  EXPECT_EQ(reads("SELECT * FROM orders a, orders b WHERE a.id = 5 AND b.id = 6"), "orders.id=#0 orders.id=#1");
  EXPECT_EQ(reads("SELECT * FROM orders a, orders b WHERE a.id = 5"), "any(orders)");
  EXPECT_EQ(reads("SELECT * FROM (customers JOIN orders ON true) AS j WHERE customer_id = 5"),
            "any(customers) any(orders)");
}

TEST_F(KeysTest, SubQueriesSeeWhatIsKnownAroundThem) {
  EXPECT_EQ(
      reads("SELECT * FROM customers c WHERE c.id = 5 AND EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)"),
      "customers.id=#0 orders.customer_id=#0");
  EXPECT_EQ(reads("SELECT (SELECT count(*) FROM orders WHERE customer_id = c.id) FROM customers c WHERE id = 5"),
            "customers.id=#0 orders.customer_id=#0");
  // The inner c is another.
  EXPECT_EQ(reads("SELECT * FROM customers c WHERE c.id = 5 AND EXISTS (SELECT 1 FROM notes c, orders o WHERE o.id = "
                  "c.customer_id)"),
            "any(notes) any(orders) customers.id=#0");
  EXPECT_EQ(reads("SELECT * FROM (SELECT id, status FROM orders) x WHERE x.id = 5"), "orders.id=#0");
  EXPECT_EQ(reads("SELECT * FROM (SELECT * FROM orders) x WHERE x.id = 5"), "orders.id=#0");
  EXPECT_EQ(reads("SELECT * FROM (SELECT id AS n FROM orders) x WHERE x.n = 5"), "orders.id=#0");
  EXPECT_EQ(reads("SELECT * FROM (SELECT id FROM orders LIMIT 3) x WHERE x.id = 5"), "any(orders)");
  EXPECT_EQ(reads("SELECT * FROM (SELECT count(*) AS id FROM orders) x WHERE x.id = 5"), "any(orders)");
  EXPECT_EQ(reads("WITH x AS (SELECT * FROM orders WHERE id = 5) SELECT * FROM x"), "orders.id=#0");
  EXPECT_EQ(reads("WITH orders AS (SELECT * FROM customers) SELECT * FROM orders WHERE id = 5"), "any(customers)");
}

TEST_F(KeysTest, ViewsAreWhatTheyAreMadeOf) {
  EXPECT_EQ(reads("SELECT * FROM v_orders WHERE id = 5"), "orders.id=#0");
  EXPECT_EQ(reads("SELECT * FROM v_orders"), "any(orders)");
  EXPECT_EQ(reads("SELECT * FROM v_nested WHERE id = 5"), "orders.id=#0");
  EXPECT_EQ(reads("SELECT * FROM v_mails WHERE mail = 'a'"), "any(orders) customers.email=#0");
  EXPECT_EQ(reads("SELECT * FROM v_mails WHERE order_id = 5"), "any(customers) orders.id=#0");
  EXPECT_EQ(reads("SELECT * FROM v_counts WHERE customer_id = 5"), "any(orders)");
  EXPECT_EQ(reads("SELECT * FROM m_orders WHERE id = 5"), "m_orders.id=#0");
  EXPECT_EQ(reads("SELECT * FROM events_2026 WHERE id = 5"), "events.id=#0");
}

TEST_F(KeysTest, UpdatesByKey) {
  EXPECT_EQ(writes("UPDATE orders SET status = 'x' WHERE id = 5"),
            "any(orders) orders.id=#1 unkeyed(orders.customer_id)");
  EXPECT_EQ(writes("UPDATE orders SET id = 6 WHERE id = 5"),
            "any(items) any(orders) orders.id=#0 orders.id=#1 unkeyed(items.line) unkeyed(items.line,order_id) "
            "unkeyed(items.order_id) unkeyed(items.product) unkeyed(orders.customer_id)");
  EXPECT_EQ(writes("UPDATE orders SET customer_id = customer_id + 1 WHERE id = 5 AND customer_id = 3"),
            "any(orders) orders.id=#1 unkeyed(orders.customer_id)");
  EXPECT_EQ(writes("UPDATE orders SET customer_id = 4 WHERE id = 5 AND customer_id = 3"),
            "any(orders) orders.customer_id=#0 orders.customer_id=#2 orders.id=#1");
  EXPECT_EQ(writes("UPDATE orders SET status = 'x'"), "any(orders) unkeyed(orders.customer_id) unkeyed(orders.id)");
  EXPECT_EQ(writes("UPDATE orders o SET status = c.name FROM customers c WHERE c.id = o.customer_id AND c.id = 5"),
            "any(orders) orders.customer_id=#0 unkeyed(orders.id)");
  EXPECT_EQ(writes("UPDATE customers SET name = 'abcdef' WHERE id = 5"),
            "any(customers) customers.id=#1 unkeyed(customers.email) unkeyed(customers.region)");
  EXPECT_EQ(writes("UPDATE events SET place = 1 WHERE id = 5"), "any(events) events.id=#1 unkeyed(events.place)");
}

TEST_F(KeysTest, DeletesByKeyAndWhatTheyTakeAlong) {
  EXPECT_EQ(writes("DELETE FROM orders WHERE id = 5"),
            "any(items) any(orders) items.order_id=#0 orders.id=#0 unkeyed(items.line) unkeyed(items.line,order_id) "
            "unkeyed(items.product) unkeyed(orders.customer_id)");
  // What refers to customers, and what refers to that.
  EXPECT_EQ(writes("DELETE FROM customers WHERE id = 5"),
            "any(customers) any(items) any(notes) any(orders) customers.id=#0 notes.customer_id=#0 "
            "orders.customer_id=#0 unkeyed(customers.email) unkeyed(customers.region) unkeyed(items.line) "
            "unkeyed(items.line,order_id) unkeyed(items.order_id) unkeyed(items.product) unkeyed(notes.body) "
            "unkeyed(orders.id)");
  EXPECT_EQ(writes("DELETE FROM items USING orders WHERE items.order_id = orders.id AND orders.id = 5"),
            "any(items) items.order_id=#0 unkeyed(items.line) unkeyed(items.line,order_id) unkeyed(items.product)");
}

TEST_F(KeysTest, InsertsKnowWhatTheyAre) {
  EXPECT_EQ(writes("INSERT INTO orders (id, customer_id, status) VALUES (1, 2, 'x')"),
            "any(orders) orders.customer_id=#1 orders.id=#0");
  EXPECT_EQ(writes("INSERT INTO orders VALUES (1, 2), ($1, DEFAULT)"),
            "any(orders) inserted(orders.customer_id) orders.id=#0|$1");
  EXPECT_EQ(writes("INSERT INTO orders (customer_id) VALUES (NULL)"),
            "any(orders) inserted(orders.id) orders.customer_id=null");
  EXPECT_EQ(
      writes("INSERT INTO items VALUES (1, 2, 3), (4, 5, 6)"),
      "any(items) items.(line, order_id)=#1&#0 items.(line, order_id)=#4&#3 items.line=#1|#4 items.order_id=#0|#3 "
      "items.product=#2|#5");
  EXPECT_EQ(writes("INSERT INTO orders SELECT * FROM orders"),
            "any(orders) inserted(orders.customer_id) inserted(orders.id)");
  EXPECT_EQ(writes("INSERT INTO orders DEFAULT VALUES"),
            "any(orders) inserted(orders.customer_id) inserted(orders.id)");
  EXPECT_EQ(writes("INSERT INTO orders OVERRIDING USER VALUE VALUES (1, 2)"),
            "any(orders) inserted(orders.customer_id) inserted(orders.id)");
  EXPECT_EQ(writes("COPY orders FROM STDIN"), "any(orders) inserted(orders.customer_id) inserted(orders.id)");
}

TEST_F(KeysTest, UpsertsAlsoChangeTheRowInTheWay) {
  EXPECT_EQ(writes("INSERT INTO orders (id, customer_id) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET status = 'x'"),
            "any(orders) orders.id=#0 unkeyed(orders.customer_id)");
  EXPECT_EQ(writes("INSERT INTO orders (id, customer_id) VALUES (1, 2) ON CONFLICT DO NOTHING"),
            "any(orders) orders.customer_id=#1 orders.id=#0");
  EXPECT_EQ(writes("INSERT INTO orders (id) VALUES (1) ON CONFLICT ON CONSTRAINT pk DO UPDATE SET status = 'x'"),
            "any(orders) unkeyed(orders.customer_id) unkeyed(orders.id)");
  EXPECT_EQ(writes("INSERT INTO notes (body) VALUES ('x') ON CONFLICT (body) DO UPDATE SET body = 'y'"),
            "any(notes) unkeyed(notes.body) unkeyed(notes.customer_id)");
}

TEST_F(KeysTest, OtherWritesChangeAnyRow) {
  EXPECT_EQ(writes("MERGE INTO orders o USING customers c ON o.id = c.id WHEN MATCHED THEN DELETE"),
            "any(items) any(orders) unkeyed(items.line) unkeyed(items.line,order_id) unkeyed(items.order_id) "
            "unkeyed(items.product) unkeyed(orders.customer_id) unkeyed(orders.id)");
  EXPECT_EQ(writes("WITH x AS (DELETE FROM items WHERE order_id = 1 RETURNING *) SELECT * FROM x"),
            "any(items) items.order_id=#0 unkeyed(items.line) unkeyed(items.line,order_id) unkeyed(items.product)");
}

TEST_F(KeysTest, ParametersHaveTheTypeOfAllTheirUses) {
  using enum ColumnType;
  EXPECT_EQ(resolve("SELECT * FROM orders WHERE id = $1").parameter_types, std::vector{integer});
  EXPECT_EQ(resolve("SELECT * FROM orders WHERE id = $1 AND total > $1").parameter_types, std::vector{other});
  EXPECT_EQ(resolve("SELECT * FROM orders WHERE id = $1 AND total > $2").parameter_types,
            (std::vector{integer, other}));
  EXPECT_EQ(resolve("SELECT * FROM orders WHERE id = $1 AND status = $1").parameter_types, std::vector{other});
  EXPECT_EQ(resolve("SELECT * FROM orders WHERE id = $1 AND customer_id = $1").parameter_types, std::vector{integer});
  EXPECT_EQ(resolve("SELECT * FROM orders WHERE id = $1::numeric AND customer_id = $1").parameter_types,
            std::vector{other});
  EXPECT_EQ(resolve("UPDATE orders SET status = $1 WHERE id = $2").parameter_types, (std::vector{text, integer}));
}

TEST_F(KeysTest, ARowThatIsThereCannotBeAdded) {
  EXPECT_TRUE(resolve("SELECT * FROM orders WHERE id = 5").rows_show_presence);
  EXPECT_TRUE(
      resolve("SELECT id FROM orders WHERE id IN (5, 6) AND status = 'x' ORDER BY id LIMIT 3").rows_show_presence);
  EXPECT_FALSE(resolve("SELECT * FROM orders WHERE customer_id = 5").rows_show_presence);
  EXPECT_FALSE(resolve("SELECT count(*) FROM orders WHERE id = 5").rows_show_presence);
  EXPECT_FALSE(resolve("SELECT * FROM orders, (VALUES (1), (2)) v (n) WHERE id = 5").rows_show_presence);
  EXPECT_FALSE(resolve("SELECT * FROM parent WHERE id = 5").rows_show_presence);
  EXPECT_FALSE(
      resolve("SELECT * FROM orders WHERE id = 5 UNION ALL SELECT * FROM orders WHERE id = 5").rows_show_presence);
}

TEST_F(KeysTest, WithoutThemTablesAreWhole) {
  const Resolution read = resolve("SELECT * FROM orders WHERE id = 5", Precision::relations);
  EXPECT_TRUE(read.key_reads.empty());
  EXPECT_EQ(named(read.dependencies), std::vector<std::string>{"any(orders)"});
  const Resolution write = resolve("UPDATE orders SET status = 'x' WHERE id = 5", Precision::relations);
  EXPECT_TRUE(write.key_writes.empty());
  EXPECT_EQ(named(write.footprint.dependencies()), std::vector<std::string>{"any(orders)"});
}

TEST_F(KeysTest, OperatorsOfSomebodysOwnMakeNone) {
  Snapshot::Source source = test::key_shop();
  source.own_equality = true;
  snapshot_ = Snapshot::build(std::move(source));
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id = 5"), "any(orders)");
  snapshot_ = Snapshot::build(test::key_shop());
  path_ = {"public", "pg_catalog"};
  EXPECT_EQ(reads("SELECT * FROM orders WHERE id = 5"), "any(orders)");
}

}  // namespace
}  // namespace tapri::catalog
