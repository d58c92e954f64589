# Reads that differ in little: one must never get another's answer.
SELECT id FROM products WHERE id = 1
SELECT id FROM products WHERE id = 2
SELECT id FROM products WHERE id = 01
SELECT id FROM products WHERE id = 1.0
SELECT id FROM products WHERE id = '1'
SELECT id FROM products WHERE id = 1e0
SELECT id FROM products WHERE id = 0x1
SELECT id FROM products WHERE id = b'1'
SELECT ID FROM products WHERE id = 1
SELECT `id` FROM products WHERE id = 1
SELECT id FROM products WHERE id = -1
SELECT id FROM products WHERE id = - 1
SELECT id FROM products WHERE id = +1
SELECT id AS a FROM products WHERE id = 1
SELECT id AS A FROM products WHERE id = 1
SELECT id, id FROM products WHERE id = 1
SELECT id  FROM products WHERE id = 1
SELECT id FROM products  AS p WHERE id = 1
SELECT p.id FROM products p WHERE id = 1
SELECT shop.products.id FROM products WHERE id = 1
SELECT id FROM shop.products WHERE id = 1
SELECT id FROM products WHERE id=1
SELECT id FROM products WHERE 1 = id
SELECT name FROM products WHERE name = 'apple'
SELECT name FROM products WHERE name = 'Apple'
SELECT name FROM products WHERE name = 'apple '
SELECT name FROM products WHERE name = ' apple'
SELECT name FROM products WHERE name = "apple"
SELECT name FROM products WHERE name = 'app' 'le'
SELECT name FROM products WHERE name = 'app''le'
SELECT name FROM products WHERE name = 'app\le'
SELECT name FROM products WHERE name = 'app\\le'
SELECT name FROM products WHERE name = _utf8mb4'apple'
SELECT name FROM products WHERE name = N'apple'
SELECT name FROM products WHERE name = x'6170706c65'
SELECT name FROM products WHERE name = _latin1'apple'
SELECT name FROM products WHERE name = 'apple' COLLATE utf8mb4_bin
SELECT 'apple' FROM products WHERE id = 1
SELECT 'Apple' FROM products WHERE id = 1
SELECT "apple" FROM products WHERE id = 1
SELECT 1, 2
SELECT 1,2
SELECT 1 , 2
SELECT 1.0, 2
SELECT 1.00, 2
SELECT '1', 2
SELECT 1, '2'
SELECT '1, 2'
SELECT 1 2
SELECT 12
SELECT 1 + 1
SELECT 1+1
SELECT 1 - -1
SELECT 1--1
SELECT 1 -- 1
SELECT NULL
SELECT 'NULL'
SELECT TRUE
SELECT true
SELECT 1 = 1
SELECT COUNT(*) FROM kinds
SELECT COUNT( * ) FROM kinds
SELECT COUNT(1) FROM kinds
SELECT COUNT(id) FROM kinds
SELECT count(*) FROM kinds
SELECT * FROM kinds WHERE id < 3 ORDER BY id
SELECT * FROM kinds WHERE id < 3 ORDER BY id ASC
SELECT * FROM kinds WHERE id < 3 ORDER BY id DESC
SELECT * FROM kinds WHERE id <= 3 ORDER BY id
SELECT * FROM kinds WHERE id < 3 ORDER BY id LIMIT 1
SELECT * FROM kinds WHERE id < 3 ORDER BY id LIMIT 1, 1
SELECT * FROM kinds WHERE id < 3 ORDER BY id LIMIT 1 OFFSET 1
SELECT * FROM kinds WHERE id < 3 ORDER BY 1
SELECT * FROM kinds WHERE id < 3 ORDER BY '1'
SELECT DISTINCT kind FROM products WHERE kind = 1
SELECT kind FROM products WHERE kind = 1 GROUP BY kind
SELECT name FROM kinds WHERE id = 1 UNION SELECT name FROM kinds WHERE id = 2
SELECT name FROM kinds WHERE id = 1 UNION ALL SELECT name FROM kinds WHERE id = 2
SELECT name FROM kinds WHERE id = 2 UNION SELECT name FROM kinds WHERE id = 1

SET sql_mode = 'ANSI_QUOTES'
SELECT "name" FROM kinds WHERE id = 1
SET sql_mode = ''
SELECT "name" FROM kinds WHERE id = 1
SET NAMES latin1
SELECT name FROM products WHERE id = 10
SET NAMES utf8mb4
SELECT name FROM products WHERE id = 10
b> USE mysql
b> SELECT COUNT(*) FROM user
SELECT COUNT(*) FROM user
b> SELECT COUNT(*) FROM kinds
SET time_zone = '+01:00'
SELECT ts FROM moments WHERE id = 1
SET time_zone = '+02:00'
SELECT ts FROM moments WHERE id = 1
