# Plain reads: each runs twice, so the second one may be answered from the cache.
SELECT 1
SELECT
SELECT FROM products LIMIT 3
SELECT * FROM products WHERE id = 1
SELECT * FROM products WHERE id = 2
SELECT * FROM products WHERE id = -1
select * from products where id = 1
SELECT  *  FROM   products WHERE id=1
SELECT * FROM products WHERE id = 1;
SELECT id FROM products ORDER BY id DESC LIMIT 5
SELECT id FROM products ORDER BY id LIMIT 0
SELECT count(*) FROM products
SELECT count(*), sum(price), avg(price), min(name), max(made) FROM products
SELECT stock, count(*) FROM products GROUP BY stock ORDER BY stock
SELECT stock, count(*) FROM products GROUP BY stock HAVING count(*) > 28 ORDER BY 1
SELECT stock, id % 2, count(*) FROM products GROUP BY GROUPING SETS ((stock), (id % 2), ()) ORDER BY 1, 2, 3
SELECT stock, count(*) FROM products GROUP BY ROLLUP (stock) ORDER BY 1 NULLS FIRST
SELECT DISTINCT stock FROM products ORDER BY stock
SELECT DISTINCT ON (stock) stock, id FROM products ORDER BY stock, id
SELECT p.name, r.stars FROM products p JOIN reviews r ON r.product_id = p.id WHERE p.id = 5 ORDER BY r.id
SELECT p.id, count(r.id) FROM products p LEFT JOIN reviews r ON r.product_id = p.id GROUP BY p.id ORDER BY p.id LIMIT 10
SELECT a.id, b.id FROM accounts a FULL JOIN audited b USING (id) ORDER BY 1, 2
SELECT id FROM accounts NATURAL JOIN audited ORDER BY id
SELECT p.id, x.stars FROM products p, LATERAL (SELECT stars FROM reviews WHERE product_id = p.id ORDER BY id LIMIT 1) x
  WHERE p.id < 5 ORDER BY 1
SELECT p.id FROM products p CROSS JOIN accounts a WHERE p.id = a.id ORDER BY 1
SELECT id FROM products WHERE id IN (SELECT product_id FROM reviews WHERE stars = 5) ORDER BY id LIMIT 10
SELECT id FROM products p WHERE EXISTS (SELECT FROM reviews r WHERE r.product_id = p.id AND stars = 1) ORDER BY id LIMIT 10
SELECT id FROM products WHERE id NOT IN (SELECT product_id FROM reviews WHERE stars > 3) ORDER BY id LIMIT 10
SELECT (SELECT max(stars) FROM reviews WHERE product_id = p.id) FROM products p WHERE id < 4 ORDER BY id
SELECT id FROM products WHERE price > ALL (SELECT price FROM products WHERE id < 100) ORDER BY id LIMIT 3
SELECT id FROM products UNION SELECT id FROM accounts ORDER BY id LIMIT 10
SELECT id FROM accounts UNION ALL SELECT id FROM audited ORDER BY id
SELECT id FROM products INTERSECT SELECT id FROM accounts ORDER BY id
SELECT id FROM accounts EXCEPT SELECT id FROM audited ORDER BY id
WITH a AS (SELECT * FROM accounts WHERE id < 5) SELECT sum(balance) FROM a
WITH accounts AS (SELECT * FROM accounts WHERE id < 3) SELECT * FROM accounts ORDER BY id
WITH a AS MATERIALIZED (SELECT 1 AS x), b AS NOT MATERIALIZED (SELECT x + 1 AS x FROM a) SELECT * FROM a, b
WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 10) SELECT sum(n) FROM t
WITH RECURSIVE t AS (SELECT id FROM products WHERE id = 1 UNION SELECT p.id FROM products p JOIN t ON p.id = t.id + 50)
  SELECT * FROM t ORDER BY 1
VALUES (1, 'a'), (2, 'b')
TABLE accounts
TABLE audited ORDER BY id LIMIT 1
SELECT id, rank() OVER (ORDER BY stock DESC, id), lag(id) OVER w FROM products WHERE id < 8 WINDOW w AS (ORDER BY id) ORDER BY id
SELECT id, sum(price) OVER (PARTITION BY stock ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM products
  WHERE id < 20 ORDER BY id
SELECT count(*) FILTER (WHERE stock > 3), string_agg(name, ',' ORDER BY id) FROM products WHERE id < 6
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY price), mode() WITHIN GROUP (ORDER BY stock) FROM products
SELECT array_agg(id ORDER BY id), json_agg(id ORDER BY id), jsonb_object_agg(id, stock) FROM products WHERE id < 4
SELECT CASE WHEN stock = 0 THEN 'none' WHEN stock < 3 THEN 'few' ELSE 'many' END, count(*) FROM products GROUP BY 1 ORDER BY 1
SELECT CASE stock WHEN 0 THEN 'zero' END FROM products WHERE id IN (1, 7) ORDER BY id
SELECT name LIKE 'product 1%', name ILIKE 'PRODUCT%', name ~ '^p.*1$', name SIMILAR TO '%1' FROM products WHERE id = 11
SELECT id BETWEEN 1 AND 3, id IS DISTINCT FROM 2, id IS NULL, NOT (id = 1) FROM products WHERE id < 4 ORDER BY id
SELECT upper(name), substring(name FROM 1 FOR 4), position('d' IN name), trim(both 'p' FROM name) FROM products WHERE id = 1
SELECT extract(year FROM made), date_trunc('day', made), to_char(made, 'YYYY'), made AT TIME ZONE 'UTC' FROM products WHERE id = 1
SELECT coalesce(NULL, 1), nullif(1, 1), greatest(1, 2), least(1, 2)
SELECT generate_series(1, 3), generate_series(1, 2)
SELECT * FROM generate_series(1, 3) WITH ORDINALITY AS g(n, o)
SELECT * FROM unnest(ARRAY[1, 2], ARRAY['a', 'b']) AS u(n, t)
SELECT * FROM json_to_recordset('[{"a": 1, "b": "x"}]') AS t(a int, b text)
SELECT * FROM jsonb_each('{"a": 1, "b": 2}')
SELECT * FROM ROWS FROM (generate_series(1, 2), generate_series(1, 3)) AS t(a, b)
SELECT tags[1], tags @> ARRAY['all'], 't1' = ANY(tags) FROM products WHERE id < 4 ORDER BY id
SELECT data -> 'n', data ->> 'even', data @> '{"even": true}', data ? 'n' FROM products WHERE id < 3 ORDER BY id
SELECT id FROM products WHERE data @> '{"even": true}' ORDER BY id LIMIT 3
SELECT * FROM ONLY parents
SELECT * FROM parents ORDER BY id
SELECT tableoid::regclass, id FROM parents ORDER BY id
SELECT * FROM events WHERE at BETWEEN '2025-12-01' AND '2026-01-31' ORDER BY id
SELECT count(*) FROM events
SELECT count(*) FROM events_2025
SELECT * FROM cheap ORDER BY id LIMIT 3
SELECT * FROM per_stars ORDER BY stars
SELECT twice(id) FROM products WHERE id < 3 ORDER BY id
SELECT product_count()
SELECT p FROM products p WHERE id = 1
SELECT p.*, 1 AS one FROM products p WHERE id = 1
SELECT id AS "Weird Name", name AS "ünï" FROM products WHERE id = 1
SELECT id FROM public.products WHERE id = 1
SELECT id, name FROM other.products ORDER BY id
SELECT "id" FROM "products" WHERE "id" = 1
SELECT * FROM products TABLESAMPLE BERNOULLI (100) REPEATABLE (1) WHERE id = 3
SELECT id FROM products ORDER BY name COLLATE "C" LIMIT 3
SELECT id FROM products ORDER BY stock NULLS LAST, id FETCH FIRST 3 ROWS ONLY
SELECT stock FROM products ORDER BY stock DESC FETCH FIRST 1 ROWS WITH TIES
SELECT id FROM products OFFSET 197
SELECT oid, relname FROM pg_class WHERE relname = 'products' ORDER BY 1
SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name < 'd' ORDER BY 1
SELECT a.attname FROM pg_attribute a WHERE attrelid = 'accounts'::regclass AND attnum > 0 ORDER BY attnum
SELECT n.nspname FROM pg_namespace n WHERE n.nspname !~ '^pg_' ORDER BY 1
SELECT current_database(), current_user, session_user, current_schema, current_schemas(true)
SELECT now() = transaction_timestamp(), now() IS NOT NULL, clock_timestamp() >= now(), current_date = now()::date
SELECT random() < 1, pg_backend_pid() > 0, version() LIKE 'PostgreSQL%'
SELECT nextval('counter'), currval('counter'), lastval()
SELECT setval('counter', 100), setval('counter', 100, false)
SELECT last_value, is_called FROM counter
SELECT id, xmax = 0 FROM products WHERE id = 1
SELECT 'now'::timestamptz IS NOT NULL, 'today'::date = current_date, 'epoch'::timestamptz
SELECT * FROM secured ORDER BY id
SELECT id FROM ruled ORDER BY id, v
SELECT 1 AS a UNION (SELECT 2 ORDER BY 1) ORDER BY a
SELECT ((((((((((1))))))))))
SELECT -1, - 1, +1, 1-1, 1 - -1, 2^10, 7 % 3, 7 / 2, |/ 25, @ -5, 5 # 3, ~1, 1 << 4
SELECT '1' = 1, 1 = 1.0, true AND NULL, NULL OR true, NOT NULL::bool
SELECT md5('x'), encode(sha256('x'), 'hex'), length('ünï'), reverse('abc'), split_part('a,b', ',', 2)
SELECT regexp_replace('abc', 'b', 'X'), regexp_matches('a1b2', '\d', 'g')
SELECT to_number('12,345', '99,999'), to_date('20261122', 'YYYYMMDD'), to_timestamp(0)
SELECT age('2026-01-01'::date, '2025-01-01'::date), make_date(2026, 1, 2), justify_hours('27 hours'::interval)

# By themselves: what is not understood makes Tapri read the schema again.
SELECT 'a' || 'b' || 1, 'a' 'b', concat('a', NULL, 1), format('%s %I %L', 'x', 'Y z', 'it''s')
EXPLAIN (COSTS OFF) SELECT * FROM products WHERE id = 1
EXPLAIN (COSTS OFF, FORMAT JSON) SELECT * FROM accounts
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) SELECT count(*) FROM accounts
SHOW search_path
SHOW server_version
