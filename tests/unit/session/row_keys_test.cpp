// Row keys in sessions: whose answers a write leaves, in all ways of asking.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "unit/session/script.h"

namespace tapri::session::test {
namespace {

catalog::Column column(std::string name, catalog::ColumnType type) {
  catalog::Column out;
  out.name = std::move(name);
  out.type = type;
  return out;
}

// orders(id primary key, customer, c, name), items(order_id references orders: cascade, n).
struct KeyedWorld : World {
  KeyedWorld() {
    using enum catalog::ColumnType;
    source = shop();
    source.relations[0].columns = {column("id", integer), column("customer", integer), column("c", other),
                                   column("name", text)};
    source.relations[1].columns = {column("order_id", integer), column("n", other)};
    source.unique_keys = {{10, {"id"}, true}, {10, {"name"}, false}};
    source.indexed_columns = {{10, "customer"}};
    source.foreign_keys = {{10, 11, {"id"}, {"order_id"}}};
    source.foreign_keys[0].on_update = catalog::ForeignKeyAction::none;
    catalog->load(source);
  }
  catalog::Snapshot::Source source;
};

std::string by_id(int id) { return "select c from orders where id = " + std::to_string(id); }
std::string none() { return description() + complete("SELECT 0"); }

TEST(RowKeys, AWriteToOneRowLeavesTheOthers) {
  KeyedWorld world;
  Peer a(world), b(world);
  a.miss(by_id(5), "five");
  a.miss(by_id(7), "seven");
  a.miss("select c from orders", "all");
  a.miss("select c from orders where customer = 1", "ones");
  b.run("update orders set c = 1 where id = 5", "UPDATE 1");
  EXPECT_FALSE(a.hits(by_id(5)));
  EXPECT_TRUE(a.hits(by_id(7)));
  EXPECT_FALSE(a.hits("select c from orders"));
  EXPECT_FALSE(a.hits("select c from orders where customer = 1")) << "whose order it is was not said";
  b.run("update orders set c = 1", "UPDATE 9");
  EXPECT_FALSE(a.hits(by_id(7)));
}

TEST(RowKeys, WhileAWriteIsUnderWayOnlyItsRowsAreAskedOf) {
  KeyedWorld world;
  Peer a(world), b(world);
  a.miss(by_id(5), "five");
  a.miss(by_id(7), "seven");
  b.client(query("update orders set c = 1 where id in (5, 6)"));
  EXPECT_TRUE(a.hits(by_id(7)));
  EXPECT_FALSE(a.hits(by_id(5)));
}

TEST(RowKeys, ValuesAreTheSameHoweverTheyAreSent) {
  KeyedWorld world;
  Peer a(world), b(world);
  a.client(parse("r", "select c from orders where id = $1"));
  a.client(prepared("r", {"5"}) + sync());
  a.server(parsed() + bound() + row("five") + complete("SELECT 1") + ready());
  (void)a.to_client();
  (void)a.to_server();
  a.client(prepared("r", {"5"}) + sync());
  EXPECT_EQ(a.to_client(), "2 D(five) C(SELECT 1) Z(I)");
  b.run("delete from orders where id = - 5", "DELETE 1");
  a.client(prepared("r", {"5"}) + sync());
  EXPECT_EQ(a.to_client(), "2 D(five) C(SELECT 1) Z(I)");
  b.run("delete from orders where '005' = id", "DELETE 1");
  a.client(prepared("r", {"5"}) + sync());
  EXPECT_EQ(a.to_server(), "B(,r) E() S");
}

TEST(RowKeys, ParametersOfWritesSayWhichRows) {
  KeyedWorld world;
  Peer a(world), b(world);
  a.miss(by_id(5), "five");
  a.miss(by_id(7), "seven");
  b.client(extended("update orders set c = $1 where id = $2", {"1", "5"}) + sync());
  b.server(parsed() + bound() + no_data() + complete("UPDATE 1") + ready());
  EXPECT_TRUE(a.hits(by_id(7)));
  EXPECT_FALSE(a.hits(by_id(5)));
}

TEST(RowKeys, WhatIsNoPlainValueMeansEveryRow) {
  KeyedWorld world;
  Peer a(world), b(world);
  a.miss(by_id(7), "seven");
  b.run("update orders set c = 1 where id = 5.0", "UPDATE 1");
  EXPECT_FALSE(a.hits(by_id(7)));
}

TEST(RowKeys, ARowThatWasFoundIsNotEndedByRowsThatAreAdded) {
  KeyedWorld world;
  Peer a(world), b(world);
  a.miss(by_id(5), "five");
  a.client(query(by_id(9)));
  a.server(none() + ready());
  (void)a.to_client();
  (void)a.to_server();
  EXPECT_TRUE(a.hits(by_id(9))) << "that there is none is an answer";
  b.run("insert into orders (customer, c) values (1, 2)", "INSERT 0 1");
  EXPECT_TRUE(a.hits(by_id(5)));
  EXPECT_FALSE(a.hits(by_id(9))) << "it may be the new one";
}

// Somebody else in the fleet has removed the row before, which need not be known here yet: else it could not be added.
TEST(RowKeys, ARowThatIsAddedAnewHereEndsTheAnswerThatHasTheOldOne) {
  for (const auto mode : {coherence::FleetMode::bounded, coherence::FleetMode::local}) {
    KeyedWorld world;
    std::destroy_at(&world.freshness);
    std::construct_at(&world.freshness, mode, std::chrono::seconds(1));
    Peer a(world), b(world);
    a.miss(by_id(5), "five");
    b.run("insert into orders (customer, c) values (1, 2)", "INSERT 0 1");
    EXPECT_TRUE(a.hits(by_id(5))) << "its number is the server's, and a new one";
    b.run("insert into orders (id, c) select order_id, n from items", "INSERT 0 1");
    EXPECT_EQ(a.hits(by_id(5)), mode == coherence::FleetMode::local);
  }
}

TEST(RowKeys, InsertsOfOtherKeysLeaveAnAnswerThatThereIsNone) {
  KeyedWorld world;
  Peer a(world), b(world);
  a.client(query(by_id(9)));
  a.server(none() + ready());
  (void)a.to_client();
  (void)a.to_server();
  b.run("insert into orders (id, customer) values (8, 1)", "INSERT 0 1");
  EXPECT_TRUE(a.hits(by_id(9)));
  b.run("insert into orders (id, customer) values (9, 1)", "INSERT 0 1");
  EXPECT_FALSE(a.hits(by_id(9)));
}

TEST(RowKeys, ATransactionReadsOtherRowsThanItsOwnFromTheCache) {
  KeyedWorld world;
  Peer a(world);
  a.miss(by_id(5), "five");
  a.miss(by_id(7), "seven");
  a.run("begin", "BEGIN", 'T');
  a.run("update orders set c = 1 where id = 5", "UPDATE 1", 'T');
  EXPECT_TRUE(a.hits(by_id(7)));
  EXPECT_FALSE(a.hits(by_id(5)));
}

TEST(RowKeys, DeletesTakeTheirChildrenAlong) {
  KeyedWorld world;
  Peer a(world), b(world);
  a.miss("select n from items where order_id = 5", "five's");
  a.miss("select n from items where order_id = 7", "seven's");
  b.run("update orders set c = 1 where id = 5", "UPDATE 1");
  EXPECT_TRUE(a.hits("select n from items where order_id = 5"));
  b.run("delete from orders where id = 5", "DELETE 1");
  EXPECT_FALSE(a.hits("select n from items where order_id = 5"));
  EXPECT_TRUE(a.hits("select n from items where order_id = 7"));
}

TEST(RowKeys, AStatementExecutedByNameMeansEveryRow) {
  KeyedWorld world;
  Peer a(world), b(world);
  a.miss(by_id(7), "seven");
  b.run("prepare w as update orders set c = 1 where id = $1", "PREPARE");
  b.run("execute w(5)", "UPDATE 1");
  EXPECT_FALSE(a.hits(by_id(7)));
}

// The server keeps the type that it gave an open parameter; a column of another type makes no key of its bytes.
TEST(RowKeys, AColumnThatChangesItsTypeTakesNoKeyFromAnOldStatement) {
  KeyedWorld world;
  catalog::Snapshot::Source before = world.source;
  before.relations[0].columns[0].type = catalog::ColumnType::other;
  world.catalog->load(std::move(before));
  Peer a(world), b(world);
  b.client(parse("w", "delete from orders where id = $1") + sync());
  b.server(parsed() + ready());
  world.catalog->load(world.source);
  a.miss(by_id(7), "seven");
  b.client(prepared("w", {"5"}) + sync());
  b.server(bound() + complete("DELETE 0") + ready());
  EXPECT_FALSE(a.hits(by_id(7)));
}

TEST(RowKeys, CausesAreCounted) {
  KeyedWorld world;
  Peer a(world), b(world);
  const auto count = [&](telemetry::InvalidationCause cause) {
    return world.metrics.invalidations[static_cast<std::size_t>(cause)].value();
  };
  a.miss(by_id(5), "five");
  b.run("update orders set c = 1 where id = 5", "UPDATE 1");
  a.miss(by_id(5), "five");
  EXPECT_EQ(count(telemetry::InvalidationCause::key), 1U);
  b.run("update orders set c = 1", "UPDATE 9");
  a.miss(by_id(5), "five");
  EXPECT_EQ(count(telemetry::InvalidationCause::unkeyed), 1U);
  a.miss("select c from orders", "all");
  b.run("update orders set c = 1 where id = 5", "UPDATE 1");
  a.miss("select c from orders", "all");
  EXPECT_EQ(count(telemetry::InvalidationCause::any), 1U);
  b.run("grant all on orders to ann", "GRANT");
  world.catalog->usable = true;
  a.miss("select c from orders", "all");
  EXPECT_EQ(count(telemetry::InvalidationCause::all), 1U);
}

TEST(RowKeys, WithoutThemAWriteEndsEveryAnswerOfItsTable) {
  KeyedWorld world;
  world.shared->precision = catalog::Precision::relations;
  Peer a(world), b(world);
  a.miss(by_id(7), "seven");
  b.run("update orders set c = 1 where id = 5", "UPDATE 1");
  EXPECT_FALSE(a.hits(by_id(7)));
}

}  // namespace
}  // namespace tapri::session::test
