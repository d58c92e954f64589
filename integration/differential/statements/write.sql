# Writes between reads of what they write: the second read must see them.
SELECT stock FROM products WHERE id = 1
UPDATE products SET stock = stock + 1 WHERE id = 1
SELECT stock FROM products WHERE id = 1

SELECT count(*) FROM written
INSERT INTO written VALUES (1, 'one')
SELECT count(*) FROM written
INSERT INTO written (id, v) VALUES (2, 'two'), (3, 'three') RETURNING *
SELECT count(*) FROM written
INSERT INTO written VALUES (1, 'again')
SELECT * FROM written ORDER BY id
INSERT INTO written VALUES (1, 'upsert') ON CONFLICT (id) DO UPDATE SET v = excluded.v, n = written.n + 1 RETURNING n
SELECT * FROM written ORDER BY id
INSERT INTO written VALUES (1, 'ignored') ON CONFLICT DO NOTHING
SELECT v FROM written WHERE id = 1
DELETE FROM written WHERE id = 2
SELECT count(*) FROM written
DELETE FROM written RETURNING id
SELECT count(*) FROM written

SELECT v FROM written WHERE id = 10
WITH w AS (INSERT INTO written VALUES (10, 'cte') RETURNING id) SELECT * FROM w
SELECT v FROM written WHERE id = 10
WITH w AS (UPDATE written SET v = 'cte update' WHERE id = 10 RETURNING v) SELECT v FROM w
SELECT v FROM written WHERE id = 10
WITH w AS (DELETE FROM written WHERE id = 10 RETURNING id) SELECT count(*) FROM w
SELECT v FROM written WHERE id = 10
WITH x AS (SELECT 1 AS a) INSERT INTO written SELECT a + 10, 'with' FROM x
SELECT v FROM written WHERE id = 11
WITH a AS (INSERT INTO written VALUES (12, 'a') RETURNING *), b AS (DELETE FROM written WHERE id = 11) SELECT * FROM a
SELECT id FROM written ORDER BY id
DELETE FROM written

SELECT count(*) FROM written
INSERT INTO written SELECT n, 'n' || n FROM generate_series(1, 100) n
SELECT count(*), sum(n) FROM written
MERGE INTO written w USING (VALUES (1, 'merged'), (500, 'new')) s(id, v) ON w.id = s.id
  WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, s.v)
SELECT id, v FROM written WHERE id IN (1, 500) ORDER BY id
UPDATE written SET n = p.stock FROM products p WHERE p.id = written.id
SELECT sum(n) FROM written
DELETE FROM written USING products p WHERE p.id = written.id AND p.stock = 3
SELECT count(*) FROM written
TRUNCATE written
SELECT count(*) FROM written
TRUNCATE written RESTART IDENTITY CASCADE
SELECT count(*) FROM written

SELECT balance FROM accounts WHERE id = 1
SELECT withdraw(1, 10)
SELECT balance FROM accounts WHERE id = 1
SELECT withdraw(1, 100000)
SELECT balance FROM accounts WHERE id = 1
SELECT count(*) FROM accounts
SELECT add_account(900, 'nine hundred')
SELECT count(*) FROM accounts
DELETE FROM accounts WHERE id = 900
SELECT count(*) FROM accounts

SELECT stock FROM products WHERE id = 5
CALL restock(5, 3)
SELECT stock FROM products WHERE id = 5
SELECT set_stock(5, 77)
SELECT stock FROM products WHERE id = 5
DO $$ BEGIN UPDATE products SET stock = 78 WHERE id = 5; END $$
SELECT stock FROM products WHERE id = 5
SELECT 1 FROM set_stock(5, 79)
SELECT stock FROM products WHERE id = 5
PREPARE up (int) AS UPDATE products SET stock = $1 WHERE id = 5
EXECUTE up (80)
SELECT stock FROM products WHERE id = 5
EXECUTE up (81)
SELECT stock FROM products WHERE id = 5
DEALLOCATE up
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) UPDATE products SET stock = 82 WHERE id = 5
SELECT stock FROM products WHERE id = 5

SELECT v FROM audited ORDER BY id
SELECT count(*), max(new_v) FROM audit
UPDATE audited SET v = v + 1 WHERE id = 1
SELECT v FROM audited ORDER BY id
SELECT count(*), max(new_v) FROM audit
INSERT INTO audited VALUES (3, 30)
SELECT count(*), max(new_v) FROM audit
DELETE FROM audited WHERE id = 3
SELECT count(*), max(old_v) FROM audit

SELECT count(*) FROM reviews WHERE product_id = 42
SELECT count(*) FROM reviews
DELETE FROM products WHERE id = 42
SELECT count(*) FROM reviews WHERE product_id = 42
SELECT count(*) FROM reviews
UPDATE products SET id = 1042 WHERE id = 43
SELECT count(*) FROM reviews WHERE product_id = 1042
UPDATE products SET id = 43 WHERE id = 1042
SELECT count(*) FROM reviews WHERE product_id = 43

SELECT id, v FROM ruled ORDER BY id
INSERT INTO ruled VALUES (101, 0)
SELECT id, v FROM ruled ORDER BY id
INSERT INTO ruled VALUES (3, 3)
SELECT id, v FROM ruled ORDER BY id, v

SELECT count(*) FROM events
SELECT count(*) FROM events_2026
INSERT INTO events VALUES (1000, '2026-03-03', 'through the parent')
SELECT count(*) FROM events
SELECT count(*) FROM events_2026
INSERT INTO events_2026 VALUES (1001, '2026-03-04', 'straight')
SELECT count(*) FROM events
DELETE FROM events WHERE id >= 1000
SELECT count(*) FROM events_2026
UPDATE events SET at = at + 365 WHERE id = 1
SELECT count(*) FROM events_2025
UPDATE events SET at = at - 365 WHERE id = 1
SELECT count(*) FROM events_2025
INSERT INTO events VALUES (1, '1999-01-01', 'no partition')

SELECT count(*) FROM parents
INSERT INTO children VALUES (3, 'c', 'x')
SELECT count(*) FROM parents
UPDATE parents SET name = upper(name)
SELECT name FROM children ORDER BY id, name
DELETE FROM ONLY children WHERE id = 3
SELECT count(*) FROM parents

SELECT count(*) FROM cheap
SELECT price FROM products WHERE id = 3
UPDATE cheap SET price = 4.00 WHERE id = 3
SELECT price FROM products WHERE id = 3
SELECT price FROM cheap WHERE id = 3
INSERT INTO cheap VALUES (700, 'through a view', 1)
SELECT count(*) FROM cheap
DELETE FROM cheap WHERE id = 700
SELECT count(*) FROM cheap

SELECT * FROM per_stars ORDER BY stars
INSERT INTO reviews (id, product_id, stars) VALUES (7000, 1, 5)
SELECT * FROM per_stars ORDER BY stars
REFRESH MATERIALIZED VIEW per_stars
SELECT * FROM per_stars ORDER BY stars
DELETE FROM reviews WHERE id = 7000
REFRESH MATERIALIZED VIEW per_stars

SELECT name FROM products WHERE id = $1
@ 60
UPDATE products SET name = $2 WHERE id = $1
@ 60
@ changed
SELECT name FROM products WHERE id = $1
@ 60
UPDATE products SET name = $2 WHERE id = $1 RETURNING id, name
@ 60
@ product 60
SELECT name FROM products WHERE id = $1
@ 60

SELECT * FROM written ORDER BY id
INSERT INTO written DEFAULT VALUES
INSERT INTO written (id) VALUES (DEFAULT)
INSERT INTO written (id, nothing) VALUES (1, 2)
INSERT INTO nothing VALUES (1)
UPDATE written SET id = 'x'
SELECT * FROM written ORDER BY id
SELECT id INTO made_by_select FROM accounts WHERE id < 3
SELECT * FROM made_by_select ORDER BY id
DROP TABLE made_by_select
CREATE TABLE made_as AS SELECT id, owner FROM accounts WHERE id < 3
SELECT * FROM made_as ORDER BY id
DROP TABLE made_as

SELECT stock FROM products WHERE id = 90
b> SELECT stock FROM products WHERE id = 90
b> UPDATE products SET stock = stock + 1 WHERE id = 90
SELECT stock FROM products WHERE id = 90
UPDATE products SET stock = stock + 1 WHERE id = 90
b> SELECT stock FROM products WHERE id = 90

SELECT balance FROM accounts WHERE id = 2
b> BEGIN
b> UPDATE accounts SET balance = balance + 1 WHERE id = 2
SELECT balance FROM accounts WHERE id = 2
b> SELECT balance FROM accounts WHERE id = 2
b> COMMIT
SELECT balance FROM accounts WHERE id = 2
b> BEGIN
b> UPDATE accounts SET balance = 0 WHERE id = 2
b> SELECT balance FROM accounts WHERE id = 2
SELECT balance FROM accounts WHERE id = 2
b> ROLLBACK
SELECT balance FROM accounts WHERE id = 2
b> SELECT balance FROM accounts WHERE id = 2
