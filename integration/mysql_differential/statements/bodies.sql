# What is read through views, and what triggers, functions and procedures read and write.
SELECT * FROM cheap ORDER BY id
SELECT name FROM cheap WHERE id = 3
SELECT * FROM nested ORDER BY name, stars
SELECT kind, number, stock FROM of_kind_view ORDER BY kind
UPDATE products SET price = 0.5, stock = stock + 1 WHERE id = 2
SELECT * FROM cheap ORDER BY id
SELECT name FROM cheap WHERE id = 3
SELECT * FROM nested ORDER BY name, stars
SELECT kind, number, stock FROM of_kind_view ORDER BY kind
UPDATE cheap SET price = 0.85 WHERE id = 3
SELECT price FROM products WHERE id = 3
SELECT * FROM cheap ORDER BY id
UPDATE cheap SET price = 7 WHERE id = 3
UPDATE products SET price = 1.50 WHERE id = 2
UPDATE products SET price = 0.80 WHERE id = 3
SELECT * FROM cheap ORDER BY id

CREATE VIEW swapped (name, id) AS SELECT id, name FROM products
SELECT name FROM swapped WHERE name = 3
SELECT id FROM swapped WHERE name = 3
UPDATE products SET name = 'lemon!' WHERE id = 3
SELECT id FROM swapped WHERE name = 3
UPDATE products SET name = 'lemon' WHERE id = 3
SELECT id FROM swapped WHERE name = 3
DROP VIEW swapped

CREATE VIEW counted AS WITH c AS (SELECT product, COUNT(*) AS n FROM reviews GROUP BY product) SELECT p.name, c.n FROM products p LEFT JOIN c ON c.product = p.id WHERE p.name <> 'it\'s'
SELECT * FROM counted ORDER BY name
SELECT COUNT(*) FROM counted c JOIN of_kind_view k ON k.number > c.n
INSERT INTO reviews (id, product, stars) VALUES (90, 2, 1)
SELECT * FROM counted ORDER BY name
SELECT COUNT(*) FROM counted c JOIN of_kind_view k ON k.number > c.n
DELETE FROM products WHERE id = 90
DELETE FROM reviews WHERE id = 90
SELECT * FROM counted ORDER BY name
DROP VIEW counted
SELECT * FROM counted

CREATE VIEW moment AS SELECT id, NOW() > '2020-01-01' AS later FROM kinds
SELECT * FROM moment ORDER BY id
DROP VIEW moment

SELECT name, stock_of(id) FROM kinds ORDER BY id
SELECT twice(stock) FROM products WHERE id = 1
UPDATE products SET stock = stock + 5 WHERE kind = 2
SELECT name, stock_of(id) FROM kinds ORDER BY id
UPDATE products SET stock = stock - 5 WHERE kind = 2
SELECT name, stock_of(id) FROM kinds ORDER BY id
CREATE VIEW stocks AS SELECT name, stock_of(id) AS stock FROM kinds
SELECT * FROM stocks ORDER BY name
UPDATE products SET stock = stock + 5 WHERE kind = 3
SELECT * FROM stocks ORDER BY name
UPDATE products SET stock = stock - 5 WHERE kind = 3
SELECT * FROM stocks ORDER BY name
DROP VIEW stocks

SELECT what FROM journal ORDER BY id
SELECT noted('by a function') FROM kinds WHERE id = 1
SELECT what FROM journal ORDER BY id
CREATE VIEW noting AS SELECT noted('by a view') > 0 AS n FROM kinds WHERE id = 1
SELECT * FROM noting
SELECT what FROM journal ORDER BY id
DROP VIEW noting
DO noted('by DO')
SELECT what FROM journal ORDER BY id
TRUNCATE journal
SELECT what FROM journal ORDER BY id

SELECT what FROM journal ORDER BY id
SELECT balance, version FROM accounts ORDER BY id
UPDATE accounts SET balance = balance + 1 WHERE id = 1
SELECT what FROM journal ORDER BY id
SELECT balance, version FROM accounts ORDER BY id
INSERT INTO accounts (id, owner, balance) VALUES (9, 'ivy', 5)
SELECT version FROM accounts WHERE id = 9
INSERT INTO accounts (id, owner, balance) VALUES (10, 'jim', -2000)
DELETE FROM accounts WHERE id = 9
UPDATE accounts SET balance = 100 WHERE id = 1
SELECT balance, version FROM accounts ORDER BY id
b> SELECT what FROM journal ORDER BY id
BEGIN
UPDATE accounts SET balance = 50 WHERE id = 1
SELECT what FROM journal ORDER BY id
b> SELECT what FROM journal ORDER BY id
ROLLBACK
SELECT what FROM journal ORDER BY id
b> SELECT what FROM journal ORDER BY id
TRUNCATE journal

CREATE PROCEDURE restock(IN k INT, OUT n INT) BEGIN DECLARE done INT DEFAULT 0; DECLARE p INT; DECLARE c CURSOR FOR SELECT id FROM products WHERE kind = k; DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = 1; SET n = 0; OPEN c; each_one: LOOP FETCH c INTO p; IF done THEN LEAVE each_one; END IF; UPDATE products SET stock = 50 WHERE id = p AND name <> 'it\'s; DELETE FROM products'; SET n = n + 1; END LOOP; CLOSE c; END
SELECT stock FROM products WHERE kind = 3 ORDER BY id
SELECT what FROM journal
CALL restock(3, @n)
SELECT @n
SELECT stock FROM products WHERE kind = 3 ORDER BY id
b> SELECT stock FROM products WHERE kind = 3 ORDER BY id
SELECT what FROM journal
UPDATE products SET stock = 5 WHERE kind = 3
SELECT stock FROM products WHERE kind = 3 ORDER BY id
BEGIN
CALL restock(3, @n)
SELECT stock FROM products WHERE kind = 3 ORDER BY id
b> SELECT stock FROM products WHERE kind = 3 ORDER BY id
ROLLBACK
SELECT stock FROM products WHERE kind = 3 ORDER BY id
CREATE OR REPLACE VIEW restocked AS SELECT id, stock FROM products WHERE kind = 3
SELECT * FROM restocked ORDER BY id
CALL restock(3, @n)
SELECT * FROM restocked ORDER BY id
UPDATE products SET stock = 5 WHERE kind = 3
SELECT * FROM restocked ORDER BY id
DROP VIEW restocked
DROP PROCEDURE restock
CALL restock(3, @n)

CREATE PROCEDURE hides() BEGIN SELECT 'it\''; DELETE FROM journal; SELECT '\'it'; END
INSERT INTO journal (what) VALUES ('hidden')
SELECT what FROM journal
CALL hides()
SELECT what FROM journal
DROP PROCEDURE hides

CREATE PROCEDURE makes() BEGIN CREATE TEMPORARY TABLE kinds (id INT, name VARCHAR(20)); INSERT INTO kinds VALUES (1, 'mine'); END
SELECT name FROM kinds WHERE id = 1
CALL makes()
SELECT name FROM kinds WHERE id = 1
b> SELECT name FROM kinds WHERE id = 1
DROP TEMPORARY TABLE IF EXISTS kinds
DROP PROCEDURE makes

CREATE PROCEDURE changes_body() DELETE FROM journal
INSERT INTO journal (what) VALUES ('first')
SELECT what FROM journal
CALL changes_body()
SELECT what FROM journal
DROP PROCEDURE changes_body
CREATE PROCEDURE changes_body() UPDATE plain SET b = 'changed' WHERE id = 1
SELECT b FROM plain WHERE id = 1
CALL changes_body()
SELECT b FROM plain WHERE id = 1
UPDATE plain SET b = 'ten' WHERE id = 1
SELECT b FROM plain WHERE id = 1
DROP PROCEDURE changes_body

= mariadb
CREATE OR REPLACE PROCEDURE looping() FOR r IN (SELECT id FROM kinds) DO UPDATE plain SET b = 'looped' WHERE id = r.id; END FOR
SELECT b FROM plain ORDER BY id
CALL looping()
SELECT b FROM plain ORDER BY id
DROP PROCEDURE looping
REPLACE INTO plain VALUES (1, 10, 'ten'), (2, 20, 'twenty'), (3, 30, 'thirty'), (4, NULL, NULL)
SELECT b FROM plain ORDER BY id
