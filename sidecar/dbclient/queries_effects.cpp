#include "dbclient/queries.h"

namespace tapri::dbclient {
namespace {

// What runs a user-defined volatile function is read from pg_depend: every expression that PostgreSQL stores (rules,
// policies, defaults, checks) depends on the functions and operators that it calls. Builtin functions have no entries
// there, and need none.
//
// touched(kind, oid): what depends on a volatile function or operator.
constexpr const char* kTouched = R"sql(
WITH RECURSIVE harmless AS (
  SELECT d.objid FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_extension e ON d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.refobjid = e.oid
    JOIN pg_catalog.pg_proc p ON p.oid = d.objid
    JOIN pg_catalog.pg_language l ON l.oid = p.prolang AND l.lanname IN ('c', 'internal')
   WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.deptype = 'e'
     AND e.extname IN ('uuid-ossp', 'pgcrypto')
), plain AS (
  SELECT oid FROM pg_catalog.pg_proc
   WHERE oid >= 16384 AND provolatile = 'v' AND oid NOT IN (SELECT objid FROM harmless)
), culprits AS (
  SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass AS class, oid FROM plain
  UNION ALL
  SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, a.aggfnoid::oid FROM pg_catalog.pg_aggregate a
   WHERE a.aggfnoid >= 16384 AND EXISTS (
     SELECT 1 FROM plain WHERE plain.oid IN (a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn,
                                             a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn))
  UNION ALL
  SELECT 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid FROM pg_catalog.pg_operator o
    JOIN plain ON plain.oid = o.oprcode
), touched AS (
  SELECT d.classid, d.objid FROM pg_catalog.pg_depend d
    JOIN culprits c ON c.class = d.refclassid AND c.oid = d.refobjid
), seeds AS (
  SELECT objid AS oid FROM touched WHERE classid = 'pg_catalog.pg_type'::pg_catalog.regclass
  UNION
  SELECT k.contypid FROM pg_catalog.pg_constraint k
    JOIN touched t ON t.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND t.objid = k.oid
   WHERE k.contypid <> 0
), held(held, holder) AS (
  SELECT typbasetype, oid FROM pg_catalog.pg_type WHERE typbasetype <> 0
  UNION ALL SELECT typelem, oid FROM pg_catalog.pg_type WHERE typelem <> 0
  UNION ALL SELECT rngsubtype, rngtypid FROM pg_catalog.pg_range
  UNION ALL
  SELECT a.atttypid, c.reltype FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
   WHERE c.relkind = 'c'
), volatile_types(oid) AS (
  SELECT oid FROM seeds
  UNION
  SELECT h.holder FROM volatile_types v JOIN held h ON h.held = v.oid
)
)sql";

}  // namespace

std::string volatile_types_query() { return std::string(kTouched) + "SELECT oid FROM volatile_types"; }

// Triggers and rules count whatever they call, but for functions of the server's own (tsvector_update_trigger).
std::string effects_query() {
  return std::string(kTouched) + R"sql(, clocks(effect, oid) AS (
  SELECT 't', 'pg_catalog.time'::pg_catalog.regtype::oid
  UNION SELECT 'z', 'pg_catalog.timetz'::pg_catalog.regtype::oid
  UNION SELECT c.effect, h.holder FROM clocks c JOIN held h ON h.held = c.oid
), writes(oid) AS (
  SELECT tgrelid FROM pg_catalog.pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D' AND tgfoid >= 16384
  UNION
  SELECT ev_class FROM pg_catalog.pg_rewrite WHERE ev_type <> '1' AND ev_enabled <> 'D' AND oid >= 16384
  UNION
  SELECT k.conrelid FROM pg_catalog.pg_constraint k
    JOIN touched t ON t.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND t.objid = k.oid
  UNION
  SELECT f.adrelid FROM pg_catalog.pg_attrdef f
    JOIN touched t ON t.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND t.objid = f.oid
  UNION
  SELECT a.attrelid FROM pg_catalog.pg_attribute a JOIN volatile_types v ON v.oid = a.atttypid
), policies(oid) AS (
  SELECT p.polrelid FROM pg_catalog.pg_policy p
    JOIN touched t ON t.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND t.objid = p.oid
), reads(oid) AS (
  SELECT oid FROM policies
  UNION
  SELECT r.ev_class FROM pg_catalog.pg_rewrite r
    JOIN touched t ON t.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND t.objid = r.oid
   WHERE r.ev_type = '1'
  UNION
  SELECT r.ev_class FROM reads s
    JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = s.oid
    JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid
   WHERE r.ev_type = '1'
)
SELECT oid, 'w' FROM writes
UNION SELECT oid, 'w' FROM policies
UNION SELECT oid, 'r' FROM reads
UNION SELECT a.attrelid, c.effect FROM pg_catalog.pg_attribute a JOIN clocks c ON c.oid = a.atttypid
 WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid >= 16384)sql";
}

}  // namespace tapri::dbclient
