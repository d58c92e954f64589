#include "dbclient/pg/queries.h"

namespace tapri::dbclient::pg {

// A column that is unique by another equality than its own is no key: the row that is in the way of an INSERT ... ON
// CONFLICT may have another value in it.
const char* const kColumnsQuery = R"sql(
WITH odd AS (
  SELECT i.indrelid AS relation, i.indkey[n.n - 1] AS number
    FROM pg_catalog.pg_index i
   CROSS JOIN pg_catalog.generate_series(1, i.indnkeyatts) AS n(n)
    JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[n.n - 1]
    LEFT JOIN pg_catalog.pg_collation c ON c.oid = i.indcollation[n.n - 1]
   WHERE i.indexrelid >= 16384 AND i.indisunique AND (o.oid >= 16384 OR NOT c.collisdeterministic)
)
SELECT a.attrelid, a.attname,
       CASE WHEN (a.attrelid, a.attnum) IN (SELECT relation, number FROM odd) THEN 'o'
            WHEN a.atttypid IN ('pg_catalog.int2'::pg_catalog.regtype, 'pg_catalog.int4'::pg_catalog.regtype,
                                'pg_catalog.int8'::pg_catalog.regtype) THEN 'i'
            WHEN a.atttypid = 'pg_catalog.uuid'::pg_catalog.regtype THEN 'u'
            WHEN a.atttypid IN ('pg_catalog.text'::pg_catalog.regtype, 'pg_catalog.varchar'::pg_catalog.regtype)
             AND k.collisdeterministic THEN 't'
            ELSE 'o' END,
       CASE WHEN a.atttypid = 'pg_catalog.varchar'::pg_catalog.regtype AND a.atttypmod >= 4
            THEN a.atttypmod - 4 ELSE 0 END,
       a.attgenerated <> ''
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  LEFT JOIN pg_catalog.pg_collation k ON k.oid = a.attcollation
 WHERE a.attrelid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r','p','v','m','f')
 ORDER BY a.attrelid, a.attnum)sql";

// An index whose equality is not that of the type says nothing of what `=` finds: only the server's own default
// operator classes count, and an index under another collation than the column's only where both compare byte by byte.
const char* const kUniqueKeysQuery = R"sql(
WITH parts AS (
  SELECT i.indexrelid, i.indrelid, i.indisprimary, k.n, a.attname,
         o.opcdefault AND o.oid < 16384
         AND (i.indcollation[k.n - 1] = a.attcollation OR (ic.collisdeterministic AND ac.collisdeterministic)) AS plain
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class c ON c.oid = i.indrelid AND c.relkind IN ('r','p','m')
   CROSS JOIN pg_catalog.generate_series(1, i.indnkeyatts) AS k(n)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k.n - 1]
    JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[k.n - 1]
    LEFT JOIN pg_catalog.pg_collation ic ON ic.oid = i.indcollation[k.n - 1]
    LEFT JOIN pg_catalog.pg_collation ac ON ac.oid = a.attcollation
   WHERE i.indexrelid >= 16384 AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
)
SELECT p.indexrelid, p.indrelid, p.indisprimary, p.attname FROM parts p
 WHERE p.indexrelid NOT IN (SELECT indexrelid FROM parts WHERE plain IS NOT TRUE)
 ORDER BY p.indexrelid, p.n)sql";

const char* const kIndexedColumnsQuery = R"sql(
SELECT i.indrelid, a.attname
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid = i.indrelid AND c.relkind IN ('r','p','m')
  JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
 WHERE i.indexrelid >= 16384 AND i.indisvalid
UNION
SELECT k.conrelid, a.attname
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
 WHERE k.contype = 'f'
 ORDER BY 1, 2)sql";

// The copies that partitions have of a foreign key of the table above them say nothing new: both ends stand for their
// families, in which columns have the same names.
const char* const kForeignKeysQuery = R"sql(
SELECT k.oid, k.confrelid, k.conrelid, k.confdeltype, k.confupdtype, p.attname, c.attname
  FROM pg_catalog.pg_constraint k
 CROSS JOIN LATERAL unnest(k.confkey, k.conkey) WITH ORDINALITY AS pair(parent, child, n)
  JOIN pg_catalog.pg_attribute p ON p.attrelid = k.confrelid AND p.attnum = pair.parent
  JOIN pg_catalog.pg_attribute c ON c.attrelid = k.conrelid AND c.attnum = pair.child
 WHERE k.contype = 'f' AND k.conparentid = 0
 ORDER BY k.oid, pair.n)sql";

// Of all types that keys are made of, and of those that stand for any type.
const char* const kOwnEqualityQuery = R"sql(
SELECT EXISTS (
  SELECT 1 FROM pg_catalog.pg_operator o
    JOIN pg_catalog.pg_type t ON t.oid IN (o.oprleft, o.oprright)
   WHERE o.oid >= 16384 AND o.oprname = '='
     AND (t.typtype = 'p' OR t.oid IN (
           'pg_catalog.int2'::pg_catalog.regtype, 'pg_catalog.int4'::pg_catalog.regtype,
           'pg_catalog.int8'::pg_catalog.regtype, 'pg_catalog.text'::pg_catalog.regtype,
           'pg_catalog.varchar'::pg_catalog.regtype, 'pg_catalog.uuid'::pg_catalog.regtype))))sql";

const char* const kViewsQuery = R"sql(
SELECT oid, pg_catalog.pg_get_viewdef(oid) FROM pg_catalog.pg_class
 WHERE oid >= 16384 AND relkind = 'v' AND relpersistence <> 't')sql";

}  // namespace tapri::dbclient::pg
