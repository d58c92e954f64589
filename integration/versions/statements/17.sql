# What PostgreSQL 16 and 17 have learnt, and the parser of 15 has not.
SELECT j.* FROM JSON_TABLE('[{"a": 1, "b": "x"}, {"a": 2}]', '$[*]' COLUMNS (n FOR ORDINALITY, a int PATH '$.a', b text PATH '$.b')) j
SELECT p.id, j.n FROM products p, JSON_TABLE(p.data, '$' COLUMNS (n int PATH '$.n')) j WHERE p.id < 5 ORDER BY 1
SELECT JSON_EXISTS(data, '$.even'), JSON_VALUE(data, '$.n' RETURNING int), JSON_QUERY(data, '$.even') FROM products WHERE id = 1
SELECT JSON_VALUE(data, '$.n'), JSON_QUERY(data, '$.n') FROM products WHERE id = 2
SELECT JSON_OBJECT('id': id, 'name': name), JSON_ARRAY(id, stock) FROM products WHERE id = 1
SELECT JSON_ARRAYAGG(id ORDER BY id), JSON_OBJECTAGG(id: stock) FROM products WHERE id < 4
SELECT data IS JSON OBJECT, '{' IS JSON, JSON('{"a": 1}'), JSON_SCALAR(1), JSON_SERIALIZE('{"a": 1}') FROM products WHERE id = 1
SELECT id, 1_000, 0x1F, 0o17, 0b11 FROM products WHERE id = 0x1
SELECT made AT LOCAL FROM products WHERE id = 1
SELECT system_user IS NULL, id FROM products WHERE id = 1
SELECT system_user, id FROM products WHERE id = 1
SELECT any_value(stock) FROM products WHERE id = 1
SELECT * FROM (SELECT id FROM products ORDER BY id LIMIT 2)
SELECT to_timestamp(0) AT LOCAL, random(1, 1), to_bin(5), to_oct(8)
SELECT unicode_version() IS NOT NULL, xmltext('<')
SELECT JSON_VALUE('{"a": 1}', 'strict $.b' ERROR ON ERROR)
SELECT 1_000_ FROM products
EXPLAIN (COSTS OFF, GENERIC_PLAN) SELECT * FROM products WHERE id = $1

SELECT * FROM accounts ORDER BY id
MERGE INTO accounts a USING (VALUES (1, 5), (99, 7)) s (id, more) ON a.id = s.id WHEN MATCHED THEN UPDATE SET balance = balance + more
  WHEN NOT MATCHED THEN INSERT VALUES (s.id, 'owner ' || s.id, s.more) RETURNING merge_action(), a.*, s.more
SELECT * FROM accounts ORDER BY id
MERGE INTO accounts a USING (SELECT * FROM accounts WHERE id <> 99) s ON a.id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE
SELECT * FROM accounts ORDER BY id
WITH m AS (MERGE INTO accounts a USING (VALUES (2)) s (id) ON a.id = s.id WHEN MATCHED THEN UPDATE SET balance = balance + 1
  RETURNING a.id, a.balance) SELECT * FROM m
SELECT * FROM accounts ORDER BY id
MERGE INTO accounts a USING (VALUES (2)) s (id) ON a.id = s.id WHEN MATCHED THEN UPDATE SET balance = -1 RETURNING *
SELECT * FROM accounts ORDER BY id

MERGE INTO cheap c USING (VALUES (3)) s (id) ON c.id = s.id WHEN MATCHED THEN UPDATE SET price = c.price + 1
SELECT id, price FROM products WHERE id < 5 ORDER BY id
BEGIN
MERGE INTO cheap c USING (VALUES (4)) s (id) ON c.id = s.id WHEN MATCHED THEN UPDATE SET price = c.price + 1 RETURNING c.price
SELECT id, price FROM products WHERE id < 5 ORDER BY id
ROLLBACK
SELECT id, price FROM products WHERE id < 5 ORDER BY id

SELECT * FROM written ORDER BY id
COPY written FROM STDIN (ON_ERROR ignore)
| 71	good	1
| seventy-two	bad	2
| 73	good	3
SELECT * FROM written ORDER BY id
COPY (MERGE INTO written w USING (VALUES (71)) s (id) ON w.id = s.id WHEN MATCHED THEN DELETE RETURNING w.*) TO STDOUT
SELECT * FROM written ORDER BY id
COPY (DELETE FROM written WHERE id > 70 RETURNING *) TO STDOUT
COPY written FROM STDIN (DEFAULT '\D')
| 74	new	\D
SELECT * FROM written ORDER BY id
DELETE FROM written WHERE id > 70
