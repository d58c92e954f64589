// A schema with keys of every sort, and statements as text.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/resolve.h"
#include "sql/pg/facts.h"
#include "test_schema.h"

namespace tapri::catalog::test {

inline Column column(std::string name, ColumnType type, std::uint32_t max_length = 0) {
  Column out;
  out.name = std::move(name);
  out.type = type;
  out.assignable.max_length = max_length;
  return out;
}

inline sql::StatementFacts facts_of_text(std::string_view text) {
  return sql::pg::extract_facts(text).statements.front();
}

inline Relation with_columns(Relation relation, std::vector<Column> columns) {
  relation.columns = std::move(columns);
  return relation;
}

inline Relation view_of(ObjectId oid, std::string name, std::vector<Column> columns, std::string_view definition) {
  Relation view = with_columns(relation(oid, std::move(name), RelationKind::view), std::move(columns));
  view.definition = std::make_shared<const sql::StatementFacts>(facts_of_text(definition));
  return view;
}

// customers(id, email unique, name, region) <- orders(id, customer_id: cascade, status, total)
// <- items(order_id: cascade, line; primary key of both, product); events(id, day, place), partitioned, with one
// partition; notes(customer_id: set null, body) of customers; plain_items inherits from items' like; views over them.
inline Snapshot::Source key_shop() {
  using enum ColumnType;
  Snapshot::Source source;
  source.database = "test/shop";
  const std::vector<Column> event = {column("id", integer), column("day", other), column("place", integer)};
  const std::vector<Column> order = {column("id", integer), column("customer_id", integer), column("status", text),
                                     column("total", other)};
  source.relations = {
      with_columns(relation(10, "customers"),
                   {column("id", integer), column("email", text), column("name", text, 5), column("region", uuid)}),
      with_columns(relation(11, "orders"), order),
      with_columns(relation(12, "items"),
                   {column("order_id", integer), column("line", integer), column("product", integer)}),
      with_columns(relation(20, "events", RelationKind::partitioned), event),
      with_columns(relation(21, "events_2026"), event),
      with_columns(relation(30, "notes"), {column("customer_id", integer), column("body", text)}),
      with_columns(relation(31, "parent"), {column("id", integer)}),
      with_columns(relation(32, "child"), {column("id", integer)}),
      view_of(40, "v_orders", order, "SELECT o.id, o.customer_id, o.status, o.total FROM public.orders o"),
      view_of(41, "v_mails", {column("mail", text), column("order_id", integer)},
              "SELECT c.email AS mail, o.id AS order_id FROM public.customers c JOIN public.orders o "
              "ON o.customer_id = c.id WHERE c.name = 'x'"),
      view_of(42, "v_nested", {column("id", integer)}, "SELECT v.id FROM public.v_orders v"),
      view_of(43, "v_counts", {column("customer_id", integer), column("count", integer)},
              "SELECT o.customer_id, count(*) AS count FROM public.orders o GROUP BY o.customer_id"),
      with_columns(relation(50, "m_orders", RelationKind::materialised), order)};
  source.unique_keys = {
      {10, {"id"}, true},        {10, {"email"}, false}, {11, {"id"}, true}, {12, {"order_id", "line"}, true},
      {20, {"id", "day"}, true}, {20, {"id"}, false},    {31, {"id"}, true}};
  source.indexed_columns = {{11, "customer_id"}, {30, "body"}};
  source.foreign_keys = {{10, 11, {"id"}, {"customer_id"}, ForeignKeyAction::cascade, ForeignKeyAction::none},
                         {11, 12, {"id"}, {"order_id"}, ForeignKeyAction::cascade, ForeignKeyAction::cascade},
                         {10, 30, {"id"}, {"customer_id"}, ForeignKeyAction::set_null, ForeignKeyAction::none}};
  source.inheritance = {{20, 21}, {31, 32}};
  source.functions = {routine("pg_catalog", "count", Volatility::immutable),
                      routine("pg_catalog", "lower", Volatility::immutable)};
  source.operators = {
      routine("pg_catalog", "=", Volatility::immutable), routine("pg_catalog", "<>", Volatility::immutable),
      routine("pg_catalog", ">", Volatility::immutable), routine("pg_catalog", "+", Volatility::immutable)};
  source.types = {type("pg_catalog", "int4", 'b', true), type("pg_catalog", "int8", 'b', true),
                  type("pg_catalog", "text", 'b', true), type("pg_catalog", "numeric", 'b', true),
                  type("pg_catalog", "varchar", 'b', true)};
  source.server_version = 150004;
  return source;
}

}  // namespace tapri::catalog::test
