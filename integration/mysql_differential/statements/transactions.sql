# Transactions, levels, savepoints, locks, XA, HANDLER; two sessions that never wait for each other.
BEGIN
SELECT balance FROM accounts WHERE id = 1
UPDATE accounts SET balance = 101 WHERE id = 1
SELECT balance FROM accounts WHERE id = 1
b> SELECT balance FROM accounts WHERE id = 1
COMMIT
b> SELECT balance FROM accounts WHERE id = 1
START TRANSACTION
UPDATE accounts SET balance = 100 WHERE id = 1
ROLLBACK
SELECT balance FROM accounts WHERE id = 1
BEGIN WORK
UPDATE accounts SET balance = 100 WHERE id = 1
COMMIT WORK AND CHAIN
SELECT balance FROM accounts WHERE id = 1
ROLLBACK AND NO CHAIN NO RELEASE
TRUNCATE journal

START TRANSACTION READ ONLY
UPDATE accounts SET balance = 0 WHERE id = 1
SELECT COUNT(*) FROM accounts
COMMIT
START TRANSACTION WITH CONSISTENT SNAPSHOT
b> UPDATE accounts SET owner = 'ada!' WHERE id = 1
SELECT owner FROM accounts WHERE id = 1
SELECT owner FROM accounts WHERE id = 1 LOCK IN SHARE MODE
COMMIT
SELECT owner FROM accounts WHERE id = 1
b> UPDATE accounts SET owner = 'ada' WHERE id = 1
START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY
ROLLBACK

SET TRANSACTION ISOLATION LEVEL READ COMMITTED
BEGIN
SELECT owner FROM accounts WHERE id = 2
b> UPDATE accounts SET owner = 'bert' WHERE id = 2
SELECT owner FROM accounts WHERE id = 2
COMMIT
BEGIN
SELECT owner FROM accounts WHERE id = 2
b> UPDATE accounts SET owner = 'ben' WHERE id = 2
SELECT owner FROM accounts WHERE id = 2
COMMIT
SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED
b> BEGIN
b> UPDATE accounts SET owner = 'dirty' WHERE id = 2
SELECT owner FROM accounts WHERE id = 2
b> ROLLBACK
SELECT owner FROM accounts WHERE id = 2
SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE
BEGIN
SET TRANSACTION READ ONLY
COMMIT
SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE

BEGIN
INSERT INTO journal (what) VALUES ('kept')
SAVEPOINT one
INSERT INTO journal (what) VALUES ('gone')
SAVEPOINT two
ROLLBACK TO SAVEPOINT one
ROLLBACK TO two
RELEASE SAVEPOINT one
RELEASE SAVEPOINT one
COMMIT
SELECT what FROM journal
TRUNCATE journal

SET autocommit = 0
INSERT INTO journal (what) VALUES ('implicit')
b> SELECT COUNT(*) FROM journal
SELECT @@autocommit, COUNT(*) FROM journal
COMMIT
b> SELECT COUNT(*) FROM journal
DELETE FROM journal
ROLLBACK
SELECT COUNT(*) FROM journal
DELETE FROM journal
SET autocommit = 1
b> SELECT COUNT(*) FROM journal
b> COMMIT

BEGIN
INSERT INTO journal (what) VALUES ('before the definition')
CREATE TABLE made (a INT)
b> SELECT COUNT(*) FROM journal
ROLLBACK
DROP TABLE made
BEGIN
INSERT INTO journal (what) VALUES ('before the next begin')
BEGIN
ROLLBACK
SELECT COUNT(*) FROM journal
BEGIN
INSERT INTO journal (what) VALUES ('temporary tables end nothing')
CREATE TEMPORARY TABLE t (a INT)
ROLLBACK
SELECT COUNT(*) FROM journal
DROP TEMPORARY TABLE IF EXISTS t
BEGIN
INSERT INTO plain VALUES (20, 1, 'stays')
INSERT INTO journal (what) VALUES ('goes')
ROLLBACK
SHOW WARNINGS
SELECT COUNT(*) FROM plain WHERE id = 20
DELETE FROM plain WHERE id = 20
TRUNCATE journal

# Half of it is waiting.
= without text with EOF, prepared, cursor
SET innodb_lock_wait_timeout = 1
b> BEGIN
b> SELECT id FROM accounts WHERE id = 5 FOR UPDATE
UPDATE accounts SET owner = 'x' WHERE id = 5
SELECT id FROM accounts WHERE id = 5 FOR UPDATE NOWAIT
SELECT id FROM accounts WHERE id >= 4 ORDER BY id FOR UPDATE SKIP LOCKED
b> ROLLBACK

LOCK TABLES kinds READ, journal WRITE
SELECT COUNT(*) FROM kinds
INSERT INTO kinds VALUES (80, 'x')
SELECT COUNT(*) FROM products
INSERT INTO journal (what) VALUES ('locked')
LOCK TABLES accounts AS a READ
SELECT COUNT(*) FROM accounts
SELECT COUNT(*) FROM accounts AS a
UNLOCK TABLES
SELECT what FROM journal
TRUNCATE journal
FLUSH TABLES kinds WITH READ LOCK
SELECT COUNT(*) FROM kinds
UNLOCK TABLES
FLUSH TABLES kinds
FLUSH STATUS

XA START 'one'
INSERT INTO journal (what) VALUES ('by xa')
COMMIT
SELECT COUNT(*) FROM journal
XA END 'one'
SELECT COUNT(*) FROM journal
XA PREPARE 'one'
XA RECOVER
b> SELECT COUNT(*) FROM journal
b> COMMIT
XA COMMIT 'one'
SELECT COUNT(*) FROM journal
XA BEGIN 'two', 'branch', 5
DELETE FROM journal
XA END 'two', 'branch', 5
XA ROLLBACK 'two', 'branch', 5
SELECT COUNT(*) FROM journal
XA START 'three'
DELETE FROM journal
XA END 'three'
XA COMMIT 'three' ONE PHASE
SELECT COUNT(*) FROM journal
XA COMMIT 'nothing'
XA END 'nothing'
TRUNCATE journal

HANDLER products OPEN
HANDLER products READ FIRST
HANDLER products READ NEXT LIMIT 2
HANDLER products READ `PRIMARY` = (4)
HANDLER products READ by_kind FIRST
HANDLER products READ by_kind >= (2, 0.5) WHERE stock > 5 LIMIT 3
HANDLER products READ by_kind LAST
HANDLER products READ by_kind PREV
HANDLER products CLOSE
HANDLER products READ NEXT
HANDLER kinds OPEN AS k
HANDLER k READ NEXT
HANDLER k READ name = ('herb')
HANDLER k CLOSE
