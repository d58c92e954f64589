#include <array>

#include "dbclient/pg/queries.h"

namespace tapri::dbclient::pg {
namespace {

// A catalog whose rows make part of the fingerprint. It is asked for every few seconds, of schemas with hundreds of
// thousands of columns: each row costs the server as little as can be. Rows that belong to temporary relations are
// counted like all, and taken away again by way of an index: there are few, and to look each row's relation up in a
// list takes twice the time.
struct Part {
  const char* id;
  const char* table;
  const char* where;
  const char* relation;  // the column that names the relation a row belongs to; null: none
  const char* number;    // of the row within `id`, less than 2,048; null: none
};

constexpr std::array<Part, 18> kParts = {{
    {"oid", "pg_proc", "oid >= 16384", nullptr, nullptr},
    {"oid", "pg_trigger", "NOT tgisinternal", "tgrelid", nullptr},
    {"inhrelid", "pg_inherits", "true", "inhrelid", nullptr},
    {"oid", "pg_constraint", "oid >= 16384 AND contype IN ('c','f')", "conrelid", nullptr},
    {"oid", "pg_rewrite", "oid >= 16384", "ev_class", nullptr},
    {"oid", "pg_policy", "true", "polrelid", nullptr},
    {"oid", "pg_attrdef", "true", "adrelid", nullptr},
    {"oid", "pg_type", "oid >= 16384 AND typtype <> 'c' AND typelem = 0", nullptr, nullptr},
    {"oid", "pg_operator", "oid >= 16384", nullptr, nullptr},
    {"oid", "pg_cast", "oid >= 16384", nullptr, nullptr},
    {"oid", "pg_namespace", "nspname !~ '^pg_(toast_)?temp_'", nullptr, nullptr},
    {"oid", "pg_ts_config", "oid >= 16384", nullptr, nullptr},
    {"oid", "pg_ts_dict", "oid >= 16384", nullptr, nullptr},
    {"oid", "pg_extension", "true", nullptr, nullptr},
    {"roleid", "pg_auth_members", "true", nullptr, nullptr},
    {"oid", "pg_event_trigger", "true", nullptr, nullptr},
    {"indexrelid", "pg_index", "indexrelid >= 16384", "indrelid", nullptr},
    // Renaming a column, or giving it another type of the same representation, changes nothing else.
    {"attrelid", "pg_attribute", "attrelid >= 16384 AND attnum > 0", "attrelid", "attnum"},
}};

// Of one row version. Kinds are less than 32. Where there are many rows the transaction that made one is told by its
// distance to a fixed one, modulo 2^32, which is the same whenever it is asked: a number, where a text would have to be
// made and read for each row. That is not so of rows that initdb made.
std::string hash(std::size_t kind, const std::string& id, const char* number) {
  const std::string within = "pg_catalog.hashint8extended(" + id + "::bigint * 65536 + " + std::to_string(kind);
  if (number == nullptr) return within + ", xmin::text::bigint)";
  return within + " + " + number + " * 32, (pg_catalog.age(xmin)::bigint - (SELECT age FROM origin)) & 4294967295)";
}

std::string of_all(const Part& part, std::size_t kind) {
  return "  UNION ALL SELECT pg_catalog.count(*), pg_catalog.sum(" + hash(kind, part.id, part.number) +
         ") FROM pg_catalog." + part.table + " WHERE " + part.where + "\n";
}

// OFFSET keeps the planner from reading the whole table for the few.
std::string of_temporary(const Part& part, std::size_t kind) {
  return "  UNION ALL SELECT -pg_catalog.count(*), -pg_catalog.sum(row.hash) FROM temporary t, LATERAL (SELECT " +
         hash(kind, part.id, part.number) + " AS hash FROM pg_catalog." + part.table + " WHERE " + part.relation +
         " = t.oid AND " + part.where + " OFFSET 0) row\n";
}

// One pass over pg_class serves both its rows and the list of temporary relations.
std::string build() {
  const std::string kept =
      "(WHERE oid >= 16384 AND relkind IN ('r','p','v','m','f','S','c') AND (relpersistence <> 't' OR relkind = 'v'))";
  std::string query =
      "WITH origin(age) AS MATERIALIZED (SELECT pg_catalog.age('3'::pg_catalog.xid)\n), classes(n, s, temporary) AS "
      "MATERIALIZED (\n  SELECT pg_catalog.count(*) FILTER " +
      kept + ", pg_catalog.sum(" + hash(0, "oid", nullptr) + ") FILTER " + kept +
      ", pg_catalog.array_agg(oid) FILTER (WHERE relpersistence = 't') FROM pg_catalog.pg_class\n"
      "), temporary(oid) AS MATERIALIZED (\n  SELECT pg_catalog.unnest(temporary) FROM classes\n"
      "), sums(n, s) AS (\n  SELECT n, s FROM classes\n";
  for (std::size_t i = 0; i < kParts.size(); ++i) {
    query += of_all(kParts[i], i + 1);
    if (kParts[i].relation != nullptr) query += of_temporary(kParts[i], i + 1);
  }
  return query + R"sql()
SELECT pg_catalog.pg_conf_load_time()::text,
       pg_catalog.concat_ws(':', pg_catalog.current_setting('server_version_num'),
         (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()),
         pg_catalog.sum(n), pg_catalog.sum(s),
         (SELECT pg_catalog.sum(pg_catalog.hashtextextended(r::text, 0)) FROM pg_catalog.pg_roles r))
  FROM sums)sql";
}

}  // namespace

const std::string& fingerprint_query() {
  static const std::string query = build();
  return query;
}

}  // namespace tapri::dbclient::pg
