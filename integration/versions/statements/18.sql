# What PostgreSQL 18 has learnt.
SELECT id, v, n FROM written ORDER BY id
INSERT INTO written VALUES (81, 'x', 1) RETURNING old.v, new.v, new.n
SELECT id, v, n FROM written ORDER BY id
UPDATE written SET n = n + 1 WHERE id = 81 RETURNING old.n, new.n
SELECT id, v, n FROM written ORDER BY id
INSERT INTO written VALUES (81, 'y', 5) ON CONFLICT (id) DO UPDATE SET v = excluded.v RETURNING WITH (OLD AS o, NEW AS w) o.v, w.v
SELECT id, v, n FROM written ORDER BY id
WITH u AS (UPDATE written SET n = n + 1 WHERE id = 81 RETURNING WITH (OLD AS o) o.n AS was, n) SELECT * FROM u
SELECT id, v, n FROM written ORDER BY id
MERGE INTO written w USING (VALUES (81)) s (id) ON w.id = s.id WHEN MATCHED THEN UPDATE SET n = w.n + 1 RETURNING old.n, new.n
SELECT id, v, n FROM written ORDER BY id
DELETE FROM written WHERE id = 81 RETURNING old.*, new.id
SELECT id, v, n FROM written ORDER BY id

CREATE TABLE virtually (id int PRIMARY KEY, v int, twice_v int GENERATED ALWAYS AS (v * 2) VIRTUAL)
INSERT INTO virtually VALUES (1, 10), (2, 20)
SELECT id, v, twice_v FROM virtually ORDER BY id
SELECT id, v, twice_v FROM virtually ORDER BY id
UPDATE virtually SET v = 11 WHERE id = 1
SELECT id, v, twice_v FROM virtually ORDER BY id
ALTER TABLE virtually ADD COLUMN more int GENERATED ALWAYS AS (v + 1) VIRTUAL
SELECT count(more), sum(more) FROM virtually
ALTER TABLE virtually ALTER COLUMN more SET EXPRESSION AS (v + 2)
SELECT count(more), sum(more) FROM virtually
DROP TABLE virtually

SELECT casefold('STRASSE'), array_sort(ARRAY[3, 1, 2]), array_reverse(ARRAY[1, 2]), crc32('x'), gamma(5)
SELECT uuid_extract_version(uuidv7()), uuid_extract_version(uuidv4())
SELECT 1::bytea, '\x0102'::bytea::int, reverse('\x0102'::bytea)
SELECT min(tags), max(tags), min(ROW(id, stock)) FROM products WHERE id < 4
SELECT to_number('XIV', 'RN'), json_strip_nulls('[null, {"a": null}]', true)

CREATE TABLE booked (room int, during int4range, PRIMARY KEY (room, during WITHOUT OVERLAPS))
INSERT INTO booked VALUES (1, '[1,5)'), (2, '[1,5)')
SELECT * FROM booked ORDER BY room
INSERT INTO booked VALUES (1, '[4,6)')
ALTER TABLE booked ADD CONSTRAINT odd CHECK (room > 1) NOT ENFORCED
SELECT * FROM booked ORDER BY room
DROP TABLE booked
