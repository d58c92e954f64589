# Errors: same SQLSTATE, same text, same position, and the session goes on.
SELEC 1
SELECT FROM WHERE
SELECT * FROM nothing
SELECT nothing FROM products
SELECT nothing.id FROM products
SELECT id FROM products p WHERE products.id = 1
SELECT 1/0
SELECT 1/0 FROM products
SELECT 100 / (id - 5) FROM accounts ORDER BY id
SELECT 'x'::int
SELECT '2026-13-01'::date
SELECT '300'::smallint * 1000::smallint
SELECT 99999::smallint
SELECT 'abc'::uuid
SELECT '{bad json'::json
SELECT '{1,2'::int[]
SELECT 'angry'::mood
SELECT 0::positive
SELECT -1::positive
SELECT nofunction(1)
SELECT twice('a', 'b')
SELECT length(1)
SELECT 1 + 'x'
SELECT 1 = true
SELECT id FROM products GROUP BY stock
SELECT count(count(*)) FROM products
SELECT count(*) FROM products WHERE count(*) > 1
SELECT id, id FROM products ORDER BY 3
SELECT (SELECT id FROM products)
SELECT (SELECT id, name FROM products WHERE id = 1)
SELECT * FROM products WHERE (id, name) = (1)
SELECT 1 UNION SELECT 'a'
SELECT 1 UNION SELECT 1, 2
SELECT a.id FROM products a, products a
SELECT id FROM products, reviews
SELECT sqrt(-1)
SELECT ln(0)
SELECT 2147483647 + 1
SELECT 9223372036854775807 + 1
SELECT repeat('x', -1), substring('abc' FROM 2 FOR -1)
SELECT to_date('x', 'YYYY')
SELECT 'a' LIKE 'b' ESCAPE 'xx'
SELECT 'a' ~ '('
SELECT chr(0)
SELECT E'\xff'
SELECT "unterminated
SELECT 'unterminated
SELECT $$unterminated
SELECT 1 FROM (SELECT 1)
SELECT * FROM generate_series(1, 2) AS g(a, b)
SELECT array[1, 'a']
SELECT (ARRAY[1,2])[1][1]::text || 1/0
SELECT nextval('no_sequence')
SELECT currval('no_sequence')
SELECT setval('counter', 0)
INSERT INTO products VALUES (1, 'duplicate')
INSERT INTO products (id) VALUES (5000)
INSERT INTO products VALUES (5000, NULL)
INSERT INTO products VALUES (5000, 'x', 999999999999)
INSERT INTO products VALUES (1, 2, 3, 4, 5, 6, 7, 8)
INSERT INTO products (id, name) VALUES (5000)
INSERT INTO reviews (product_id, stars) VALUES (99999, 3)
INSERT INTO reviews (product_id, stars) VALUES (1, 6)
UPDATE accounts SET balance = -1 WHERE id = 1
UPDATE accounts SET id = 2 WHERE id = 1
UPDATE accounts SET owner = 'owner 2' WHERE id = 1
DELETE FROM nothing
TRUNCATE products
DROP TABLE products
DROP TABLE nothing
DROP TABLE IF EXISTS nothing
CREATE TABLE products (id int)
CREATE TABLE IF NOT EXISTS products (id int)
ALTER TABLE products ADD COLUMN name text
ALTER TABLE nothing ADD COLUMN x int
CREATE INDEX ON products (nothing)
CREATE VIEW broken AS SELECT nothing FROM products
COPY nothing TO STDOUT
COPY products FROM '/no/such/file'
EXECUTE nothing
DEALLOCATE nothing
PREPARE bad AS SELECT nothing
CLOSE nothing
FETCH 1 FROM nothing
SET nothing = 1
SET datestyle = 'nothing'
SET timezone = 'Nowhere/Nothing'
SET search_path = nowhere
SHOW nothing
RESET search_path
GRANT nothing TO public
SET ROLE nobody_there
LISTEN
NOTIFY channel, 1
VACUUM nothing
BEGIN; VACUUM
ROLLBACK
CREATE DATABASE postgres
DO $$ BEGIN RAISE EXCEPTION 'mine' USING ERRCODE = 'TP001', DETAIL = 'the detail', HINT = 'the hint', TABLE = 'products', COLUMN = 'id'; END $$
DO $$ BEGIN RAISE NOTICE 'a notice'; RAISE WARNING 'a warning' USING HINT = 'x'; RAISE INFO 'info'; PERFORM 1/0; END $$
DO $$ BEGIN BEGIN PERFORM 1/0; EXCEPTION WHEN division_by_zero THEN RAISE NOTICE 'caught %', SQLERRM; END; END $$
SELECT say('hello'), id FROM accounts WHERE id < 3
SELECT say(owner) FROM accounts WHERE id < 3 ORDER BY id
CALL nothing()
SELECT pg_sleep(0), pg_terminate_backend(0)
MERGE INTO written w USING accounts a ON true WHEN MATCHED THEN DELETE WHEN MATCHED THEN DELETE
SELECT * FROM products FOR UPDATE OF nothing
SELECT count(*) FROM products FOR UPDATE
WITH RECURSIVE t AS (SELECT 1 UNION ALL SELECT 1 FROM t, t) SELECT * FROM t
SELECT JSON_TABLE('[1]', '$[*]' COLUMNS (x int))
SELECT 0x1F
SELECT 1_000

SELECT id FROM accounts WHERE id = $1
@ x

SELECT id FROM accounts WHERE id = $1 AND owner = $2
@ 1

INSERT INTO accounts VALUES ($1, $2, $3)
@ 1
@ dup
@ 5

SELECT id, 10 / (id - 3) AS q FROM accounts WHERE id < $1 ORDER BY id
@ 6
SELECT count(*) FROM accounts
