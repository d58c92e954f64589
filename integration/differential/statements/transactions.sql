# Transactions: what is read in them, and what a roll-back leaves.
BEGIN
SELECT balance FROM accounts WHERE id = 3
UPDATE accounts SET balance = balance + 5 WHERE id = 3
SELECT balance FROM accounts WHERE id = 3
ROLLBACK
SELECT balance FROM accounts WHERE id = 3

BEGIN
UPDATE accounts SET balance = balance + 5 WHERE id = 3
SELECT balance FROM accounts WHERE id = 3
COMMIT
SELECT balance FROM accounts WHERE id = 3

START TRANSACTION
SELECT 1/0
SELECT balance FROM accounts WHERE id = 3
COMMIT
SELECT balance FROM accounts WHERE id = 3

BEGIN
INSERT INTO written VALUES (50, 'saved')
SAVEPOINT one
INSERT INTO written VALUES (51, 'rolled back')
SELECT count(*) FROM written WHERE id IN (50, 51)
ROLLBACK TO SAVEPOINT one
SELECT count(*) FROM written WHERE id IN (50, 51)
INSERT INTO written VALUES (50, 'conflict')
ROLLBACK TO one
RELEASE SAVEPOINT one
COMMIT
SELECT count(*) FROM written WHERE id IN (50, 51)
DELETE FROM written WHERE id = 50

BEGIN; SAVEPOINT a; SAVEPOINT b; RELEASE a; ROLLBACK TO b
ROLLBACK

BEGIN ISOLATION LEVEL REPEATABLE READ
SELECT balance FROM accounts WHERE id = 4
b> UPDATE accounts SET balance = balance + 1 WHERE id = 4
SELECT balance FROM accounts WHERE id = 4
b> SELECT balance FROM accounts WHERE id = 4
COMMIT
SELECT balance FROM accounts WHERE id = 4

BEGIN ISOLATION LEVEL REPEATABLE READ
SELECT balance FROM accounts WHERE id = 4
b> UPDATE accounts SET balance = balance + 1 WHERE id = 4
UPDATE accounts SET balance = balance + 1 WHERE id = 4
ROLLBACK
SELECT balance FROM accounts WHERE id = 4

BEGIN ISOLATION LEVEL SERIALIZABLE
SELECT balance FROM accounts WHERE id = 5
UPDATE accounts SET balance = balance + 1 WHERE id = 5
COMMIT
SELECT balance FROM accounts WHERE id = 5

BEGIN READ ONLY
SELECT balance FROM accounts WHERE id = 5
UPDATE accounts SET balance = 0
ROLLBACK

BEGIN
SET TRANSACTION ISOLATION LEVEL SERIALIZABLE
SHOW transaction_isolation
COMMIT

SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ
SELECT balance FROM accounts WHERE id = 6
b> UPDATE accounts SET balance = balance + 1 WHERE id = 6
SELECT balance FROM accounts WHERE id = 6
SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED

SET default_transaction_isolation = 'serializable'
SELECT balance FROM accounts WHERE id = 6
SHOW transaction_isolation
RESET default_transaction_isolation

SET default_transaction_read_only = on
UPDATE accounts SET balance = 0
SELECT balance FROM accounts WHERE id = 6
RESET default_transaction_read_only

COMMIT
ROLLBACK
ROLLBACK TO nothing
SAVEPOINT outside
BEGIN
BEGIN
COMMIT
END
ABORT
BEGIN WORK
COMMIT AND CHAIN
SELECT 1
ROLLBACK AND NO CHAIN
BEGIN
SELEC 1
SAVEPOINT x
ROLLBACK

BEGIN
UPDATE accounts SET balance = balance + 1 WHERE id = 7
PREPARE TRANSACTION 'two phase'
b> SELECT balance FROM accounts WHERE id = 7
COMMIT PREPARED 'two phase'
SELECT balance FROM accounts WHERE id = 7
b> SELECT balance FROM accounts WHERE id = 7

BEGIN
UPDATE accounts SET balance = balance + 1 WHERE id = 7
PREPARE TRANSACTION 'two phase'
ROLLBACK PREPARED 'two phase'
SELECT balance FROM accounts WHERE id = 7
COMMIT PREPARED 'no such'

BEGIN
DECLARE c CURSOR FOR SELECT id, owner FROM accounts ORDER BY id
FETCH 3 FROM c
FETCH NEXT FROM c
MOVE 2 FROM c
FETCH ALL FROM c
FETCH 1 FROM c
CLOSE c
FETCH 1 FROM c
ROLLBACK

BEGIN
DECLARE s SCROLL CURSOR FOR SELECT id FROM accounts ORDER BY id
FETCH LAST FROM s
FETCH PRIOR FROM s
FETCH ABSOLUTE 2 FROM s
FETCH RELATIVE 1 FROM s
FETCH BACKWARD 2 FROM s
COMMIT
FETCH 1 FROM s

BEGIN
DECLARE h CURSOR WITH HOLD FOR SELECT id FROM accounts ORDER BY id LIMIT 4
COMMIT
FETCH 2 FROM h
FETCH 10 FROM h
CLOSE h
DECLARE outside CURSOR FOR SELECT 1
CLOSE ALL

BEGIN
DECLARE u CURSOR FOR SELECT * FROM accounts WHERE id = 8 FOR UPDATE
FETCH 1 FROM u
UPDATE accounts SET balance = balance + 1 WHERE CURRENT OF u
COMMIT
SELECT balance FROM accounts WHERE id = 8

SELECT id FROM accounts WHERE id = 1 FOR UPDATE
SELECT id FROM accounts WHERE id = 1 FOR SHARE NOWAIT
SELECT id FROM accounts WHERE id = 1 FOR NO KEY UPDATE SKIP LOCKED
SELECT id FROM accounts WHERE id = 1 FOR KEY SHARE OF accounts
LOCK TABLE accounts
BEGIN
LOCK TABLE accounts IN SHARE MODE
COMMIT
SELECT pg_advisory_lock(1), pg_try_advisory_lock(1), pg_advisory_unlock(1)
SELECT pg_advisory_unlock_all()

b> BEGIN
b> UPDATE accounts SET balance = balance + 1 WHERE id = 9
SELECT id FROM accounts WHERE id = 9 FOR UPDATE NOWAIT
SELECT id FROM accounts WHERE id = 9 FOR UPDATE SKIP LOCKED
b> COMMIT

BEGIN
INSERT INTO written VALUES (60, 'before')
SELECT count(*) FROM written WHERE id = 60
TRUNCATE written
SELECT count(*) FROM written WHERE id = 60
ROLLBACK
SELECT count(*) FROM written WHERE id = 60

BEGIN
CREATE TABLE in_transaction (x int)
INSERT INTO in_transaction VALUES (1)
SELECT * FROM in_transaction
ROLLBACK
SELECT * FROM in_transaction

BEGIN
DECLARE c CURSOR FOR SELECT stock FROM products WHERE id = 10
UPDATE products SET stock = stock + 1 WHERE id = 10
SELECT stock FROM products WHERE id = 10
FETCH 1 FROM c
COMMIT
SELECT stock FROM products WHERE id = 10

BEGIN
SELECT set_stock(11, 5)
SELECT stock FROM products WHERE id = 11
ROLLBACK
SELECT stock FROM products WHERE id = 11

SET CONSTRAINTS ALL DEFERRED
CALL restock(12, 1)
BEGIN
CALL restock(12, 1)
ROLLBACK
SELECT stock FROM products WHERE id = 12
