#include "dbclient/pg/queries.h"

namespace tapri::dbclient::pg {

// Relations of pg_catalog are there for their names: an unqualified pg_class is found before a table of that name.
const char* const kRelationsQuery = R"sql(
SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence = 't', c.relrowsecurity
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r','p','v','m','f','S') AND n.nspname !~ '^pg_toast')sql";

const char* const kInheritanceQuery = R"sql(
SELECT i.inhparent, i.inhrelid
  FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relkind IN ('r','p','f'))sql";

const char* const kOperatorsQuery = R"sql(
SELECT n.nspname, o.oprname, pg_catalog.max(p.provolatile::text),
       pg_catalog.bool_or(p.provolatile = 'v' AND o.oid >= 16384), pg_catalog.bool_and(p.provolatile <> 'v'), false
  FROM pg_catalog.pg_operator o
  JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode
  JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
 GROUP BY n.nspname, o.oprname)sql";

// One WITH INOUT runs the output function of one type and the input function of the other. Of the server's own types
// only those count that read the clock or a catalog from a text; what an enum reads only DDL changes.
const char* const kCastsQuery = R"sql(
SELECT EXISTS (
  SELECT 1 FROM pg_catalog.pg_cast c JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc
   WHERE c.oid >= 16384 AND p.provolatile <> 'i')
    OR EXISTS (
  SELECT 1 FROM pg_catalog.pg_cast c
    JOIN pg_catalog.pg_type s ON s.oid = c.castsource JOIN pg_catalog.pg_proc o ON o.oid = s.typoutput
    JOIN pg_catalog.pg_type t ON t.oid = c.casttarget JOIN pg_catalog.pg_proc i ON i.oid = t.typinput
   WHERE c.oid >= 16384 AND c.castmethod = 'i'
     AND ((s.oid >= 16384 AND s.typtype <> 'e' AND o.provolatile <> 'i')
       OR (t.oid >= 16384 AND t.typtype <> 'e' AND i.provolatile <> 'i')
       OR (t.oid < 16384 AND t.typname ~ '^_?(date|time|ts(tz)?(multi)?range|reg|aclitem|refcursor|record)')))
)sql";

const char* const kEventTriggersQuery =
    "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_event_trigger WHERE evtenabled <> 'D')";

}  // namespace tapri::dbclient::pg
