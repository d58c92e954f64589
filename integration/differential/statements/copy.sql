# COPY both ways, large objects, LISTEN and NOTIFY, prepared statements in SQL.
COPY accounts TO STDOUT
COPY (SELECT id, owner FROM accounts WHERE id < 4 ORDER BY id) TO STDOUT WITH (FORMAT csv, HEADER)
COPY accounts (id, balance) TO STDOUT WITH (FORMAT binary)
COPY (SELECT NULL, '', E'tab\t', E'\\') TO STDOUT
COPY (SELECT 1/0) TO STDOUT
COPY (UPDATE accounts SET balance = balance WHERE id = 1 RETURNING id) TO STDOUT

SELECT count(*) FROM written
COPY written FROM STDIN
| 1	one	1
| 2	two	2
| 3	\N	3
SELECT * FROM written ORDER BY id
COPY written (id, v) FROM STDIN WITH (FORMAT csv)
| 4,"quoted, text"
| 5,
SELECT * FROM written ORDER BY id
COPY written FROM STDIN
| 6	six	6
| 1	duplicate	1
SELECT count(*) FROM written
COPY written FROM STDIN
| bad line
SELECT count(*) FROM written
COPY written FROM STDIN
| 7	seven	7
! changed my mind
SELECT count(*) FROM written
BEGIN
COPY written FROM STDIN
| 8	eight	8
SELECT count(*) FROM written
ROLLBACK
SELECT count(*) FROM written
COPY written FROM STDIN WITH (FREEZE)
| 9	nine	9
DELETE FROM written
SELECT count(*) FROM written

SELECT lo_create(424242)
SELECT lo_put(424242, 0, '\x0102')
SELECT lo_get(424242)
BEGIN
SELECT lo_open(424242, 262144)
SELECT loread(0, 10)
SELECT lo_close(0)
COMMIT
SELECT lo_unlink(424242)
SELECT lo_get(424242)

LISTEN here
NOTIFY here
NOTIFY here, 'with a payload'
SELECT pg_notify('here', 'from a function')
SELECT * FROM pg_listening_channels()
BEGIN
NOTIFY here, 'in a transaction'
SELECT count(*) FROM accounts
COMMIT
UNLISTEN here
NOTIFY here
LISTEN there
UNLISTEN *
DISCARD ALL

PREPARE p1 AS SELECT owner FROM accounts WHERE id = 1
EXECUTE p1
EXECUTE p1
PREPARE p1 AS SELECT 1
PREPARE p2 (int, text) AS SELECT $1 + 1, $2
EXECUTE p2 (1, 'x')
EXECUTE p2 (1)
EXECUTE p2 ('x', 'y')
SELECT name, statement FROM pg_prepared_statements WHERE from_sql ORDER BY name
DEALLOCATE p1
EXECUTE p1
DEALLOCATE ALL
EXECUTE p2 (1, 'x')
PREPARE ins AS INSERT INTO written VALUES ($1, $2)
SELECT count(*) FROM written
EXECUTE ins (20, 'executed')
SELECT count(*) FROM written
EXPLAIN (COSTS OFF) EXECUTE ins (21, 'x')
SELECT count(*) FROM written
DELETE FROM written
DEALLOCATE PREPARE ALL
CREATE TABLE from_execute AS SELECT 1 AS x
DROP TABLE from_execute

SELECT id, repeat('x', 1000) FROM products ORDER BY id
SELECT repeat('y', 1000000)
SELECT n, md5(n::text) FROM generate_series(1, 20000) n
SELECT p.id, r.id FROM products p, reviews r WHERE p.id < 30 ORDER BY 1, 2
SELECT array_agg(n) FROM generate_series(1, 10000) n
SELECT string_agg(name, ' ') FROM products
