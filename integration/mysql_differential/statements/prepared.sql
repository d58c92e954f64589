# Statements with parameters, of every type, good and bad.
SELECT ?
@ text
SELECT ?, ?
@ (long) 5
@ \N
SELECT id, name FROM products WHERE id = ?
@ (long) 4
SELECT id, name FROM products WHERE id = ?
@ 4
SELECT id FROM products WHERE id = ?
@ \N
SELECT id FROM products WHERE name = ? OR price > ? ORDER BY id
@ pear
@ (decimal) 2.00
SELECT id FROM products WHERE id IN (?, ?, ?) ORDER BY id
@ (tiny) 1
@ (short) 2
@ (longlong) 3
SELECT id FROM products ORDER BY id LIMIT ? OFFSET ?
@ (longlong) 2
@ (longlong) 3
SELECT id FROM products ORDER BY id LIMIT ?
@ (longlong) -1
SELECT id FROM numbers WHERE ul = ?
@ (unsigned longlong) 18446744073709551615
SELECT id FROM numbers WHERE t = ? OR ut = ? ORDER BY id
@ (tiny) -128
@ (unsigned tiny) 255
SELECT id FROM numbers WHERE f = ? OR dd = ? ORDER BY id
@ (float) 3.25
@ (double) 1.7976931348623157e308
SELECT id FROM moments WHERE d = ? OR dt = ? ORDER BY id
@ (date) 2026-01-02
@ (datetime) 2024-02-29 12:00:00
SELECT id FROM moments WHERE dt6 = ?
@ (datetime) 2026-01-02 03:04:05.678901
SELECT id FROM moments WHERE t = ?
@ (time) 03:04:05
SELECT ? + INTERVAL 1 DAY, DATE(?), YEAR(?)
@ (datetime) 2026-01-02 03:04:05
@ (timestamp) 2026-01-02 03:04:05.5
@ (date) 2026-01-02
SELECT id FROM texts WHERE vb = ? OR v = ? ORDER BY id
@ (blob) a 
@ Straße
SELECT LENGTH(?), SHA2(?, 256)
@ (long data) many bytes that come before
@ (long data) and others
SELECT CONCAT(?, '-', ?, '-', ?)
@ (long) 5
@ (double) 0.5
@ ü
SELECT ? = ?, ? <=> ?, ? IS NULL
@ (long) 1
@ 1
@ \N
@ \N
@ \N
SELECT * FROM (SELECT ? AS a UNION SELECT ?) t ORDER BY a
@ (long) 2
@ (long) 1
SELECT CASE WHEN ? THEN ? ELSE ? END
@ (tiny) 1
@ yes
@ no
SELECT id, ? FROM kinds WHERE name LIKE ? ORDER BY ?
@ (long) 7
@ %e%
@ (long) 1
SELECT JSON_EXTRACT(?, ?)
@ {"a": [1, 2]}
@ $.a[1]
SELECT kind, COUNT(*) FROM products WHERE stock > ? GROUP BY kind HAVING COUNT(*) > ? ORDER BY kind
@ (long) 1
@ (long) 1

INSERT INTO journal (what) VALUES (?)
@ prepared
INSERT INTO journal (what) VALUES (?), (?)
@ \N
@ (blob) bytes
INSERT INTO kinds VALUES (?, ?)
@ (long) 1
@ double
INSERT INTO kinds VALUES (?, ?) ON DUPLICATE KEY UPDATE name = ?
@ (long) 1
@ fruit
@ fruit
INSERT INTO numbers (id, t, ui, ul, d, f, dd) VALUES (?, ?, ?, ?, ?, ?, ?)
@ (long) 800
@ (tiny) -5
@ (unsigned long) 4000000000
@ (unsigned longlong) 9999999999999999999
@ (decimal) 1234.567
@ (float) 1.5
@ (double) 2.25
SELECT * FROM numbers WHERE id = ?
@ (long) 800
INSERT INTO numbers (id, t) VALUES (?, ?)
@ (long) 801
@ (long) 300
INSERT INTO moments (id, d, t6, dt6) VALUES (?, ?, ?, ?)
@ (long) 800
@ (date) 2026-05-06
@ (time) -26:03:04.000005
@ (datetime) 2026-05-06 07:08:09.000010
SELECT d, t6, dt6 FROM moments WHERE id = 800
UPDATE accounts SET balance = balance + ? WHERE id = ?
@ (decimal) 5.50
@ (long) 1
UPDATE accounts SET balance = balance - ? WHERE id = ?
@ (decimal) 5.50
@ (long) 1
DELETE FROM journal WHERE what = ? OR what IS NULL
@ prepared
SELECT what FROM journal
REPLACE INTO journal (id, what) VALUES (?, ?)
@ (long) 5
@ five
DELETE FROM numbers WHERE id >= ?
@ (long) 800
DELETE FROM moments WHERE id >= ?
@ (long) 800
TRUNCATE journal
CALL several(?, ?, ?)
@ (long) 2
@ (long) 5
@ \N
CALL pay(?, ?, ?)
@ (long) 1
@ (long) 3
@ (decimal) 0.00
SET @v = ?
@ (long) 7
DO SLEEP(?)
@ (long) 0

SELECT nothing FROM products WHERE id = ?
@ (long) 1
SELECT ? FROM nothing
@ (long) 1
SELEC ?
@ (long) 1
SELECT 9223372036854775807 + ?
@ (longlong) 1
SELECT * FROM products WHERE id = ? AND
@ (long) 1
SELECT id FROM ? WHERE id = 1
@ products
SELECT (SELECT id FROM products WHERE id < ?)
@ (long) 3
INSERT INTO kinds VALUES (?, ?)
@ (long) 95
@ a name that is much too long
SELECT '?', "?", `id` /* ? */ FROM kinds WHERE id = ? -- ?
@ (long) 1
SHOW TABLES LIKE ?
@ kinds

# A plan that is executed twice with a cursor is the end of MySQL 9.7.
= without cursor
EXPLAIN SELECT id FROM products WHERE id = ?
@ (long) 1
