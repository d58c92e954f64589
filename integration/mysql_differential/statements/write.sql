# Writes of every kind, and what they leave.
INSERT INTO journal (what) VALUES ('one')
INSERT INTO journal (what) VALUES ('two'), ('three'), (DEFAULT)
INSERT INTO journal SET what = 'set'
INSERT INTO journal VALUES ()
INSERT INTO journal (id, what) VALUES (100, 'given'), (NULL, 'next'), (0, 'zero')
INSERT INTO journal (what) SELECT name FROM kinds ORDER BY id
INSERT journal (what) VALUE ('no INTO')
SELECT LAST_INSERT_ID(), ROW_COUNT()
SELECT * FROM journal ORDER BY id
UPDATE journal SET what = UPPER(what) WHERE id >= 100
UPDATE journal SET what = what
UPDATE journal SET what = 'first' ORDER BY id LIMIT 1
DELETE FROM journal WHERE what = 'first'
DELETE FROM journal ORDER BY id DESC LIMIT 2
SELECT ROW_COUNT()
SELECT COUNT(*) FROM journal
TRUNCATE TABLE journal
TRUNCATE journal
SELECT COUNT(*) FROM journal
INSERT INTO journal (what) VALUES ('after')
SELECT * FROM journal
DELETE FROM journal

INSERT INTO kinds VALUES (50, 'spice')
INSERT IGNORE INTO kinds VALUES (50, 'again'), (51, 'spice'), (52, 'tea')
SHOW WARNINGS
INSERT INTO kinds VALUES (50, 'spices') ON DUPLICATE KEY UPDATE name = 'changed'
INSERT INTO kinds VALUES (50, 'x'), (53, 'new') ON DUPLICATE KEY UPDATE name = CONCAT(name, '+')
INSERT INTO kinds VALUES (50, 'from values') ON DUPLICATE KEY UPDATE name = VALUES(name)
REPLACE INTO kinds VALUES (52, 'replaced')
REPLACE kinds SET id = 53, name = 'set'
REPLACE INTO kinds SELECT id, CONCAT(name, '!') FROM kinds WHERE id = 53
SELECT * FROM kinds ORDER BY id
UPDATE IGNORE kinds SET name = 'fruit' WHERE id = 50
SELECT * FROM kinds WHERE id = 50
DELETE FROM kinds WHERE id >= 50
SELECT * FROM kinds ORDER BY id

= mysql
INSERT INTO kinds VALUES (60, 'a'), (61, 'b') AS fresh ON DUPLICATE KEY UPDATE name = CONCAT(fresh.name, '+')
INSERT INTO kinds VALUES (60, 'c') AS f (i, n) ON DUPLICATE KEY UPDATE name = f.n
INSERT INTO journal (id, what) TABLE kinds
TRUNCATE journal
SELECT * FROM kinds ORDER BY id
WITH gone AS (SELECT 60 AS id) DELETE FROM kinds WHERE id IN (SELECT id FROM gone)
WITH gone AS (SELECT 61 AS id) UPDATE kinds, gone SET name = 'by with' WHERE kinds.id = gone.id
DELETE FROM k USING kinds AS k WHERE k.id = 61
SELECT * FROM kinds ORDER BY id

# A DELETE that returns rows to a cursor is the end of MariaDB 10.11.
= mariadb without cursor
INSERT INTO journal (what) VALUES ('one'), ('two') RETURNING id > 0, what
REPLACE INTO kinds VALUES (60, 'a') RETURNING id, name
DELETE FROM journal RETURNING what
DELETE FROM kinds WHERE id = 60 RETURNING *
SELECT * FROM kinds ORDER BY id
TRUNCATE journal

UPDATE accounts SET balance = balance + 10 WHERE id = 1
UPDATE accounts SET balance = balance - 10, version = version + 1 WHERE id = 1 AND version = 0
UPDATE accounts SET balance = 5, balance = balance + 1 WHERE id = 3
UPDATE accounts SET balance = 0 WHERE id = 3
UPDATE accounts SET balance = DEFAULT WHERE id = 99
UPDATE accounts a SET a.owner = UPPER(a.owner) WHERE a.id IN (SELECT id FROM kinds)
UPDATE accounts SET owner = LOWER(owner)
SELECT * FROM accounts ORDER BY id
SELECT what FROM journal ORDER BY id
INSERT INTO accounts VALUES (10, 'fay', 5, 0)
INSERT INTO accounts VALUES (11, 'gus', -2000, 0)
INSERT INTO accounts (id) VALUES (12)
SELECT * FROM accounts WHERE id >= 10
DELETE FROM accounts WHERE id >= 10
UPDATE accounts SET version = 0
TRUNCATE journal

UPDATE products p JOIN kinds k ON k.id = p.kind SET p.stock = p.stock + 1, k.name = CONCAT(k.name, '?') WHERE k.id = 3
UPDATE products p, kinds k SET p.stock = p.stock - 1, k.name = 'herb' WHERE k.id = p.kind AND k.id = 3
UPDATE products LEFT JOIN reviews ON reviews.product = products.id SET products.stock = products.stock WHERE reviews.id IS NULL
SELECT id, stock FROM products ORDER BY id
INSERT INTO products (id, kind, name, price) VALUES (100, 2, 'kale', 1.00), (101, 2, 'chard', 2.00)
INSERT INTO reviews (id, product, stars) VALUES (100, 100, 1), (101, 101, 2), (102, 101, 3)
SELECT id, gross, label FROM products WHERE id >= 100 ORDER BY id
UPDATE products SET price = 3.00, name = 'swiss chard' WHERE id = 101
SELECT id, gross, label FROM products WHERE id >= 100 ORDER BY id
UPDATE products SET id = 102 WHERE id = 101
SELECT id, product FROM reviews WHERE id >= 100 ORDER BY id
DELETE p, r FROM products p JOIN reviews r ON r.product = p.id WHERE p.id = 100
DELETE FROM reviews USING reviews JOIN products ON products.id = reviews.product WHERE products.id = 102 AND stars = 2
DELETE FROM products WHERE id = 102
SELECT id FROM reviews WHERE id >= 100
INSERT INTO products (id, gross) VALUES (103, 5)
INSERT INTO products (id, name, gross) VALUES (103, 'x', DEFAULT)
DELETE FROM products WHERE id = 103
ALTER TABLE products AUTO_INCREMENT = 11
ALTER TABLE reviews AUTO_INCREMENT = 9

UPDATE parent SET id = 10 WHERE id = 1
SELECT * FROM child ORDER BY id
DELETE FROM parent WHERE id = 10
SELECT * FROM child ORDER BY id
DELETE FROM child WHERE id = 3
SELECT * FROM grandchild ORDER BY id
DELETE FROM grandchild
DELETE FROM child
DELETE FROM parent
INSERT INTO child VALUES (1, 77)
SET foreign_key_checks = 0
INSERT INTO child VALUES (1, 77)
SET foreign_key_checks = 1
DELETE FROM child
INSERT INTO parent VALUES (1, 1), (2, 2), (3, 3)
INSERT INTO child VALUES (1, 1), (2, 1), (3, 2), (4, NULL)
INSERT INTO grandchild VALUES (1, 1), (2, 3), (3, 4)

INSERT INTO cheap (name, price) VALUES ('radish', 0.50)
INSERT INTO cheap (name, price) VALUES ('truffle', 500)
UPDATE cheap SET price = 0.60 WHERE name = 'radish'
UPDATE cheap SET price = 60 WHERE name = 'radish'
SELECT name, price FROM cheap WHERE name = 'radish'
DELETE FROM cheap WHERE name = 'radish'
INSERT INTO of_kind_view VALUES ('x', 1, 1)
ALTER TABLE products AUTO_INCREMENT = 11

INSERT INTO parts VALUES (7, 10, 70), (8, 100, 80)
UPDATE parts SET region = 25 WHERE id = 7
SELECT * FROM parts PARTITION (high) ORDER BY id
INSERT INTO parts PARTITION (low) VALUES (9, 50, 90)
DELETE FROM parts PARTITION (high) WHERE id >= 7
ALTER TABLE parts TRUNCATE PARTITION middle
SELECT COUNT(*) FROM parts
INSERT INTO parts VALUES (3, 10, 30), (4, 15, 40)

INSERT INTO plain VALUES (10, 100, 'hundred'), (10, 101, 'twice')
SELECT * FROM plain WHERE id >= 10
INSERT LOW_PRIORITY INTO plain VALUES (11, 11, 'eleven')
UPDATE LOW_PRIORITY plain SET b = 'eleven!' WHERE a = 11
DELETE QUICK FROM plain WHERE id >= 10
INSERT INTO plain SELECT id + 100, a, b FROM plain
SELECT COUNT(*), MAX(id) FROM plain
DELETE FROM plain WHERE id > 100

INSERT INTO journal (what) VALUES (noted('inside'))
SELECT noted('by a read')
SELECT what FROM journal ORDER BY id
DO noted('by do')
SET @n = noted('by set')
SELECT COUNT(*) FROM journal
TRUNCATE journal
