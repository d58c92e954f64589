# What a session carries: sql_mode, character sets, variables, what the statement before has left.
SELECT "text", 'a' || 'b', 'a\\b', 'a\nb'
SET sql_mode = 'ANSI_QUOTES'
SELECT "id" FROM "products" WHERE "id" = 1
SET sql_mode = 'PIPES_AS_CONCAT'
SELECT 'a' || 'b' || id FROM kinds ORDER BY id
SET sql_mode = 'NO_BACKSLASH_ESCAPES'
SELECT 'a\nb', 'a\\b'
SET sql_mode = 'ANSI'
SELECT "name" || '!' FROM "kinds" ORDER BY 1
SET sql_mode = 'HIGH_NOT_PRECEDENCE'
SELECT NOT 1 BETWEEN -5 AND 5
SET sql_mode = 'IGNORE_SPACE'
SELECT COUNT (*) FROM kinds
SET sql_mode = 'NO_UNSIGNED_SUBTRACTION'
SELECT CAST(0 AS UNSIGNED) - 1
SET sql_mode = ''
SELECT kind, name FROM products WHERE id = 1 GROUP BY kind
INSERT INTO journal (what) VALUES (REPEAT('x', 100))
SHOW WARNINGS
SELECT CAST('x' AS SIGNED), 1 / 0
SHOW COUNT(*) WARNINGS
SELECT @@warning_count, @@error_count
SET sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE'
INSERT INTO journal (what) VALUES (REPEAT('x', 100))
INSERT INTO moments (id, d) VALUES (90, '0000-00-00')
INSERT INTO numbers (id, t) VALUES (90, 1 / 0)
INSERT INTO numbers (id, t) VALUES (90, 300)
SET sql_mode = 'NOTHING_KNOWN'
SET SESSION sql_mode = DEFAULT
SELECT @@sql_mode
SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')
SELECT @@sql_mode, "id" FROM kinds WHERE id = 1
TRUNCATE journal

SET NAMES latin1
SELECT name FROM products WHERE id = 10
SELECT @@character_set_client, @@character_set_results, @@character_set_connection, @@collation_connection
SET NAMES utf8mb4 COLLATE utf8mb4_bin
SELECT 'a' = 'A', name FROM products WHERE id = 10
SET NAMES DEFAULT
SELECT @@character_set_client
SET CHARACTER SET latin1
SELECT name FROM customers ORDER BY id
SET character_set_results = NULL
SELECT name FROM customers ORDER BY id
SET character_set_results = utf16
SELECT name FROM customers ORDER BY id
SET NAMES utf8mb4
SET collation_connection = utf8mb4_unicode_ci
SELECT 'ß' = 'ss', 'a' = 'á'
SET NAMES nothing
SET NAMES binary
SELECT name, lat FROM customers JOIN texts USING (id) ORDER BY customers.id
SET NAMES utf8mb3
SELECT v FROM texts WHERE id = 4
SET NAMES cp1251
SELECT 'a', v FROM texts WHERE id = 1

SET @a = 1, @b = 'x', @c := 1.5
SELECT @a, @b, @c, @nothing
SELECT @a := @a + 1
SELECT @a
SELECT @sum := 0
SELECT id, @sum := @sum + id FROM kinds ORDER BY id
SELECT COUNT(*), MAX(name) INTO @n, @name FROM kinds
SELECT @n, @name
SELECT id FROM kinds ORDER BY id LIMIT 1 INTO @one
SELECT @one, @`with space`, @'quoted'
SELECT id INTO @many FROM kinds
SELECT id FROM products WHERE id = @a
SET @t = 'kinds'
SET @q = CONCAT('SELECT id FROM ', @t, ' WHERE id = ?')
PREPARE p FROM @q
EXECUTE p USING @a
SET @a = 3
EXECUTE p USING @a
EXECUTE p
DEALLOCATE PREPARE p
EXECUTE p USING @a
PREPARE w FROM 'INSERT INTO journal (what) VALUES (?)'
EXECUTE w USING @b
SELECT what FROM journal
DROP PREPARE w
PREPARE bad FROM 'SELEC'
PREPARE two FROM 'SELECT 1; SELECT 2'
TRUNCATE journal

# MySQL reads the clock for a cursor, whatever the timestamp is set to.
= without cursor
SET timestamp = 1767322800
SELECT NOW(), CURRENT_TIMESTAMP, CURDATE(), CURTIME(), UTC_TIMESTAMP(), LOCALTIME, UNIX_TIMESTAMP()
SELECT NOW(6), SYSDATE() > NOW()
SET time_zone = '+05:30'
SELECT NOW(), ts FROM moments ORDER BY id
SET time_zone = '-08:00'
SELECT ts, dt FROM moments ORDER BY id
SET time_zone = 'Mars/Olympus'
SET time_zone = SYSTEM
SET timestamp = DEFAULT
SET lc_time_names = 'de_DE'
SELECT DAYNAME('2026-01-02'), MONTHNAME('2026-03-02'), DATE_FORMAT('2026-01-02', '%W %M')
SET lc_time_names = 'en_US'
SET default_week_format = 3
SELECT WEEK('2026-01-01')
SET div_precision_increment = 10
SELECT 1 / 3
SET group_concat_max_len = 10
SELECT GROUP_CONCAT(name ORDER BY id) FROM products
SHOW WARNINGS
SET sql_select_limit = 2
SELECT id FROM products ORDER BY id
SET sql_select_limit = DEFAULT
SET SESSION max_join_size = 1, sql_big_selects = 0
SELECT a.id FROM products a, products b
SET sql_big_selects = 1

USE mysql
SELECT DATABASE()
SELECT COUNT(*) FROM shop.kinds
SELECT COUNT(*) FROM kinds
USE shop
SELECT DATABASE(), SCHEMA()
USE nowhere
SELECT USER(), CURRENT_USER(), SESSION_USER(), SYSTEM_USER()
SELECT @@session.autocommit, @@local.sql_notes, @@global.tx_read_only IS NULL
SELECT @@autocommit, @@max_allowed_packet, @@lower_case_table_names, @@version_comment
SHOW VARIABLES LIKE 'autocommit'
SHOW SESSION VARIABLES LIKE 'collation\_conn%'
SHOW STATUS LIKE 'nothing'
SET SESSION wait_timeout = 1000, @x = 5
SELECT @@wait_timeout, @x
SET GLOBAL sort_buffer_size = 300000
SELECT @@GLOBAL.sort_buffer_size
SET nothing_known = 1
SET GLOBAL autocommit_nothing = 1
SET SESSION max_connections = 5
SET wait_timeout = 'abc'
SELECT CONNECTION_ID() > 0, VERSION() IS NOT NULL, LENGTH(UUID()), SLEEP(0), BENCHMARK(1, 1)
SELECT GET_LOCK('mine', 0), IS_FREE_LOCK('mine'), RELEASE_LOCK('mine'), RELEASE_LOCK('mine'), RELEASE_ALL_LOCKS()

INSERT INTO journal (what) VALUES ('a'), ('b')
SELECT ROW_COUNT(), LAST_INSERT_ID()
SELECT LAST_INSERT_ID(50)
SELECT LAST_INSERT_ID()
UPDATE journal SET id = LAST_INSERT_ID(id + 1000) ORDER BY id DESC LIMIT 1
SELECT LAST_INSERT_ID()
SELECT SQL_CALC_FOUND_ROWS id FROM products LIMIT 1
SELECT FOUND_ROWS()
SELECT id FROM products WHERE id < 4
SELECT FOUND_ROWS(), ROW_COUNT()
SELECT nothing
SELECT id FROM products WHERE id < 4
GET DIAGNOSTICS @conditions = NUMBER
SELECT @conditions
SELECT nothing
SELECT id FROM products WHERE id < 4
SET @conditions = @@warning_count
SELECT @conditions
SELECT nothing
SHOW ERRORS
SHOW WARNINGS
SELECT 1
SHOW WARNINGS
TRUNCATE journal

CREATE TEMPORARY TABLE kinds (x INT)
SELECT * FROM kinds
INSERT INTO kinds VALUES (5)
SELECT * FROM kinds
SELECT name FROM shop.kinds
b> SELECT name FROM kinds ORDER BY id
CREATE TEMPORARY TABLE copy SELECT id, name FROM products WHERE id < 3 ORDER BY id
SELECT * FROM copy ORDER BY id
b> SELECT * FROM copy
ALTER TABLE copy ADD COLUMN z INT DEFAULT 7
SELECT * FROM copy ORDER BY id
DROP TEMPORARY TABLE copy
DROP TEMPORARY TABLE kinds
SELECT name FROM kinds ORDER BY id
SELECT * FROM copy
CREATE TEMPORARY TABLE memory (a INT, KEY (a)) ENGINE = MEMORY
INSERT INTO memory VALUES (1), (2)
SELECT SUM(a) FROM memory
DROP TABLE memory
