# What FOUND_ROWS() says after answers from the cache, with something in between.
SELECT id, name FROM products WHERE id < 6 ORDER BY id
SET @between = 1
SELECT FOUND_ROWS()
SELECT id, name FROM products WHERE id < 6 ORDER BY id
SET NAMES utf8mb4
SELECT FOUND_ROWS()
SELECT id, name FROM products WHERE id < 5 ORDER BY id
BEGIN
SELECT FOUND_ROWS()
COMMIT
SELECT id, name FROM products WHERE id < 4 ORDER BY id
SHOW WARNINGS
SELECT FOUND_ROWS()
SELECT id, name FROM products WHERE id < 6 ORDER BY id
SAVEPOINT a
SELECT FOUND_ROWS(), ROW_COUNT()
SELECT id, name FROM products WHERE id < 3 ORDER BY id
USE shop
SELECT FOUND_ROWS() AS found
SELECT id, name FROM products WHERE id < 6 ORDER BY id
SET @found = FOUND_ROWS()
SELECT @found

SELECT id FROM products WHERE id < 7 ORDER BY id
INSERT INTO journal (what) VALUES ('a'), ('b')
SELECT FOUND_ROWS()
SELECT id FROM products WHERE id < 7 ORDER BY id
INSERT INTO journal (what) VALUES ('a'), ('b')
SELECT ROW_COUNT(), FOUND_ROWS(), LAST_INSERT_ID() > 0
SELECT id FROM products WHERE id < 7 ORDER BY id
UPDATE journal SET what = 'c' WHERE what = 'b'
SELECT FOUND_ROWS(), ROW_COUNT()
SELECT id FROM products WHERE id < 7 ORDER BY id
UPDATE journal SET what = (SELECT MAX(name) FROM kinds) WHERE what = 'c'
SELECT FOUND_ROWS(), ROW_COUNT()
SELECT id FROM products WHERE id < 7 ORDER BY id
UPDATE journal SET what = 'd' WHERE id IN (SELECT id FROM kinds)
SELECT FOUND_ROWS(), ROW_COUNT()
SELECT id FROM products WHERE id < 7 ORDER BY id
INSERT INTO journal (what) SELECT name FROM kinds WHERE id < 3
SELECT FOUND_ROWS(), ROW_COUNT()
SELECT id FROM products WHERE id < 7 ORDER BY id
DELETE FROM journal WHERE what = 'a'
SELECT FOUND_ROWS() + 0, ROW_COUNT() + 0
SELECT id FROM products WHERE id < 7 ORDER BY id
DELETE FROM journal WHERE id IN (SELECT id FROM kinds)
SET @rows = ROW_COUNT(), @found = FOUND_ROWS()
SELECT @rows, @found
SELECT id FROM products WHERE id < 7 ORDER BY id
REPLACE INTO journal (id, what) VALUES (5, 'five')
INSERT INTO journal (what) SELECT CONCAT(FOUND_ROWS(), ' found')
SELECT what FROM journal ORDER BY id
SELECT id FROM products WHERE id < 7 ORDER BY id
TRUNCATE journal
SELECT FOUND_ROWS()

# Errors of every kind.
SELECT id FROM products WHERE id < 8 ORDER BY id
SELECT nothing
SELECT FOUND_ROWS()
SHOW WARNINGS
SELECT id FROM products WHERE id < 8 ORDER BY id
SELECT id FROM nowhere
SELECT FOUND_ROWS()
SELECT id FROM products WHERE id < 8 ORDER BY id
SELEC
SELECT FOUND_ROWS()
SELECT id FROM products WHERE id < 8 ORDER BY id
SELECT id, 9223372036854775807 + id FROM products ORDER BY id
SELECT FOUND_ROWS()
SELECT id FROM products WHERE id < 8 ORDER BY id
SELECT (SELECT id FROM products)
SELECT FOUND_ROWS()
SELECT id FROM products WHERE id < 8 ORDER BY id
INSERT INTO kinds VALUES (1, 'twice')
SELECT FOUND_ROWS(), ROW_COUNT()
SELECT id FROM products WHERE id < 8 ORDER BY id
INSERT IGNORE INTO kinds VALUES (1, 'twice')
SHOW WARNINGS
SELECT FOUND_ROWS()
SELECT id FROM products WHERE id < 8 ORDER BY id
UPDATE nowhere SET id = 1
SELECT FOUND_ROWS()
SHOW ERRORS
SELECT id FROM products WHERE id < 8 ORDER BY id
INSERT INTO journal (what) VALUES ((SELECT name FROM kinds))
SELECT FOUND_ROWS()
SELECT id FROM products WHERE id < 8 ORDER BY id
USE nowhere
SELECT FOUND_ROWS()

# Queries after which it is another number than that of the rows that came.
SELECT SQL_CALC_FOUND_ROWS id FROM products ORDER BY id LIMIT 2
UPDATE journal SET what = 'none' WHERE id = -1
SELECT FOUND_ROWS()
SELECT SQL_CALC_FOUND_ROWS id FROM products ORDER BY id LIMIT 2
SET @between = 2
SELECT FOUND_ROWS()
SELECT SQL_CALC_FOUND_ROWS id FROM products ORDER BY id LIMIT 2
SET NAMES utf8mb4
DELETE FROM journal WHERE id = -1
SELECT FOUND_ROWS()
SELECT id FROM products ORDER BY id LIMIT 2 OFFSET 3
SET @between = 3
SELECT FOUND_ROWS()
SELECT id FROM products ORDER BY id LIMIT 4, 2
SELECT nothing
SELECT FOUND_ROWS()
SELECT id FROM products ORDER BY id LIMIT 1000, 2
BEGIN
SELECT FOUND_ROWS()
ROLLBACK
SELECT id FROM products ORDER BY id LIMIT 3
SET @between = 4
SELECT FOUND_ROWS()
(SELECT id FROM products) UNION ALL (SELECT id FROM kinds) ORDER BY 1 LIMIT 2
SET @between = 5
SELECT FOUND_ROWS()
SELECT id FROM products UNION SELECT id + 100 FROM kinds ORDER BY 1
SET @between = 6
SELECT FOUND_ROWS()
SELECT kind, COUNT(*) FROM products GROUP BY kind ORDER BY kind LIMIT 1
SET @between = 7
SELECT FOUND_ROWS()
SELECT id FROM products WHERE id = -1
SET @between = 8
SELECT FOUND_ROWS()
SELECT DISTINCT kind FROM products ORDER BY kind LIMIT 2
SET @between = 9
SELECT FOUND_ROWS()

# MariaDB leaves it as it was where an aggregate has no row to go over.
SELECT id FROM products WHERE id < 5 ORDER BY id
SELECT COUNT(*), MAX(id) FROM products WHERE id = -5
SET @between = 1
SELECT FOUND_ROWS()
SELECT id FROM products WHERE id < 6 ORDER BY id
SELECT COUNT(*) FROM products WHERE 1 = 0
SELECT FOUND_ROWS()
SELECT id FROM products WHERE id < 6 ORDER BY id
SELECT COUNT(*) FROM products
SELECT FOUND_ROWS()
SELECT COUNT(*) FROM products WHERE id = 1
SET @between = 2
SELECT FOUND_ROWS()

SELECT id FROM products WHERE id < 5 ORDER BY id
PREPARE p FROM 'SELECT FOUND_ROWS(), ROW_COUNT()'
EXECUTE p
SELECT id FROM products WHERE id < 6 ORDER BY id
INSERT INTO journal (what) VALUES ('x'), ('y')
EXECUTE p
DEALLOCATE PREPARE p
SELECT id FROM products WHERE id < 7 ORDER BY id
INSERT INTO journal (what) VALUES ('x'), ('y')
DO FOUND_ROWS()
SELECT FOUND_ROWS()
TRUNCATE journal

SET sql_select_limit = 2
SELECT id FROM products ORDER BY id
SET @between = 1
SELECT FOUND_ROWS()
SELECT id FROM products ORDER BY id LIMIT 5
SET @between = 2
SELECT FOUND_ROWS()
SET sql_select_limit = DEFAULT

# Settings that are asked for in between.
SELECT id FROM products WHERE id < 6 ORDER BY id
SET div_precision_increment = 6
INSERT INTO journal (what) VALUES ('z')
SELECT FOUND_ROWS(), ROW_COUNT()
SELECT id FROM products WHERE id < 6 ORDER BY id FOR UPDATE
SET div_precision_increment = 4
DELETE FROM journal WHERE what = 'z'
SELECT FOUND_ROWS(), ROW_COUNT()
SHOW COLUMNS FROM products
SET div_precision_increment = 5
DELETE FROM journal WHERE what = 'z'
SELECT FOUND_ROWS()

SELECT id FROM products WHERE id <= ? ORDER BY id
@ (long) 6
UPDATE journal SET what = ? WHERE id = -1
@ none
SELECT FOUND_ROWS()
SELECT id FROM products WHERE id <= ? ORDER BY id
@ (long) 6
INSERT INTO journal (what) VALUES (?)
@ one
SELECT FOUND_ROWS(), ROW_COUNT(), ?
@ (long) 1
SELECT id FROM products WHERE id <= ? ORDER BY id
@ (long) 6
SELECT nothing
SELECT FOUND_ROWS()
SELECT id FROM products ORDER BY id LIMIT ? OFFSET ?
@ (longlong) 2
@ (longlong) 3
DELETE FROM journal WHERE what = ?
@ one
SELECT FOUND_ROWS(), ROW_COUNT()
SELECT id FROM products ORDER BY id LIMIT ?
@ (longlong) 4
BEGIN
SELECT FOUND_ROWS(), ?
@ (long) 1
COMMIT
