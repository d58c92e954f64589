# Comments, blanks, nothing at all, several statements in one string.
/* a comment */ SELECT id FROM accounts WHERE id = 1
SELECT /* inside */ id FROM accounts WHERE id = 1
SELECT id FROM accounts WHERE id = 1 -- at the end
-- first
  SELECT id FROM accounts WHERE id = 1
/* nested /* comment */ here */ SELECT 1
/* tapri: bypass */ SELECT id FROM accounts WHERE id = 1
/* tapri: ttl=30s */ SELECT id FROM accounts WHERE id = 1
/* tapri: nonsense=yes */ SELECT id FROM accounts WHERE id = 1
-- only a comment
/* only a comment */
/* not closed
;
;;
;;;  ;
; SELECT 1
SELECT 1;;SELECT 2
SELECT id FROM accounts WHERE id = 1; SELECT id FROM accounts WHERE id = 2
SELECT 1; SELECT 1/0; SELECT 2
SELECT 1; SELEC 2
INSERT INTO written VALUES (1000, 'multi'); SELECT count(*) FROM written WHERE id = 1000; DELETE FROM written WHERE id = 1000
BEGIN; SELECT 1; COMMIT
BEGIN; INSERT INTO written VALUES (1001, 'x'); ROLLBACK; SELECT count(*) FROM written WHERE id = 1001
INSERT INTO written VALUES (1002, 'x'); SELECT 1/0; SELECT 3
SELECT count(*) FROM written WHERE id = 1002
BEGIN; INSERT INTO written VALUES (1003, 'x'); COMMIT; SELECT 1/0
SELECT count(*) FROM written WHERE id = 1003
DELETE FROM written WHERE id = 1003; SELECT count(*) FROM written WHERE id = 1003
SELECT 1; BEGIN; SELECT 2
COMMIT
UPDATE written SET n = 1; UPDATE written SET n = 2; SELECT n FROM written
SET extra_float_digits = 1; SELECT 0.1::float8; RESET extra_float_digits
SELECT 'a;b', $$c;d$$, ";" FROM (SELECT 1 AS ";") x; SELECT E'\';', ';'
CREATE TEMP TABLE several (x int); INSERT INTO several VALUES (1); SELECT * FROM several; DROP TABLE several
SELECT 1 \; SELECT 2
