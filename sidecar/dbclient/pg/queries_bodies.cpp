#include "dbclient/pg/queries.h"

namespace tapri::dbclient::pg {

// Names of routines rather than routines: what is asked of a name is what any overload does. An immutable one in
// another language is taken at its word. Of default expressions only the calls matter.
std::string bodies_query(int server_version) {
  // SQL-standard bodies are there from version 14 on.
  const std::string standard = server_version >= 140000 ? "p.prosqlbody IS NOT NULL" : "false";
  return R"sql(
SELECT p.oid, n.nspname, p.proname,
       CASE WHEN p.prokind NOT IN ('f','p') THEN 'o' WHEN )sql" +
         standard + R"sql( THEN 'a' WHEN l.lanname = 'sql' THEN 's' WHEN l.lanname = 'plpgsql' THEN 'p' ELSE 'o' END,
       p.prosrc, p.proretset, p.prorettype = 'pg_catalog.trigger'::pg_catalog.regtype,
       p.proargnames, p.proargmodes::text[],
       (SELECT pg_catalog.substr(c, 13) FROM pg_catalog.unnest(p.proconfig) c WHERE c LIKE 'search\_path=%'),
       pg_catalog.pg_get_expr(p.proargdefaults, 0),
       (SELECT pg_catalog.string_agg('x::' || pg_catalog.format_type(t, NULL), ', ')
          FROM pg_catalog.unnest(p.prorettype || coalesce(p.proallargtypes, p.proargtypes::oid[])) t)
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_catalog.pg_language l ON l.oid = p.prolang
 WHERE p.oid >= 16384 AND (p.provolatile <> 'i' OR l.lanname IN ('sql', 'plpgsql'))
 ORDER BY n.nspname, p.proname, p.oid)sql";
}

std::string standard_bodies_query(int server_version) {
  if (server_version < 140000) return "SELECT NULL::pg_catalog.oid, NULL::pg_catalog.text WHERE false";
  return "SELECT oid, pg_catalog.pg_get_function_sqlbody(oid) FROM pg_catalog.pg_proc WHERE prosqlbody IS NOT NULL";
}

// Bits of tgtype: 1 FOR EACH ROW, 2 BEFORE (catalog/pg_trigger.h). A condition that calls a function other than the
// server's own is taken for one that does anything; a trigger that can be deferred runs under the search path of then.
const char* const kTriggersQuery = R"sql(
SELECT t.tgrelid, n.nspname, p.proname, t.tgtype & 3 = 3, t.tgfoid >= 16384, t.tgdeferrable,
       coalesce(t.tgqual::text ~ ':(?:op)?funcid [1-9]\d{4,}', false)
  FROM pg_catalog.pg_trigger t
  JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
 WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'
 ORDER BY t.tgrelid, t.oid)sql";

}  // namespace tapri::dbclient::pg
