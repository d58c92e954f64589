// A small hand-made schema for the catalog's tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "catalog/resolve.h"
#include "catalog/snapshot.h"

namespace tapri::catalog::test {

inline Relation relation(ObjectId oid, std::string name, RelationKind kind = RelationKind::table,
                         std::string schema = "public") {
  Relation result;
  result.oid = oid;
  result.schema = std::move(schema);
  result.name = std::move(name);
  result.kind = kind;
  return result;
}

inline Routine routine(std::string schema, std::string name, Volatility volatility) {
  Routine result;
  result.schema = std::move(schema);
  result.name = std::move(name);
  result.volatility = volatility;
  return result;
}

inline Type type(std::string schema, std::string name, char kind, bool safe_input) {
  Type result;
  result.schema = std::move(schema);
  result.name = std::move(name);
  result.kind = kind;
  result.safe_input = safe_input;
  return result;
}

inline std::vector<Routine> shop_operators() {
  return {routine("pg_catalog", "=", Volatility::immutable), routine("pg_catalog", "<", Volatility::stable),
          routine("public", "===", Volatility::immutable),   routine("public", "=~", Volatility::stable),
          routine("public", "=!", Volatility::is_volatile),  routine("app", "=", Volatility::is_volatile)};
}

// Relations: 10 orders -> 11 order_items (cascade) -> 12 item_notes (cascade); 13 audited (trigger) <- 14 watched
// (cascade); 20 measures with partitions 21, 22; 30 v_orders, 31 v_writes (calls what writes), 32 m_sales, 33 remote,
// 34 seq, 35 secret (row security), 36 clock_in (timetz), 37 opening (time); 40 app.orders; 50 pg_class.
inline Snapshot::Source shop() {
  Snapshot::Source source;
  source.database = "test/shop";
  source.fingerprint = "1";
  source.relations = {relation(10, "orders"),
                      relation(11, "order_items"),
                      relation(12, "item_notes"),
                      relation(13, "audited"),
                      relation(14, "watched"),
                      relation(20, "measures", RelationKind::partitioned),
                      relation(21, "measures_2025"),
                      relation(22, "measures_2026"),
                      relation(30, "v_orders", RelationKind::view),
                      relation(31, "v_writes", RelationKind::view),
                      relation(32, "m_sales", RelationKind::materialised),
                      relation(33, "remote", RelationKind::foreign),
                      relation(34, "seq", RelationKind::sequence),
                      relation(35, "secret"),
                      relation(36, "clock_in"),
                      relation(37, "opening"),
                      relation(40, "orders", RelationKind::table, "app"),
                      relation(50, "pg_class", RelationKind::table, "pg_catalog")};
  for (Relation& item : source.relations) {
    item.write_side_effects = item.name == "audited";
    item.read_side_effects = item.name == "v_writes";
    item.row_security = item.name == "secret";
    item.has_timetz = item.name == "clock_in";
    item.has_time = item.name == "opening";
  }
  source.foreign_keys = {{10, 11, {}, {}}, {11, 12, {}, {}}, {14, 13, {}, {}}};
  source.inheritance = {{20, 21}, {20, 22}, {900, 901}};
  source.functions = {routine("pg_catalog", "lower", Volatility::immutable),
                      routine("pg_catalog", "count", Volatility::immutable),
                      routine("pg_catalog", "now", Volatility::stable),
                      routine("pg_catalog", "to_char", Volatility::stable),
                      routine("pg_catalog", "timezone", Volatility::stable),
                      routine("pg_catalog", "age", Volatility::stable),
                      routine("pg_catalog", "random", Volatility::is_volatile),
                      routine("pg_catalog", "query_to_xml", Volatility::is_volatile),
                      routine("public", "pure", Volatility::immutable),
                      routine("public", "price_of", Volatility::stable),
                      routine("public", "place_order", Volatility::is_volatile),
                      routine("app", "lower", Volatility::is_volatile),
                      routine("public", "uuid_generate_v4", Volatility::is_volatile),
                      routine("pg_catalog", "added_by_extension", Volatility::is_volatile)};
  source.functions[12].effects = Effects::none;
  source.functions[13].effects = Effects::unknown;
  source.operators = shop_operators();
  source.types = {type("pg_catalog", "int4", 'b', true),       type("pg_catalog", "timestamptz", 'b', false),
                  type("pg_catalog", "regclass", 'b', false),  type("pg_catalog", "timetz", 'b', false),
                  type("pg_catalog", "pg_class", 'c', false),  type("pg_catalog", "_text", 'b', false),
                  type("pg_catalog", "_regclass", 'b', false), type("public", "mood", 'e', true),
                  type("public", "email", 'd', false),         type("public", "pair", 'c', false),
                  type("public", "citext", 'b', true),         type("public", "odd", 'b', false),
                  type("public", "checked", 'd', false),       type("pg_catalog", "time", 'b', false)};
  source.types[12].volatile_input = true;
  source.server_version = 150004;
  return source;
}

}  // namespace tapri::catalog::test
