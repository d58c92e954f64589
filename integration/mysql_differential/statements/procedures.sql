# Procedures: several results, OUT parameters, handlers, cursors, errors in the middle.
CALL several(2, @both, @number)
SET @both = 5
CALL several(2, @both, @number)
SELECT @both, @number
CALL several(0, @both, @number)
SELECT @both, @number
CALL several(1, 5, @number)
CALL several(1, @both)
CALL quiet()
CALL quiet
CALL shop.quiet()
CALL nowhere()
CALL counted(6)
CALL walk(4)
CALL warns()
SHOW WARNINGS
CALL fails()
SELECT 'goes on'

CALL pay(1, 3, 30)
SELECT id, balance FROM accounts ORDER BY id
CALL pay(3, 1, 1000)
SELECT id, balance FROM accounts ORDER BY id
CALL pay(3, 1, 30)
SELECT id, balance FROM accounts ORDER BY id
SELECT what FROM journal ORDER BY id
TRUNCATE journal

CALL run_text('SELECT COUNT(*) FROM kinds')
CALL run_text('INSERT INTO journal (what) VALUES (''text'')')
CALL run_text('SELEC 1')
SELECT what FROM journal
TRUNCATE journal

CREATE PROCEDURE own(IN a INT, OUT b INT)
  BEGIN
    DECLARE CONTINUE HANDLER FOR 1146 SET b = -1;
    SET b = a;
    SELECT * FROM nowhere;
  END
CALL own(3, @b)
SELECT @b
SHOW CREATE PROCEDURE own
DROP PROCEDURE own
DROP PROCEDURE IF EXISTS own
DROP PROCEDURE own

CREATE FUNCTION own(a INT) RETURNS VARCHAR(20) DETERMINISTIC
  BEGIN
    CASE a WHEN 1 THEN RETURN 'one'; WHEN 2 THEN RETURN 'two'; ELSE RETURN CONCAT('many: ', a); END CASE;
  END
SELECT own(1), own(2), own(3)
DROP FUNCTION own
SELECT own(1)

CREATE PROCEDURE own() BEGIN SELECT 1 AS a; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'own words', MYSQL_ERRNO = 5001; END
CALL own()
GET DIAGNOSTICS CONDITION 1 @state = RETURNED_SQLSTATE, @words = MESSAGE_TEXT, @code = MYSQL_ERRNO
SELECT @state, @words, @code
DROP PROCEDURE own

CREATE PROCEDURE own() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END; START TRANSACTION; INSERT INTO journal (what) VALUES ('x'); INSERT INTO kinds VALUES (1, 'x'); COMMIT; END
CALL own()
SELECT COUNT(*) FROM journal
DROP PROCEDURE own
TRUNCATE journal

CREATE TRIGGER after_kind AFTER INSERT ON kinds FOR EACH ROW INSERT INTO journal (what) VALUES (CONCAT('new ', NEW.name))
CREATE TRIGGER before_gone BEFORE DELETE ON kinds FOR EACH ROW FOLLOWS nothing SET @gone = OLD.id
CREATE TRIGGER before_gone BEFORE DELETE ON kinds FOR EACH ROW SET @gone = OLD.id
INSERT INTO kinds VALUES (70, 'triggered')
SELECT what FROM journal
DELETE FROM kinds WHERE id = 70
SELECT @gone
DROP TRIGGER after_kind
DROP TRIGGER before_gone
DROP TRIGGER before_gone
TRUNCATE journal

= mariadb
BEGIN NOT ATOMIC DECLARE a INT DEFAULT 5; SELECT a; END
CREATE OR REPLACE PROCEDURE own() SELECT 5
CREATE OR REPLACE PROCEDURE own() FOR i IN 1..3 DO SELECT i; END FOR
CALL own()
DROP PROCEDURE own
CREATE SEQUENCE counter START WITH 5 INCREMENT BY 2 NOCACHE
SELECT NEXT VALUE FOR counter, NEXTVAL(counter), LASTVAL(counter)
SELECT SETVAL(counter, 100)
SELECT NEXTVAL(counter)
DROP SEQUENCE counter
EXECUTE IMMEDIATE 'SELECT 1 + ?' USING 2
EXECUTE IMMEDIATE CONCAT('SELECT ', '7')
