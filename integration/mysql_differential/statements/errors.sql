# Errors: the same code, SQLSTATE and words, and the session goes on.
SELEC 1
SELECT FROM WHERE
SELECT * FROM nothing
SELECT * FROM nowhere.nothing
SELECT nothing FROM products
SELECT nothing.id FROM products
SELECT id FROM products p WHERE products.id = 1
SELECT id FROM products, kinds
SELECT name FROM products JOIN kinds USING (nothing)
SELECT nofunction(1)
SELECT CONCAT()
SELECT LEFT('a')
SELECT twice()
SELECT twice(1, 2)
SELECT COUNT(COUNT(*)) FROM products
SELECT id FROM products WHERE COUNT(*) > 1
SELECT id FROM products ORDER BY 30
SELECT id FROM products GROUP BY 5
SELECT (SELECT id FROM products)
SELECT (SELECT id, name FROM products WHERE id = 1)
SELECT id FROM products WHERE (id, name) = (1)
SELECT 1 UNION SELECT 1, 2
SELECT a.id FROM products a, products a
SELECT * FROM (SELECT 1)
SELECT * FROM (SELECT 1 AS a, 2 AS a) t
SELECT 9223372036854775807 + 1
SELECT CAST(0 AS UNSIGNED) - 1
SELECT 18446744073709551615 + 1
SELECT EXP(10000)
SELECT id FROM products WHERE name = 'unterminated
SELECT `unterminated
SELECT 1 /* unterminated
SELECT 'a' COLLATE latin1_bin
SELECT 'a' COLLATE nothing
SELECT _nothing'a'
SELECT 'a' LIKE 'b' ESCAPE 'xx'
SELECT 'a' REGEXP '('
SELECT JSON_EXTRACT('{"a": 1}', 'a')
SELECT JSON_EXTRACT('{bad', '$')
SELECT ST_GeomFromText('POINT(1)')
SELECT ROW_NUMBER() OVER () FROM products WHERE ROW_NUMBER() OVER () = 1
SELECT RANK() OVER nothing FROM products
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n LIMIT 0
WITH a AS (SELECT 1), a AS (SELECT 2) SELECT * FROM a
SELECT @@nothing
SELECT @@GLOBAL.timestamp
SELECT 1 LIMIT -1
SELECT 1 INTO @a, @b
SELECT * FROM products PARTITION (low)
SELECT id FROM products USE INDEX (nothing)
SELECT 1 FROM products FOR UPDATE OF

INSERT INTO nothing VALUES (1)
INSERT INTO kinds VALUES (1)
INSERT INTO kinds VALUES (1, 'a', 2)
INSERT INTO kinds VALUES (1, 'again')
INSERT INTO kinds VALUES (90, 'fruit')
INSERT INTO kinds VALUES (NULL, 'x')
INSERT INTO kinds VALUES (90, NULL)
INSERT INTO kinds (id) VALUES (90)
INSERT INTO kinds (id, id) VALUES (90, 91)
INSERT INTO kinds (nothing) VALUES (1)
INSERT INTO kinds VALUES (90, 'a name that is much too long')
INSERT INTO kinds VALUES ('abc', 'x')
INSERT INTO kinds VALUES (99999999999, 'x')
INSERT INTO kinds VALUES (90, 'x'), (90, 'y')
SELECT COUNT(*) FROM kinds
INSERT INTO products (id, name, mood) VALUES (900, 'x', 'angry')
INSERT INTO products (id, name, tags) VALUES (900, 'x', 'blue')
INSERT INTO products (id, name, added) VALUES (900, 'x', '2026-13-01')
INSERT INTO products (id, name, price) VALUES (900, 'x', 12345678.9)
INSERT INTO products (id, name, kind) VALUES (900, 'x', 77)
INSERT INTO products (id, name, data) VALUES (900, 'x', '{bad')
INSERT INTO products (id, name) VALUES (-1, 'x')
UPDATE products SET kind = 77 WHERE id = 1
UPDATE products SET nothing = 1
UPDATE products SET gross = 5
UPDATE kinds SET id = 1 WHERE id = 2
UPDATE kinds SET name = NULL WHERE id = 2
DELETE FROM kinds WHERE id = 1
DELETE FROM nothing
DELETE FROM kinds WHERE nothing = 1
DELETE x FROM kinds k WHERE k.id = 1
UPDATE kinds SET name = 'x' WHERE id = (SELECT MAX(id) FROM kinds WHERE name = nothing)
UPDATE products SET name = CAST('abc' AS SIGNED) + 'x' WHERE id = 1
TRUNCATE TABLE nothing
TRUNCATE TABLE kinds
REPLACE INTO kinds VALUES (1, 'fruit')
SELECT id, name FROM products WHERE id IN (1, 900)

CREATE TABLE kinds (id INT)
CREATE TABLE bad (id INT, id INT)
CREATE TABLE bad (id NOTHING)
CREATE TABLE bad (id INT PRIMARY KEY, PRIMARY KEY (id))
CREATE TABLE bad (id INT AUTO_INCREMENT)
CREATE TABLE bad (v VARCHAR(99999999))
CREATE TABLE bad (t TEXT, KEY (t))
CREATE TABLE bad (id INT, FOREIGN KEY (id) REFERENCES nothing (id))
CREATE TABLE bad ()
CREATE TABLE bad (id INT) ENGINE = nothing
CREATE TABLE bad (id INT DEFAULT 'abc')
ALTER TABLE nothing ADD COLUMN a INT
ALTER TABLE kinds ADD COLUMN name INT
ALTER TABLE kinds DROP COLUMN nothing
ALTER TABLE kinds DROP PRIMARY KEY, DROP COLUMN id
ALTER TABLE products DROP FOREIGN KEY nothing
DROP TABLE kinds
DROP TABLE nothing
DROP VIEW kinds
DROP INDEX nothing ON kinds
DROP DATABASE nothing
CREATE DATABASE shop
CREATE INDEX by_kind ON products (kind)
CREATE INDEX by_nothing ON products (nothing)
CREATE TRIGGER t AFTER INSERT ON nothing FOR EACH ROW SET @a = 1
CREATE FUNCTION twice(n INT) RETURNS INT RETURN 1
CREATE PROCEDURE bad() BEGIN DECLARE a INT; DECLARE a INT; END
CREATE PROCEDURE bad() BEGIN LEAVE nothing; END
CREATE USER trusted@'%'
GRANT NOTHING ON *.* TO trusted@'%'
GRANT SELECT ON shop.nothing TO trusted@'%'
KILL 999999999
LOAD DATA INFILE '/nothing/there' INTO TABLE kinds
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'raised'
SIGNAL SQLSTATE '01000' SET MESSAGE_TEXT = 'a warning'
SHOW WARNINGS
RESIGNAL
GET DIAGNOSTICS @n = NUMBER
SELECT @n
COMMIT nothing
ROLLBACK TO SAVEPOINT nothing
SET autocommit = 5
EXECUTE nothing
HELP 'nothing of this kind'
