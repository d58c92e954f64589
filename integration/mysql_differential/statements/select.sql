# Reads, in the variety that applications write.
SELECT 1
SELECT 1, 'two', NULL, 3.50, TRUE, 0x41, x'42', b'1000011', N'nation', _latin1'abc', 1e3, -0.0, 'a' 'b'
SELECT 1 AS `a b`, 2 "c", 3 d
SELECT DISTINCT stock > 5 AS much FROM products ORDER BY much
SELECT ALL id FROM products WHERE id < 3 ORDER BY id
SELECT * FROM products ORDER BY id
SELECT p.*, id + 1 FROM products p ORDER BY id DESC LIMIT 3
SELECT id, name FROM products ORDER BY id LIMIT 2, 3
SELECT id, name FROM products ORDER BY id LIMIT 3 OFFSET 4
SELECT id FROM products ORDER BY id LIMIT 0
SELECT id FROM products ORDER BY price IS NULL, price DESC, id
SELECT id FROM products ORDER BY 1 DESC LIMIT 2
SELECT id AS x FROM products ORDER BY x LIMIT 2
SELECT id FROM products ORDER BY FIELD(id, 3, 1, 2) DESC, id
SELECT name FROM products ORDER BY name COLLATE utf8mb4_bin
SELECT id FROM shop.products WHERE shop.products.id = 4
SELECT id FROM products WHERE (kind, stock) = (1, 10)
SELECT id FROM products WHERE (id, kind) IN ((1, 1), (4, 2), (5, 9)) ORDER BY id
SELECT `id` FROM `products` AS `p` WHERE `p`.`id` = 1
SELECT 2 + 3 * 4 - 5 / 2, 7 DIV 2, 7 MOD 3, 7 % 3, -7 DIV 2, 5 & 3, 5 | 3, 5 ^ 3, ~1, 1 << 3, 16 >> 2
SELECT 1 = 1, 1 <> 2, 1 != 1, 1 <=> NULL, NULL <=> NULL, NOT 1, ! 0, 1 AND 0, 1 && 1, 1 OR 0, 1 XOR 1

SELECT id FROM products WHERE price BETWEEN 1 AND 2 ORDER BY id
SELECT id FROM products WHERE price NOT BETWEEN 1 AND 2 ORDER BY id
SELECT id FROM products WHERE name LIKE 'p%' ORDER BY id
SELECT id FROM products WHERE name LIKE '_e_r' ORDER BY id
SELECT id FROM products WHERE name LIKE 'x%%' ESCAPE 'x' ORDER BY id
SELECT id FROM products WHERE name NOT LIKE '%a%' ORDER BY id
SELECT id FROM products WHERE name REGEXP '^[a-c]' ORDER BY id
SELECT id FROM products WHERE name RLIKE 'pp' ORDER BY id
SELECT id FROM products WHERE price IS NULL
SELECT id FROM products WHERE price IS NOT NULL AND NOT (stock > 5 OR mood = 'bad') ORDER BY id
SELECT id FROM products WHERE mood IN ('good', 'bad') ORDER BY id
SELECT id FROM products WHERE id NOT IN (1, 2, 3, 4, 5, 6) ORDER BY id
SELECT id FROM products WHERE FIND_IN_SET('sweet', tags) ORDER BY id
SELECT id FROM products WHERE tags & 1 ORDER BY id
SELECT id FROM products WHERE name = 'APPLE'
SELECT id FROM products WHERE name = BINARY 'APPLE'
SELECT id FROM products WHERE name = 'apfel'
SELECT id FROM products WHERE added > '2026-01-31' ORDER BY id
SELECT id FROM products WHERE added = DATE '2026-01-02' ORDER BY id
SELECT id FROM products WHERE id = '4abc'
SELECT id FROM products WHERE stock IS TRUE AND mood IS NOT NULL ORDER BY id
SELECT id FROM products WHERE name SOUNDS LIKE 'peer'

SELECT p.name, k.name FROM products p JOIN kinds k ON k.id = p.kind ORDER BY p.id
SELECT p.name, k.name FROM products p, kinds k WHERE k.id = p.kind AND k.name = 'herb' ORDER BY p.id
SELECT p.name, k.name FROM products p LEFT JOIN kinds k ON k.id = p.kind ORDER BY p.id
SELECT p.name, k.name FROM products p RIGHT OUTER JOIN kinds k ON k.id = p.kind ORDER BY k.id, p.id
SELECT p.name, r.stars FROM products p INNER JOIN reviews r ON r.product = p.id WHERE r.stars >= 4 ORDER BY r.id
SELECT a.id, b.id FROM kinds a CROSS JOIN kinds b WHERE a.id < b.id ORDER BY 1, 2
SELECT id, order_id FROM orders NATURAL JOIN (SELECT order_id, order_id AS id FROM items) i GROUP BY id, order_id ORDER BY id
SELECT id, kinds.name FROM kinds JOIN tree USING (id) ORDER BY id
SELECT STRAIGHT_JOIN p.id FROM kinds k STRAIGHT_JOIN products p ON p.kind = k.id ORDER BY p.id
SELECT o.id, c.name, SUM(i.amount * p.price) AS total FROM orders o JOIN customers c ON c.id = o.customer JOIN items i ON i.order_id = o.id JOIN products p ON p.id = i.product GROUP BY o.id, c.name ORDER BY o.id
SELECT p.id, (SELECT COUNT(*) FROM reviews r WHERE r.product = p.id) AS n FROM products p ORDER BY n DESC, p.id
SELECT id FROM products p WHERE EXISTS (SELECT * FROM reviews r WHERE r.product = p.id) ORDER BY id
SELECT id FROM products p WHERE NOT EXISTS (SELECT 1 FROM reviews r WHERE r.product = p.id) ORDER BY id
SELECT id FROM products WHERE id IN (SELECT product FROM reviews WHERE stars = 5) ORDER BY id
SELECT id FROM products WHERE id NOT IN (SELECT product FROM reviews) ORDER BY id
SELECT id FROM products WHERE price > ALL (SELECT price FROM products WHERE kind = 1) ORDER BY id
SELECT id FROM products WHERE price = ANY (SELECT price FROM products WHERE kind = 3) ORDER BY id
SELECT id FROM products WHERE price < SOME (SELECT price FROM products WHERE kind = 2) ORDER BY id
SELECT t.k, t.n FROM (SELECT kind AS k, COUNT(*) AS n FROM products GROUP BY kind) AS t WHERE t.n > 1 ORDER BY t.k
SELECT ROW(1, 2) = (SELECT 1, 2), (SELECT name FROM kinds WHERE id = 99)
SELECT t.id, u.id FROM tree t LEFT JOIN (tree u JOIN tree v ON v.parent = u.id) ON u.parent = t.id ORDER BY 1, 2
SELECT id FROM products FORCE INDEX (by_kind) WHERE kind = 2 ORDER BY id
SELECT id FROM products USE INDEX (by_kind, by_name) IGNORE INDEX FOR ORDER BY (by_name) WHERE kind = 2 ORDER BY id
SELECT /*+ NO_INDEX_MERGE(products) */ id FROM products WHERE kind = 3 ORDER BY id

SELECT COUNT(*), COUNT(price), COUNT(DISTINCT price), SUM(stock), AVG(stock), MIN(name), MAX(name) FROM products
SELECT kind, COUNT(*) FROM products GROUP BY kind ORDER BY kind
SELECT kind, mood, COUNT(*) FROM products GROUP BY kind, mood HAVING COUNT(*) > 1 ORDER BY kind, mood
SELECT kind, SUM(stock) FROM products GROUP BY kind WITH ROLLUP
SELECT kind, mood, SUM(stock) FROM products WHERE kind IS NOT NULL AND mood IS NOT NULL GROUP BY kind, mood WITH ROLLUP
SELECT kind, GROUP_CONCAT(name ORDER BY name DESC SEPARATOR '; ') FROM products GROUP BY kind ORDER BY kind
SELECT GROUP_CONCAT(DISTINCT mood ORDER BY mood) FROM products
SELECT BIT_AND(stock), BIT_OR(stock), BIT_XOR(stock), STD(stock), VARIANCE(stock), STDDEV_SAMP(stock), VAR_SAMP(stock) FROM products
SELECT LENGTH(name) AS size, COUNT(*) FROM products GROUP BY size ORDER BY size
SELECT YEAR(added) AS y, MONTH(added) AS m, COUNT(*) FROM products GROUP BY 1, 2 ORDER BY 1, 2
SELECT MAX(stock) FROM products HAVING MAX(stock) > 1000
SELECT COUNT(*) FROM products WHERE FALSE
SELECT SUM(stock) FROM products WHERE id > 1000
SELECT COUNT(DISTINCT kind, mood) FROM products
SELECT JSON_ARRAYAGG(id) FROM kinds WHERE id = 3
SELECT JSON_OBJECTAGG(id, name) FROM kinds

SELECT 1 UNION SELECT 2 UNION SELECT 1 ORDER BY 1
SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 1 ORDER BY 1
(SELECT id FROM products ORDER BY id LIMIT 2) UNION (SELECT id FROM kinds ORDER BY id DESC LIMIT 1) ORDER BY id
SELECT id, name FROM kinds UNION SELECT id, name FROM tree ORDER BY id, name LIMIT 5
SELECT id FROM products INTERSECT SELECT product FROM reviews ORDER BY id
SELECT id FROM products EXCEPT SELECT product FROM reviews ORDER BY id
SELECT 1 UNION SELECT 'a' ORDER BY 1
SELECT NULL UNION SELECT 1.5 ORDER BY 1
(SELECT 1) UNION DISTINCT (SELECT 1)
SELECT id FROM kinds WHERE id IN (SELECT 1 UNION SELECT 3) ORDER BY id

WITH a AS (SELECT id, name FROM products WHERE kind = 1) SELECT * FROM a ORDER BY id
WITH a AS (SELECT 1 AS x), b (y) AS (SELECT x + 1 FROM a) SELECT x, y FROM a, b
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT i, i * i FROM n
WITH RECURSIVE below (id, name, depth) AS (SELECT id, name, 0 FROM tree WHERE parent IS NULL UNION ALL SELECT t.id, t.name, depth + 1 FROM tree t JOIN below b ON t.parent = b.id) SELECT * FROM below ORDER BY depth, id
WITH RECURSIVE r AS (SELECT 1 AS a UNION SELECT a % 3 + 1 FROM r) SELECT a FROM r ORDER BY a
WITH products AS (SELECT 7 AS id) SELECT id FROM products
WITH a AS (WITH b AS (SELECT 5 AS x) SELECT x FROM b) SELECT (SELECT x FROM a) + 1 AS six
SELECT (WITH c AS (SELECT 3 AS x) SELECT x FROM c)
SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS r FROM products ORDER BY id
SELECT id, RANK() OVER w, DENSE_RANK() OVER w FROM products WINDOW w AS (ORDER BY stock) ORDER BY id
SELECT id, SUM(stock) OVER (PARTITION BY kind ORDER BY id) FROM products ORDER BY id
SELECT id, SUM(stock) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM products ORDER BY id
SELECT id, SUM(stock) OVER (ORDER BY id RANGE UNBOUNDED PRECEDING) FROM products ORDER BY id
SELECT id, LAG(name) OVER (ORDER BY id), LEAD(name, 2) OVER (ORDER BY id) FROM products ORDER BY id
SELECT id, FIRST_VALUE(id) OVER (PARTITION BY kind ORDER BY id), LAST_VALUE(id) OVER (PARTITION BY kind ORDER BY id) FROM products ORDER BY id
SELECT id, NTILE(3) OVER (ORDER BY id), CUME_DIST() OVER (ORDER BY id), PERCENT_RANK() OVER (ORDER BY id) FROM products ORDER BY id
SELECT id, NTH_VALUE(name, 2) OVER (PARTITION BY kind ORDER BY id) FROM products ORDER BY id
SELECT kind, SUM(stock) AS s, RANK() OVER (ORDER BY SUM(stock) DESC) AS r FROM products GROUP BY kind ORDER BY r, kind

SELECT JSON_EXTRACT(data, '$.size') FROM products ORDER BY id
SELECT JSON_UNQUOTE(JSON_EXTRACT(data, '$.from[0]')), JSON_TYPE(data), JSON_VALID(data), JSON_LENGTH(data) FROM products ORDER BY id
SELECT id FROM products WHERE JSON_CONTAINS(data, '3', '$.size') ORDER BY id
SELECT id FROM products WHERE JSON_EXTRACT(data, '$.bio') = TRUE
SELECT JSON_KEYS(data), JSON_DEPTH(data) FROM products WHERE id IN (1, 4, 7) ORDER BY id
SELECT JSON_SEARCH('{"a": "x", "b": ["x", "y"]}', 'all', 'x'), JSON_CONTAINS_PATH('{"a": 1}', 'one', '$.a', '$.b')
SELECT JSON_OBJECT('a', 1, 'b', NULL, 'c', 'x'), JSON_ARRAY(1, 'a', NULL, TRUE, 1.5), JSON_QUOTE('a"b')
SELECT JSON_SET('{"a": 1}', '$.a', 2, '$.b', 3), JSON_INSERT('{"a": 1}', '$.a', 2), JSON_REPLACE('{"a": 1}', '$.a', 2), JSON_REMOVE('{"a": 1, "b": 2}', '$.a')
SELECT JSON_MERGE_PATCH('{"a": 1, "b": 2}', '{"b": null, "c": 3}'), JSON_MERGE_PRESERVE('[1]', '[2]'), JSON_ARRAY_APPEND('[1]', '$', 2)
SELECT j.n, j.w FROM JSON_TABLE('[{"n": 1, "w": "one"}, {"n": 2}]', '$[*]' COLUMNS (n INT PATH '$.n', w VARCHAR(10) PATH '$.w' DEFAULT '"none"' ON EMPTY)) AS j
SELECT p.id, t.c FROM products p, JSON_TABLE(p.data, '$.from[*]' COLUMNS (c VARCHAR(5) PATH '$')) t ORDER BY p.id, t.c
SELECT JSON_VALUE('{"a": {"b": 5}}', '$.a.b'), JSON_PRETTY('[1]')

= mysql
SELECT data->'$.size', data->>'$.from[0]' FROM products ORDER BY id
SELECT 'a' MEMBER OF ('["a", "b"]'), JSON_OVERLAPS('[1, 2]', '[2, 3]'), JSON_STORAGE_SIZE('{"a": 1}')
SELECT p.id, t.n FROM products p, LATERAL (SELECT COUNT(*) AS n FROM reviews r WHERE r.product = p.id) t ORDER BY p.id
SELECT * FROM (VALUES ROW(1, 'a'), ROW(2, 'b')) AS v (x, y) ORDER BY x
TABLE kinds ORDER BY id LIMIT 2
VALUES ROW(1, 2), ROW(3, 4) ORDER BY 1
SELECT /*+ MAX_EXECUTION_TIME(60000) SET_VAR(sort_buffer_size = 300000) */ COUNT(*) FROM products
SELECT GROUPING(kind), kind, COUNT(*) FROM products GROUP BY kind WITH ROLLUP ORDER BY 1, 2
SELECT kind, ANY_VALUE(mood) IS NULL FROM products WHERE id = 1 GROUP BY kind
SELECT UUID_TO_BIN('6ccd780c-baba-1026-9564-5b8c656024db'), BIN_TO_UUID(x'6ccd780cbaba102695645b8c656024db'), IS_UUID('x')
SELECT REGEXP_LIKE('abc', 'B', 'i'), REGEXP_INSTR('abcabc', 'c', 4), REGEXP_REPLACE('abc', 'b', 'x'), REGEXP_SUBSTR('abc', '[bc]+')
SELECT id FROM products WHERE id = 1 FOR UPDATE SKIP LOCKED
SELECT id FROM products WHERE id = 2 FOR SHARE NOWAIT
SELECT id FROM products p WHERE id = 2 FOR UPDATE OF p

= mariadb
SELECT NVL(NULL, 3), NVL2(1, 2, 3), DECODE_ORACLE(2, 1, 'a', 2, 'b', 'c'), MD5('a'), SHA1('a')
SELECT id FROM products WHERE id = 1 LOCK IN SHARE MODE SKIP LOCKED
VALUES (1, 2), (3, 4)
SELECT id FROM products ORDER BY id OFFSET 2 ROWS FETCH NEXT 3 ROWS ONLY
SELECT id FROM products ORDER BY id FETCH FIRST 2 ROWS WITH TIES
SELECT seq FROM seq_1_to_5 ORDER BY seq
SELECT MEDIAN(stock) OVER (PARTITION BY kind) FROM products WHERE kind = 1 ORDER BY id
SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY stock) OVER () FROM products LIMIT 1
SELECT REGEXP_REPLACE('abc', '(?i)B', 'x'), REGEXP_INSTR('abc', 'c'), REGEXP_SUBSTR('abc', '[bc]+'), NATURAL_SORT_KEY('a10'), SFORMAT('{} {}', 1, 'x')
SELECT id FROM kinds UNION ALL SELECT id FROM kinds EXCEPT ALL SELECT 1 ORDER BY 1
SELECT JSON_DETAILED('[1]'), JSON_COMPACT('{ "a" : 1 }'), JSON_LOOSE('{"a":1}'), JSON_EXISTS('{"a": 1}', '$.a'), JSON_QUERY('{"a": [1]}', '$.a')
SELECT COLUMN_JSON(COLUMN_CREATE('a', 1, 'b', 'x'))
SELECT CAST('::1' AS INET6), CAST('6ccd780c-baba-1026-9564-5b8c656024db' AS UUID)
SELECT LIMIT_ROWS.id FROM products LIMIT_ROWS ORDER BY id LIMIT 3 ROWS EXAMINED 1000000
SELECT TO_CHAR(DATE '2026-01-02', 'YYYY-MM-DD'), ADD_MONTHS('2026-01-31', 1), CHR(65), LENGTHB('ä')

SELECT CASE kind WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE 'more' END FROM products ORDER BY id
SELECT CASE WHEN stock > 10 THEN 'much' WHEN stock > 0 THEN 'some' END FROM products ORDER BY id
SELECT IF(stock, 'yes', 'no'), IFNULL(price, 0), NULLIF(kind, 1), COALESCE(price, kind, 5) FROM products ORDER BY id
SELECT GREATEST(1, 3, 2), LEAST('b', 'a'), INTERVAL(23, 1, 15, 17, 30), ISNULL(NULL), ELT(2, 'a', 'b'), FIELD('b', 'a', 'b'), MAKE_SET(5, 'x', 'y', 'z'), EXPORT_SET(5, '1', '0', '', 4)
SELECT CONCAT('a', 1, NULL), CONCAT_WS('-', 'a', NULL, 'b'), UPPER('aä'), LOWER('AÄ'), LEFT('abc', 2), RIGHT('abc', 2), MID('abcdef', 2, 3), SUBSTRING('abc' FROM 2 FOR 1), SUBSTRING_INDEX('a.b.c', '.', -2)
SELECT TRIM('  a '), LTRIM(' a'), RTRIM('a '), TRIM(BOTH 'x' FROM 'xax'), LPAD('5', 3, '0'), RPAD('5', 3, '-'), REPEAT('ab', 3), REPLACE('aXa', 'X', 'y'), REVERSE('äbc'), SPACE(3), INSERT('abcdef', 2, 2, 'XX')
SELECT LENGTH('ä'), CHAR_LENGTH('ä'), BIT_LENGTH('ä'), ASCII('a'), ORD('ä'), CHAR(65, 66), CHAR(228 USING latin1), HEX('ä'), UNHEX('4142'), INSTR('abc', 'c'), LOCATE('a', 'banana', 3), POSITION('n' IN 'banana')
SELECT SHA2('a', 256), CRC32('a'), TO_BASE64('abc'), FROM_BASE64('YWJj'), HEX(COMPRESS('aaaa')), UNCOMPRESS(COMPRESS('b')), HEX(AES_ENCRYPT('a', 'k')), INET_ATON('1.2.3.4'), INET_NTOA(16909060), HEX(INET6_ATON('::1'))
SELECT ABS(-1), CEILING(1.2), FLOOR(-1.2), ROUND(2.5), ROUND(1234.567, -2), TRUNCATE(1.999, 2), SIGN(-3), MOD(10, 3), POW(2, 10), SQRT(2), EXP(1), LN(2), LOG10(100), LOG2(8), LOG(2, 8), PI(), SIN(1), ATAN2(1, 2), DEGREES(1), RADIANS(180), CONV('ff', 16, 10), BIN(5), OCT(8), FORMAT(1234567.891, 2), BIT_COUNT(7)
SELECT RAND(5), RAND(5)
SELECT CAST('12abc' AS SIGNED), CAST(-1 AS UNSIGNED), CAST('1.555' AS DECIMAL(5, 2)), CAST(5 AS CHAR), CAST('2026-01-02' AS DATE), CAST('10:11:12.6' AS TIME(1)), CONVERT('a', BINARY(3)), CONVERT('ä' USING latin1), CAST('2026-01-02 03:04:05' AS DATETIME)
SELECT SOUNDEX('hello'), STRCMP('a', 'b'), QUOTE('it''s'), 'a' LIKE 'A', 'a' LIKE BINARY 'A', 'a' COLLATE utf8mb4_bin = 'A', WEIGHT_STRING('a') IS NULL
SELECT twice(4), stock_of(1), stock_of(NULL)
SELECT id, twice(id) FROM kinds WHERE twice(id) > 3 ORDER BY id
SELECT * FROM cheap ORDER BY id
SELECT * FROM of_kind_view ORDER BY kind
SELECT * FROM nested ORDER BY name, stars
SELECT * FROM parts PARTITION (low, high) ORDER BY id
SELECT COUNT(*) FROM parts WHERE region BETWEEN 5 AND 15
SELECT * FROM plain ORDER BY a
SELECT id FROM words WHERE MATCH (body) AGAINST ('quick') ORDER BY id
SELECT id FROM words WHERE MATCH (body) AGAINST ('+quick -fox' IN BOOLEAN MODE) ORDER BY id
SELECT id, ROUND(MATCH (body) AGAINST ('dog'), 3) FROM words ORDER BY id
SELECT SQL_CALC_FOUND_ROWS id FROM products ORDER BY id LIMIT 2
SELECT FOUND_ROWS()
SELECT SQL_NO_CACHE id FROM kinds WHERE id = 1
SELECT SQL_SMALL_RESULT HIGH_PRIORITY SQL_BUFFER_RESULT id FROM kinds WHERE id = 2
SELECT 1 FROM DUAL WHERE 1 = 0
SELECT id FROM products WHERE id = 1 FOR UPDATE
SELECT id FROM products WHERE id = 1 LOCK IN SHARE MODE
SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'shop' ORDER BY table_name
SELECT column_name, column_type, is_nullable, column_key FROM information_schema.columns WHERE table_schema = 'shop' AND table_name = 'products' ORDER BY ordinal_position
SELECT user, host FROM mysql.user ORDER BY user, host
DESCRIBE products
DESC products name
SHOW TABLES
SHOW TABLES LIKE 'p%'
SHOW FULL COLUMNS FROM kinds
SHOW INDEX FROM kinds
SHOW CREATE TABLE products
SHOW CREATE VIEW cheap
SHOW DATABASES LIKE 'sh%'
SHOW CHARACTER SET LIKE 'utf8mb4'
SHOW COLLATION LIKE 'latin1\_s%'
SELECT engine, support FROM information_schema.engines WHERE engine IN ('InnoDB', 'MyISAM') ORDER BY engine
SHOW GRANTS FOR plain_user

# A plan that is executed twice with a cursor is the end of MySQL 9.7.
= without cursor
EXPLAIN SELECT id FROM products WHERE id = 1
EXPLAIN FORMAT = JSON SELECT 1
EXPLAIN DELETE FROM kinds WHERE id = 99
EXPLAIN nothing
