#include "dbclient/pg/queries.h"

namespace tapri::dbclient::pg {
namespace {

// What runs a user-defined volatile function is read from pg_depend: every expression that PostgreSQL stores (rules,
// policies, defaults, checks) depends on the functions and operators that it calls. Builtin functions have no entries
// there, and need none. A function depends likewise on what its arguments' defaults call, so calling it without them
// runs that too.
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
), culprits(class, oid) AS (
  SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, oid FROM plain
  UNION ALL
  SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, a.aggfnoid::oid FROM pg_catalog.pg_aggregate a
   WHERE a.aggfnoid >= 16384 AND EXISTS (
     SELECT 1 FROM plain WHERE plain.oid IN (a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn,
                                             a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn))
  UNION ALL
  SELECT 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid FROM pg_catalog.pg_operator o
    JOIN plain ON plain.oid = o.oprcode
  UNION
  SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, d.objid FROM culprits c
    JOIN pg_catalog.pg_depend d ON d.refclassid = c.class AND d.refobjid = c.oid
   WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
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
   WHERE c.reltype <> 0 AND (c.relkind = 'c' OR c.oid >= 16384)
), volatile_types(oid) AS (
  SELECT oid FROM seeds
  UNION
  SELECT h.holder FROM volatile_types v JOIN held h ON h.held = v.oid
)
)sql";

}  // namespace

// Row types of relations and users' array types are left out where they do no harm: they are never safe, and unknown
// says as much.
std::string types_query() {
  return std::string(kTouched) + R"sql(
SELECT t.oid, n.nspname, t.typname, t.typtype, t.typtype = 'e' OR coalesce(p.provolatile = 'i', false),
       v.oid IS NOT NULL
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_catalog.pg_proc p ON p.oid = t.typinput
  LEFT JOIN volatile_types v ON v.oid = t.oid
 WHERE (t.typrelid = 0 AND (t.typcategory <> 'A' OR t.oid < 16384)) OR v.oid IS NOT NULL
    OR EXISTS (SELECT 1 FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))sql";
}

// An aggregate is marked immutable whatever its support functions are: the worst of them counts. Likewise a function
// runs what its arguments' defaults call, whatever it is marked itself: what a default is made of shows in its stored
// tree, whose constants are plain bytes, without braces. Volatile functions of the extensions named above make random
// numbers and nothing else. A volatile function in pg_catalog that initdb did not make is somebody's own.
std::string functions_query() {
  return std::string(kTouched) + R"sql(, trees AS (
  SELECT oid, proargdefaults::text AS tree FROM pg_catalog.pg_proc
   WHERE pronargdefaults > 0 AND proargdefaults::text ~ '\{(?!CONST )'
), calls(oid, called) AS (
  SELECT t.oid, m.called[1]::pg_catalog.oid
    FROM trees t, pg_catalog.regexp_matches(t.tree, ':(?:funcid|opfuncid) (\d+)', 'g') AS m(called)
), changing(oid, volatility) AS (
  SELECT oid, 'v' FROM trees WHERE tree ~ '\{(?!(?:CONST|FUNCEXPR|OPEXPR|RELABELTYPE|ARRAY|ARRAYEXPR) )'
  UNION
  SELECT a.aggfnoid::oid, 'v' FROM pg_catalog.pg_aggregate a
   WHERE a.aggfnoid >= 16384 AND pg_catalog.concat_ws(' ', a.agginitval, a.aggminitval) ~* 'now|today|tomorrow|yesterday'
  UNION
  SELECT c.oid, coalesce(p.provolatile::text, 'v') FROM calls c LEFT JOIN pg_catalog.pg_proc p ON p.oid = c.called
  UNION
  SELECT c.oid, w.volatility FROM changing w JOIN calls c ON c.called = w.oid
), routines AS (
  SELECT p.oid, p.pronamespace, p.proname,
         greatest(p.provolatile::text, (
           SELECT pg_catalog.max(s.provolatile::text) FROM pg_catalog.pg_aggregate a
             JOIN pg_catalog.pg_proc s ON s.oid IN (a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn,
                                                    a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn)
            WHERE p.prokind = 'a' AND a.aggfnoid = p.oid)) AS volatility,
         (SELECT pg_catalog.max(c.volatility) FROM changing c WHERE c.oid = p.oid) AS around,
         h.objid IS NOT NULL AS harmless, u.oid IS NOT NULL AS culprit,
         p.pronargs > 0 AND p.pronargs - p.pronargdefaults <= 1 AND
         (t.typtype = 'c' OR (t.typtype = 'p' AND t.typname NOT IN ('cstring', 'internal'))) AS takes_row
    FROM pg_catalog.pg_proc p
    LEFT JOIN harmless h ON h.objid = p.oid
    LEFT JOIN culprits u ON u.class = 'pg_catalog.pg_proc'::pg_catalog.regclass AND u.oid = p.oid
    LEFT JOIN pg_catalog.pg_type t ON t.oid = p.proargtypes[0]
)
SELECT n.nspname, r.proname, pg_catalog.max(greatest(r.volatility, r.around)),
       pg_catalog.bool_or(r.culprit OR (r.volatility = 'v' AND r.oid >= 16384 AND NOT r.harmless)),
       pg_catalog.bool_and(NOT r.culprit AND (r.volatility <> 'v' OR r.harmless)),
       pg_catalog.bool_or(coalesce(r.takes_row, false))
  FROM routines r JOIN pg_catalog.pg_namespace n ON n.oid = r.pronamespace
 GROUP BY n.nspname, r.proname)sql";
}

// Rules count whatever they call. Triggers are another query's.
std::string effects_query() {
  return std::string(kTouched) + R"sql(, clocks(effect, oid) AS (
  SELECT 't', 'pg_catalog.time'::pg_catalog.regtype::oid
  UNION SELECT 'z', 'pg_catalog.timetz'::pg_catalog.regtype::oid
  UNION SELECT c.effect, h.holder FROM clocks c JOIN held h ON h.held = c.oid
), writes(oid) AS (
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

}  // namespace tapri::dbclient::pg
