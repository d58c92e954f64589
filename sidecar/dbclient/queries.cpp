#include "dbclient/queries.h"

namespace tapri::dbclient {

// 16384 is the first object id that is not given out by initdb (FirstNormalObjectId, access/transam.h).

const char* const kFingerprintQuery = R"sql(
WITH temporary AS (SELECT oid FROM pg_catalog.pg_class WHERE relpersistence = 't'),
items(kind, oid, version) AS (
  SELECT 1, oid, xmin FROM pg_catalog.pg_class
   WHERE oid >= 16384 AND relkind IN ('r','p','v','m','f','S','c') AND (relpersistence <> 't' OR relkind = 'v')
  UNION ALL SELECT 2, oid, xmin FROM pg_catalog.pg_proc WHERE oid >= 16384
  UNION ALL SELECT 3, oid, xmin FROM pg_catalog.pg_trigger
   WHERE NOT tgisinternal AND tgrelid NOT IN (SELECT oid FROM temporary)
  UNION ALL SELECT 4, inhrelid, xmin FROM pg_catalog.pg_inherits WHERE inhrelid NOT IN (SELECT oid FROM temporary)
  UNION ALL SELECT 5, oid, xmin FROM pg_catalog.pg_constraint
   WHERE oid >= 16384 AND contype IN ('c','f') AND conrelid NOT IN (SELECT oid FROM temporary)
  UNION ALL SELECT 6, oid, xmin FROM pg_catalog.pg_rewrite
   WHERE oid >= 16384 AND ev_class NOT IN (SELECT oid FROM temporary)
  UNION ALL SELECT 7, oid, xmin FROM pg_catalog.pg_policy WHERE polrelid NOT IN (SELECT oid FROM temporary)
  UNION ALL SELECT 8, oid, xmin FROM pg_catalog.pg_attrdef WHERE adrelid NOT IN (SELECT oid FROM temporary)
  UNION ALL SELECT 9, oid, xmin FROM pg_catalog.pg_type WHERE oid >= 16384 AND typtype <> 'c' AND typelem = 0
  UNION ALL SELECT 10, oid, xmin FROM pg_catalog.pg_operator WHERE oid >= 16384
  UNION ALL SELECT 11, oid, xmin FROM pg_catalog.pg_cast WHERE oid >= 16384
  UNION ALL SELECT 12, oid, xmin FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_'
  UNION ALL SELECT 13, oid, xmin FROM pg_catalog.pg_ts_config WHERE oid >= 16384
  UNION ALL SELECT 14, oid, xmin FROM pg_catalog.pg_ts_dict WHERE oid >= 16384
  UNION ALL SELECT 15, oid, xmin FROM pg_catalog.pg_extension
  UNION ALL SELECT 16, roleid, xmin FROM pg_catalog.pg_auth_members
  UNION ALL SELECT 17, oid, xmin FROM pg_catalog.pg_event_trigger
  UNION ALL SELECT 18, indexrelid, xmin FROM pg_catalog.pg_index
   WHERE indexrelid >= 16384 AND indrelid NOT IN (SELECT oid FROM temporary)
  UNION ALL SELECT 19 + attnum * 32, attrelid, xmin FROM pg_catalog.pg_attribute
   WHERE attrelid >= 16384 AND attnum > 0 AND attrelid NOT IN (SELECT oid FROM temporary)
)
SELECT pg_catalog.pg_conf_load_time()::text,
       pg_catalog.concat_ws(':', pg_catalog.current_setting('server_version_num'),
         (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()), pg_catalog.count(*),
         pg_catalog.sum(pg_catalog.hashint8extended(oid::bigint * 65536 + kind, version::text::bigint)),
         (SELECT pg_catalog.sum(pg_catalog.hashtextextended(r::text, 0)) FROM pg_catalog.pg_roles r))
  FROM items)sql";

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

}  // namespace tapri::dbclient
