# Texts that are nearly the same: a cache that mixes them up answers with the other's rows.
SELECT owner FROM accounts WHERE id = 1
SELECT owner FROM accounts WHERE id = 2
SELECT owner FROM accounts WHERE id = '1'
SELECT owner FROM accounts WHERE id = 1.0
SELECT owner FROM accounts WHERE id = 01
SELECT owner FROM accounts WHERE id = +1
SELECT owner FROM accounts WHERE id = -1
SELECT owner AS o FROM accounts WHERE id = 1
SELECT owner FROM accounts WHERE id = 1 AND 1 = 1
SELECT owner FROM accounts WHERE id = 1 LIMIT 1
SELECT owner FROM accounts WHERE id = 1 LIMIT 0
SELECT owner FROM accounts WHERE id IN (1)
SELECT owner FROM accounts WHERE id IN (1, 2) ORDER BY id
SELECT owner FROM accounts WHERE id IN (2, 1) ORDER BY id DESC
SELECT owner FROM accounts WHERE id IN (1, 2, 3) ORDER BY id
SELECT 1, owner FROM accounts WHERE id = 1
SELECT 2, owner FROM accounts WHERE id = 1
SELECT 1.0, owner FROM accounts WHERE id = 1
SELECT '1', owner FROM accounts WHERE id = 1
SELECT 'a', owner FROM accounts WHERE id = 1
SELECT 'A', owner FROM accounts WHERE id = 1
SELECT 'a ', owner FROM accounts WHERE id = 1
SELECT ' a', owner FROM accounts WHERE id = 1
SELECT E'a', owner FROM accounts WHERE id = 1
SELECT E'\x61', owner FROM accounts WHERE id = 1
SELECT $$a$$, owner FROM accounts WHERE id = 1
SELECT NULL, owner FROM accounts WHERE id = 1
SELECT 'NULL', owner FROM accounts WHERE id = 1
SELECT true, owner FROM accounts WHERE id = 1
SELECT 'true', owner FROM accounts WHERE id = 1
SELECT B'1', owner FROM accounts WHERE id = 1
SELECT X'1', owner FROM accounts WHERE id = 1
SELECT 1e1, owner FROM accounts WHERE id = 1
SELECT 10, owner FROM accounts WHERE id = 1
SELECT 1::int8, owner FROM accounts WHERE id = 1
SELECT 1::text, owner FROM accounts WHERE id = 1
SELECT 1 AS a, owner FROM accounts WHERE id = 1
SELECT 1 AS b, owner FROM accounts WHERE id = 1
SELECT 1 AS "A", owner FROM accounts WHERE id = 1
SELECT owner, 1 FROM accounts WHERE id = 1
SELECT owner FROM accounts ORDER BY 1 LIMIT 3
SELECT id, owner FROM accounts ORDER BY 1 LIMIT 3
SELECT id, owner FROM accounts ORDER BY 2 LIMIT 3
SELECT id, owner FROM accounts ORDER BY 1 DESC LIMIT 3
SELECT id, owner FROM accounts ORDER BY id LIMIT 3 OFFSET 1
SELECT id, owner FROM accounts ORDER BY id LIMIT 3 OFFSET 2
SELECT interval '1' day, owner FROM accounts WHERE id = 1
SELECT interval '1' month, owner FROM accounts WHERE id = 1
SELECT 'x'::varchar(3), owner FROM accounts WHERE id = 1
SELECT 'xyzzy'::varchar(3), owner FROM accounts WHERE id = 1
SELECT 'xyzzy'::varchar(4), owner FROM accounts WHERE id = 1
SELECT 1.23456::numeric(10,2), owner FROM accounts WHERE id = 1
SELECT 1.23456::numeric(10,3), owner FROM accounts WHERE id = 1
SELECT date '2026-01-01', owner FROM accounts WHERE id = 1
SELECT timestamp '2026-01-01', owner FROM accounts WHERE id = 1
SELECT count(*) FROM accounts WHERE owner = 'owner 1'
SELECT count(*) FROM accounts WHERE owner = 'OWNER 1'
SELECT count(*) FROM accounts WHERE owner LIKE 'owner 1%'
SELECT count(*) FROM accounts WHERE owner LIKE 'owner _'
SELECT count(*) FROM accounts WHERE "owner" = 'owner 1'
SELECT OWNER FROM ACCOUNTS WHERE ID = 1
SELECT "OWNER" FROM accounts WHERE id = 1
SELECT owner FROM public.accounts WHERE id = 1
SELECT owner FROM ONLY accounts WHERE id = 1
SELECT a.owner FROM accounts a WHERE a.id = 1
SELECT a.owner FROM accounts AS a WHERE a.id = 1

SELECT id, owner FROM accounts WHERE id = $1
@ 1
SELECT id, owner FROM accounts WHERE id = $1
@ 2
SELECT id, owner FROM accounts WHERE id = $1
@ \N
SELECT id, owner FROM accounts WHERE id = $1
@ 01
SELECT id, owner FROM accounts WHERE id = $1 + 0
@ 1
SELECT id, owner FROM accounts WHERE owner = $1
@ owner 1
SELECT id, owner FROM accounts WHERE owner = $1
@ 

SELECT id FROM accounts WHERE owner = $1 AND id = $2
@ owner 1
@ 1
SELECT id FROM accounts WHERE owner = $1 AND id = $2
@ owner 2
@ 1
SELECT id FROM accounts WHERE owner = $1 || $2
@ owner
@  1
SELECT id FROM accounts WHERE owner = $1 || $2
@ owner 
@ 1
