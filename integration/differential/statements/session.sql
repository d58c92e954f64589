# Settings that change bytes, names or rights; each read twice under each.
SELECT tz, ts, d, iv FROM kinds ORDER BY i4
SET timezone = 'Asia/Kolkata'
SELECT tz, ts, d, iv FROM kinds ORDER BY i4
SET TIME ZONE 'America/New_York'
SELECT tz, ts, d, iv FROM kinds ORDER BY i4
SET datestyle = 'German, DMY'
SELECT tz, ts, d, iv FROM kinds ORDER BY i4
SET datestyle TO SQL, MDY
SELECT d FROM kinds ORDER BY i4
SET intervalstyle = 'iso_8601'
SELECT iv FROM kinds ORDER BY i4
RESET datestyle
RESET intervalstyle
SET TIME ZONE DEFAULT
SELECT tz, ts, d, iv FROM kinds ORDER BY i4

SELECT f4, f8 FROM kinds ORDER BY i4
SET extra_float_digits = 0
SELECT f4, f8, 0.1::float8 + 0.2 FROM kinds ORDER BY i4
SET extra_float_digits = -10
SELECT f8 FROM kinds ORDER BY i4
RESET extra_float_digits
SELECT f8 FROM kinds ORDER BY i4

SELECT b FROM kinds ORDER BY i4
SET bytea_output = 'escape'
SELECT b FROM kinds ORDER BY i4
RESET ALL
SELECT b FROM kinds ORDER BY i4

SELECT name FROM products WHERE id = 1
SET search_path = other, public
SELECT name FROM products WHERE id = 1
SET search_path = public, other
SELECT name FROM products WHERE id = 1
SET search_path TO DEFAULT
SELECT name FROM products WHERE id = 1
SELECT set_config('search_path', 'other', false)
SELECT name FROM products WHERE id = 1
SELECT set_config('search_path', '"$user", public', false)
SELECT name FROM products WHERE id = 1
SELECT set_config(chr(115) || 'earch_path', 'other', false)
SELECT name FROM products WHERE id = 1
RESET search_path
SELECT name FROM products WHERE id = 1

SELECT name FROM products WHERE id = 1
BEGIN
SET LOCAL search_path = other
SELECT name FROM products WHERE id = 1
COMMIT
SELECT name FROM products WHERE id = 1
BEGIN
SET search_path = other
SELECT name FROM products WHERE id = 1
ROLLBACK
SELECT name FROM products WHERE id = 1
SET search_path = other; SET timezone = 'UTC'; SELECT name FROM products WHERE id = 1
SELECT name FROM products WHERE id = 1
DISCARD ALL
SELECT name FROM products WHERE id = 1

SELECT name FROM products WHERE id = 1
CREATE TEMP TABLE products (id int, name text)
INSERT INTO products VALUES (1, 'temporary')
SELECT name FROM products WHERE id = 1
SELECT name FROM public.products WHERE id = 1
b> SELECT name FROM products WHERE id = 1
DISCARD TEMP
SELECT name FROM products WHERE id = 1
DROP TABLE IF EXISTS pg_temp.products

SELECT count(*) FROM products
SELECT id INTO TEMP reviews FROM accounts WHERE id < 4
SELECT count(*) FROM reviews
b> SELECT count(*) FROM reviews
DROP TABLE pg_temp.reviews
SELECT count(*) FROM reviews

SELECT owner FROM accounts WHERE id = 1
SELECT id, who FROM secured ORDER BY id
SET ROLE plain_user
SELECT owner FROM accounts WHERE id = 1
SELECT id, who FROM secured ORDER BY id
SELECT current_user, session_user
RESET ROLE
SELECT owner FROM accounts WHERE id = 1
SELECT id, who FROM secured ORDER BY id

SET SESSION AUTHORIZATION plain_user
SELECT owner FROM accounts WHERE id = 1
SELECT id, who FROM secured ORDER BY id
INSERT INTO secured VALUES (9, 'postgres')
RESET SESSION AUTHORIZATION
SELECT id, who FROM secured ORDER BY id

SET SESSION AUTHORIZATION plain_user
SELECT name FROM products WHERE id = 2
b> REVOKE SELECT ON products FROM plain_user
SELECT name FROM products WHERE id = 2
b> GRANT SELECT ON products TO plain_user
SELECT name FROM products WHERE id = 2
RESET SESSION AUTHORIZATION

SET row_security = off
SELECT id FROM secured ORDER BY id
SET ROLE plain_user
SELECT id FROM secured ORDER BY id
RESET ALL
RESET ROLE

SET client_encoding = 'LATIN1'
SELECT name AS n, 'x' FROM products WHERE id = 1
SELECT chr(252)
SELECT chr(1234)
SET client_encoding = 'SQL_ASCII'
SELECT chr(252)
SET client_encoding = 'SJIS'
SELECT name FROM products WHERE id = 1
SET NAMES 'UTF8'
SELECT chr(252)
RESET client_encoding

SET standard_conforming_strings = off
SELECT 'a\nb', name FROM products WHERE id = 1
SELECT 'it\'s'
SET backslash_quote = on
SELECT 'it\'s', id FROM accounts WHERE id = 1
RESET ALL
SELECT 'a\nb', name FROM products WHERE id = 1

SET app.user = 'one'
SELECT current_setting('app.user'), current_setting('app.nothing', true)
SELECT current_setting('app.user') || name FROM products WHERE id = 1
SET app.user = 'two'
SELECT current_setting('app.user') || name FROM products WHERE id = 1
SELECT current_setting('app.nothing')
RESET app.user
SELECT current_setting('app.user')

SET transform_null_equals = on
SELECT count(*) FROM kinds WHERE t = NULL
RESET transform_null_equals
SELECT count(*) FROM kinds WHERE t = NULL
SET array_nulls = off
SELECT '{1,NULL}'::text[], id FROM accounts WHERE id = 1
RESET array_nulls
SET quote_all_identifiers = on
SELECT quote_ident('x'), id FROM accounts WHERE id = 1
RESET quote_all_identifiers
SET lc_monetary = 'C'
SELECT 12.34::money, id FROM accounts WHERE id = 1
SET statement_timeout = '500ms'
SELECT pg_sleep(5)
RESET statement_timeout
SET lock_timeout = '500ms'
RESET lock_timeout
SET application_name = 'someone else'
SHOW application_name
SET LOCAL timezone = 'UTC'
SET SESSION timezone = 'UTC'
SET XML OPTION DOCUMENT
SET SEED TO 0.5
SELECT random(), random()
SELECT setseed(0.25)
SELECT random()
SET client_min_messages = 'debug1'
SELECT 1
SET client_min_messages = 'error'
SELECT say('unheard')
RESET client_min_messages
SELECT say('heard')
SET default_text_search_config = 'simple'
SELECT to_tsvector('the cats'), id FROM accounts WHERE id = 1
RESET default_text_search_config
SET enable_seqscan = off
SELECT id FROM accounts WHERE id = 1
RESET ALL
DISCARD PLANS
DISCARD SEQUENCES
DISCARD ALL
BEGIN; DISCARD ALL
ROLLBACK
LOAD 'plpgsql'
