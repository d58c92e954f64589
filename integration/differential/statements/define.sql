# Definitions change what a cached text means.
CREATE TABLE changing (id int PRIMARY KEY, a int)
INSERT INTO changing VALUES (1, 1), (2, 2)
SELECT * FROM changing ORDER BY id
ALTER TABLE changing ADD COLUMN b text DEFAULT 'new'
SELECT * FROM changing ORDER BY id
ALTER TABLE changing RENAME COLUMN a TO c
SELECT * FROM changing ORDER BY id
SELECT a FROM changing
ALTER TABLE changing ALTER COLUMN c TYPE text
SELECT * FROM changing ORDER BY id
ALTER TABLE changing DROP COLUMN b
SELECT * FROM changing ORDER BY id
ALTER TABLE changing RENAME TO changed
SELECT * FROM changing ORDER BY id
SELECT * FROM changed ORDER BY id
DROP TABLE changed
SELECT * FROM changed ORDER BY id

CREATE TABLE again (x int)
INSERT INTO again VALUES (1)
SELECT * FROM again
DROP TABLE again
CREATE TABLE again (y text)
SELECT * FROM again
INSERT INTO again VALUES ('one')
SELECT * FROM again
DROP TABLE again

CREATE VIEW seen AS SELECT id FROM accounts WHERE id < 3
SELECT * FROM seen ORDER BY id
CREATE OR REPLACE VIEW seen AS SELECT id FROM accounts WHERE id < 5
SELECT * FROM seen ORDER BY id
DROP VIEW seen
CREATE TABLE seen (id int)
SELECT * FROM seen ORDER BY id
DROP TABLE seen

CREATE FUNCTION answer() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1'
SELECT answer(), id FROM accounts WHERE id = 1
CREATE OR REPLACE FUNCTION answer() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2'
SELECT answer(), id FROM accounts WHERE id = 1
DROP FUNCTION answer()
SELECT answer(), id FROM accounts WHERE id = 1

CREATE SCHEMA nearer
SET search_path = nearer, public
SELECT owner FROM accounts WHERE id = 1
CREATE TABLE nearer.accounts (id int, owner text)
SELECT owner FROM accounts WHERE id = 1
INSERT INTO accounts VALUES (1, 'nearer')
SELECT owner FROM accounts WHERE id = 1
DROP SCHEMA nearer CASCADE
SELECT owner FROM accounts WHERE id = 1
RESET search_path

SELECT id FROM secured ORDER BY id
ALTER TABLE secured FORCE ROW LEVEL SECURITY
CREATE POLICY more ON secured FOR SELECT USING (id = 1)
SET ROLE plain_user
SELECT id FROM secured ORDER BY id
RESET ROLE
DROP POLICY more ON secured
ALTER TABLE secured NO FORCE ROW LEVEL SECURITY
SELECT id FROM secured ORDER BY id

SELECT count(*) FROM events
ALTER TABLE events DETACH PARTITION events_2026
SELECT count(*) FROM events
ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')
SELECT count(*) FROM events

CREATE TYPE colour AS ENUM ('red')
SELECT 'red'::colour
ALTER TYPE colour ADD VALUE 'blue'
SELECT 'blue'::colour
DROP TYPE colour
CREATE DOMAIN short AS text CHECK (length(value) < 3)
SELECT 'abc'::short
DROP DOMAIN short
CREATE SEQUENCE seq START 5
SELECT nextval('seq')
ALTER SEQUENCE seq RESTART
SELECT nextval('seq')
DROP SEQUENCE seq
CREATE INDEX some_index ON accounts (balance)
SELECT id FROM accounts WHERE balance = 300
DROP INDEX some_index
CREATE UNIQUE INDEX CONCURRENTLY one_index ON audited (v)
DROP INDEX CONCURRENTLY one_index
COMMENT ON TABLE accounts IS 'money'
ANALYZE accounts
VACUUM accounts
CLUSTER accounts USING accounts_pkey
REINDEX TABLE accounts
CHECKPOINT
CREATE ROLE someone
GRANT SELECT ON accounts TO someone
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO someone
DROP OWNED BY someone
DROP ROLE someone
CREATE EXTENSION IF NOT EXISTS plpgsql
CREATE TRIGGER t AFTER INSERT ON written FOR EACH ROW EXECUTE FUNCTION note_change()
DROP TRIGGER t ON written
CREATE RULE r AS ON DELETE TO written DO INSTEAD NOTHING
DROP RULE r ON written
CREATE UNLOGGED TABLE fleeting (x int)
DROP TABLE fleeting
CREATE TEMP TABLE gone (x int) ON COMMIT DROP
SELECT * FROM gone
CREATE TEMP VIEW passing AS SELECT 1 AS x
SELECT * FROM passing
DROP VIEW passing
CREATE PUBLICATION pub FOR TABLE accounts
DROP PUBLICATION pub
CREATE STATISTICS st ON id, balance FROM accounts
DROP STATISTICS st
SECURITY LABEL ON TABLE accounts IS 'x'
CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int, INITCOND = 0)
SELECT total(id) FROM accounts
DROP AGGREGATE total (int)
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)
SELECT id FROM accounts WHERE id === 1
DROP OPERATOR === (int, int)
