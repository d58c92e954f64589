// Row keys in sessions of MySQL: whose answers a write leaves, in all ways of asking.
#include <gtest/gtest.h>

#include <string>

#include "unit/session/mysql/hits.h"

namespace tapri::session::mysql::test {
namespace {

using wire::mysql::Command;

catalog::Column column(std::string name, catalog::ColumnType type) {
  catalog::Column out;
  out.name = std::move(name);
  out.type = type;
  return out;
}

// orders(id primary key, numbers itself; customer; code of ten letters; a), items(order_id references orders, n).
catalog::Snapshot::Source with_keys() {
  using enum catalog::ColumnType;
  catalog::Snapshot::Source source = shop();
  source.relations[0].columns = {column("id", integer), column("customer", integer), column("code", text),
                                 column("a", other)};
  source.relations[0].columns[0].assignable.range = {.least = 1, .greatest = 2147483647};
  source.relations[0].columns[0].assignable.null_replaced = true;
  source.relations[0].columns[2].assignable.max_length = 10;
  source.relations[0].only_unique_key = {"id"};
  source.relations[1].columns = {column("order_id", integer), column("n", other)};
  source.unique_keys = {{kOrders, {"id"}, true}};
  source.indexed_columns = {{kOrders, "customer"}, {kOrders, "code"}};
  source.foreign_keys = {{kOrders, kItems, {"id"}, {"order_id"}}};
  return source;
}

class RowKeysTest : public HitsTest {
 protected:
  void SetUp() override {
    s.world.catalog->load(with_keys());
    begin();
  }
  // Asks, and is answered with that many rows.
  void ask(const std::string& sql, std::size_t rows = 1) {
    (void)s.client(query(sql));
    (void)s.server(result({"a"}, std::vector<Row>(rows, Row{"1"})));
  }
  bool hits(const std::string& sql) { return hit(query(sql)); }
  void run(const std::string& sql) { done(query(sql)); }
};

std::string by_id(int id) { return "select a from orders where id = " + std::to_string(id); }

TEST_F(RowKeysTest, AWriteToOneRowLeavesTheOthers) {
  ask(by_id(5));
  ask(by_id(7));
  ask("select a from orders where customer = 1");
  run("update orders set a = 1 where id = 5");
  EXPECT_TRUE(hits(by_id(7)));
  EXPECT_FALSE(hits(by_id(5)));
  EXPECT_FALSE(hits("select a from orders where customer = 1")) << "whose order it is was not said";
  EXPECT_FALSE(hit()) << "of all";
  run("update orders set a = 1");
  EXPECT_FALSE(hits(by_id(7)));
}

TEST_F(RowKeysTest, ValuesAreTheSameHoweverTheyAreWritten) {
  ask(by_id(5));
  run("delete from orders where id = - 5");
  EXPECT_TRUE(hits(by_id(5)));
  run("delete from orders where '005' = id");
  EXPECT_FALSE(hits(by_id(5)));
  run("delete from orders where id = 6.0");
  EXPECT_FALSE(hits(by_id(5))) << "no plain value: any row";
  ask("select a from orders where code = 'ab'");
  run("update orders set a = 1 where code = 'ac'");
  EXPECT_TRUE(hits("select a from orders where code = 'ab'"));
  run("update orders set a = 1 where code = 'AB  '");
  EXPECT_FALSE(hits("select a from orders where code = 'ab'"));
  run("update orders set a = 1 where code = '\xc3\xa9'");
  EXPECT_FALSE(hits("select a from orders where code = 'ab'")) << "what equals it is not known";
}

TEST_F(RowKeysTest, ARowThatMovesLeavesAndComes) {
  ask("select a from orders where customer = 1");
  ask("select a from orders where customer = 2");
  ask("select a from orders where customer = 3");
  run("update orders set customer = 2 where customer = 1");
  EXPECT_FALSE(hits("select a from orders where customer = 1"));
  EXPECT_FALSE(hits("select a from orders where customer = 2"));
  EXPECT_TRUE(hits("select a from orders where customer = 3"));
}

TEST_F(RowKeysTest, ARowThatWasFoundIsNotEndedByRowsThatAreAdded) {
  ask(by_id(5));
  ask(by_id(9), 0);
  run("insert into orders (id, customer) values (8, 1)");
  EXPECT_TRUE(hits(by_id(5)));
  EXPECT_TRUE(hits(by_id(9)));
  run("insert into orders (customer) values (1)");
  EXPECT_TRUE(hits(by_id(5)));
  EXPECT_FALSE(hits(by_id(9))) << "it may be the new one";
  ask(by_id(10), 0);
  run("insert into orders (id, customer) values (0, 1)");
  EXPECT_FALSE(hits(by_id(10))) << "0 stands for the next number";
  run("replace into orders (id, customer) values (8, 1)");
  EXPECT_FALSE(hits(by_id(5))) << "what is in its way may be any row";
}

TEST_F(RowKeysTest, WithoutStrictModeAnythingMayBeStored) {
  ask(by_id(9), 0);
  run("set sql_mode = ''");
  (void)s.client(query(by_id(9)));
  (void)s.settings({.sql_mode = ""});
  (void)s.server(result({"a"}, {}));
  EXPECT_TRUE(hits(by_id(9)));
  run("insert into orders (id, customer) values (8, 1)");
  EXPECT_FALSE(hits(by_id(9)));
}

TEST_F(RowKeysTest, ParametersSayWhichRows) {
  (void)s.client(command(Command::stmt_prepare, "update orders set a = 1 where id = ?"));
  (void)s.server(prepared(7, 1));
  const auto execute = [](char value) {
    return command(Command::stmt_execute, number(7) + '\0' + number(1) + '\0' + '\1' + std::string("\x08\0", 2) +
                                              value + std::string(7, '\0'));
  };
  ask(by_id(5));
  ask(by_id(7));
  done(execute(5));
  EXPECT_TRUE(hits(by_id(7)));
  EXPECT_FALSE(hits(by_id(5)));
  (void)s.client(command(Command::stmt_send_long_data, number(7) + std::string("\0\0x", 3)));
  done(execute(5));
  EXPECT_FALSE(hits(by_id(7))) << "a value that was sent before is not known";
}

TEST_F(RowKeysTest, WhatMysqlMakesOfAParameterThatWasAnotherBeforeIsNotKnown) {
  Script t(kUsual, "9.1.0");
  t.world.catalog->load(with_keys());
  (void)t.client(query(by_id(5)));
  (void)t.settings();
  (void)t.server(kAnswer);
  (void)t.client(command(Command::stmt_prepare, "update orders set a = 1 where code = ?"));
  (void)t.server(prepared(7, 1));
  const std::string head = number(7) + '\0' + number(1) + '\0' + '\1';
  const std::string first = command(Command::stmt_execute, head + std::string("\x08\0\5\0\0\0\0\0\0\0", 10));
  const std::string second = command(Command::stmt_execute, head + std::string("\xfd\0\1", 3) + "7");
  (void)t.client(first);
  (void)t.server(ok());
  const std::string read = query("select a from orders where code = '07'");
  EXPECT_FALSE(t.hits(read));
  EXPECT_TRUE(t.hits(read));
  (void)t.client(second);
  (void)t.server(ok());
  EXPECT_FALSE(t.hits(read)) << "the number 7 may be what is meant";
}

TEST_F(RowKeysTest, ADeletedParentTakesItsChildren) {
  ask("select n from items where order_id = 5");
  ask("select n from items where order_id = 7");
  run("delete from orders where id = 5");
  EXPECT_FALSE(hits("select n from items where order_id = 5"));
  EXPECT_TRUE(hits("select n from items where order_id = 7"));
}

TEST_F(RowKeysTest, InATransactionTheRowsThatItWroteAreNotAnswered) {
  const Settings settings{.isolation = "READ-COMMITTED"};
  run("set transaction_isolation = 'read-committed'");
  (void)s.client(query(by_id(5)));
  (void)s.settings(settings);
  (void)s.server(result({"a"}, {{"1"}}));
  ask(by_id(7));
  done(query("begin"), kOpen);
  done(query("update orders set a = 1 where id = 5"), kOpen);
  EXPECT_TRUE(hits(by_id(7)));
  EXPECT_FALSE(hits(by_id(5)));
}

}  // namespace
}  // namespace tapri::session::mysql::test
