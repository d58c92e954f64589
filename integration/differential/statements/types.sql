# Every type as a column, a literal and a parameter.
SELECT * FROM kinds
SELECT i2, i4, i8 FROM kinds ORDER BY i4
SELECT f4, f8, n FROM kinds ORDER BY i4
SELECT t, v, c, length(c), octet_length(t) FROM kinds ORDER BY i4
SELECT b, length(b), encode(b, 'hex') FROM kinds ORDER BY i4
SELECT d, tm, ts, iv FROM kinds ORDER BY i4
SELECT tz FROM kinds ORDER BY i4
SELECT bo, u FROM kinds ORDER BY i4
SELECT j, jb, jb -> 'b', jb -> 'b' ->> 0 FROM kinds ORDER BY i4
SELECT a, a[1], array_length(a, 1), unnest(a) FROM kinds ORDER BY i4
SELECT m, m > 'sad', m::text FROM kinds ORDER BY m
SELECT ip, host(ip), masklen(ip) FROM kinds ORDER BY ip
SELECT r, lower(r), isempty(r) FROM kinds ORDER BY r
SELECT p, (p).x, (p).y FROM kinds ORDER BY i4

SELECT 1, 1::smallint, 1::bigint, 1.0, 1e10, '1', NULL, true
SELECT 9223372036854775807, -9223372036854775808, 99999999999999999999999999
SELECT 1.0000::numeric(10,4), 'NaN'::numeric, 1e-20::numeric, 12345678901234567890.123456789
SELECT 'Infinity'::float8, '-0'::float8, 1e308::float8, 3.4e38::real, 0.1::float4, 0.1::float8, 1/3.0
SELECT 'it''s', E'tab\tnewline\n', U&'\0441\043B\043E\043D', $$dollar 'quoted'$$, $tag$with $$ inside$tag$
SELECT '\x'::bytea, '\xdeadbeef'::bytea, E'\\000\\001'::bytea, 'plain'::bytea
SELECT DATE '2026-02-28' + 1, TIME '23:59:59.999999', TIMESTAMP '2026-01-01 00:00:00', INTERVAL '1 year 2 months'
SELECT TIMESTAMPTZ '2026-07-01 12:00:00 Europe/Berlin', TIMESTAMPTZ 'epoch'
SELECT '{1,2,3}'::int[], ARRAY[1,2,3], ARRAY[[1,2],[3,4]], '{}'::text[], ARRAY['a b', 'c"d', NULL, 'NULL']
SELECT '{"a": {"b": [1, null, "x"]}}'::jsonb #> '{a,b}', '[1,2]'::json -> 0, jsonb_pretty('{"a":1}')
SELECT 'happy'::mood, 'ok'::mood < 'happy'::mood, enum_range(NULL::mood)
SELECT ROW(1, 'x', NULL), (1, 2) = (1, 2), (1, NULL) IS NULL, pair '(5,"a,b")'
SELECT 5::positive, 'a'::"char", 'name'::name, 1::oid, 'products'::regclass, 'int4'::regtype
SELECT int4range(1, 10), daterange('2026-01-01', NULL), '[2,4]'::int4range @> 3, int4multirange(int4range(1,2))
SELECT point(1, 2), box '((0,0),(1,1))', circle '<(0,0),1>', line '{1,2,3}', path '[(0,0),(1,1)]', polygon '((0,0),(1,1),(1,0))'
SELECT B'1010', X'ff', B'1' || B'0', '1010'::bit(4), '101'::varbit
SELECT '08:00:2b:01:02:03'::macaddr, '10.1.2.3/24'::cidr, '::ffff:1.2.3.4'::inet
SELECT '12.34'::money, 'fat & rat'::tsquery, to_tsvector('simple', 'a fat cat'), '<a>1</a>'::text
SELECT txid_current_snapshot() IS NOT NULL, pg_lsn '16/B374D848', '1 2'::int2vector, '3 4'::oidvector
SELECT 'a'::char(5) = 'a    ', 'a'::varchar = 'a ', 'abc'::varchar(2), 'abcdef'::char(3)
SELECT NULL::int, NULL::text, NULL::jsonb, NULL::int[], NULL::pair
SELECT pg_typeof(1), pg_typeof(1.0), pg_typeof('x'), pg_typeof(NULL), pg_typeof(ARRAY[1])
SELECT ''::text, ' '::text, repeat('x', 1000), repeat('ü', 500)

SELECT $1::int + 1
@ 41

SELECT $1::text, $2::numeric, $3::bool, $4::date
@ some text
@ 12.50
@ true
@ 2026-11-22

SELECT $1::text IS NULL, coalesce($1::text, 'nothing')
@ \N

SELECT id, name FROM products WHERE id = $1
@ 7

SELECT id, name FROM products WHERE id = $1
@ 8

SELECT id, name FROM products WHERE name = $1 AND price < $2
@ product 9
@ 100

SELECT id FROM products WHERE id = ANY($1) ORDER BY id
@ {1,3,5}

SELECT $1::jsonb ->> 'a', $2::uuid, $3::bytea
@ {"a": "b"}
@ 12345678-1234-1234-1234-123456789012
@ \x00ff

SELECT $1::int
@ not a number

SELECT $2::int
@ 1
@ 2

SELECT id FROM products WHERE stock = $1 ORDER BY id LIMIT $2 OFFSET $3
@ 3
@ 5
@ 2
