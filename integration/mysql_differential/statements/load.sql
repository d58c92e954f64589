# LOAD DATA LOCAL, whose file the client sends; and the server's own files, refused.
CREATE TABLE loaded (id INT PRIMARY KEY, a VARCHAR(20), b DECIMAL(5, 2), c DATE)
LOAD DATA LOCAL INFILE 'one' INTO TABLE loaded
| 1	one	1.25	2026-01-02
| 2	two	\N	\N
| 3	tab\tin	0	0000-00-00
SELECT * FROM loaded ORDER BY id
LOAD DATA LOCAL INFILE 'one' INTO TABLE loaded
| 1	again	9	2026-01-02
| 4	four	4	2026-01-04
SHOW WARNINGS
LOAD DATA LOCAL INFILE 'one' REPLACE INTO TABLE loaded
| 1	replaced	9	2026-01-02
LOAD DATA LOCAL INFILE 'one' IGNORE INTO TABLE loaded (id, a)
| 1	ignored
| 5	five
LOAD DATA LOCAL INFILE 'csv' INTO TABLE loaded FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '"' LINES TERMINATED BY '\n' IGNORE 1 LINES
| id,a,b,c
| 6,"six, quoted",6.66,2026-06-06
| 7,seven,7,2026-07-07
LOAD DATA LOCAL INFILE 'set' INTO TABLE loaded FIELDS TERMINATED BY ';' (id, @a, @b) SET a = UPPER(@a), b = @b * 2, c = DATE '2026-08-08'
| 8;eight;4
LOAD DATA LOCAL INFILE 'latin' INTO TABLE loaded CHARACTER SET latin1 (id, a)
| 9	é
LOAD DATA LOCAL INFILE 'bad' INTO TABLE loaded
| abc	x	y	z
| 10	too	many	2026-01-01	columns
| 11
SHOW WARNINGS
LOAD DATA LOCAL INFILE 'empty' INTO TABLE loaded
SELECT * FROM loaded ORDER BY id
LOAD DATA LOCAL INFILE 'none' INTO TABLE nothing
| 1
LOAD DATA LOCAL INFILE 'lines' INTO TABLE loaded LINES STARTING BY 'x:' (id, a)
| x:20	twenty
| 21	not this
| before x:22	twenty-two
SELECT id, a FROM loaded WHERE id >= 20 ORDER BY id
BEGIN
LOAD DATA LOCAL INFILE 'rolled' INTO TABLE loaded (id)
| 30
ROLLBACK
SELECT COUNT(*) FROM loaded
LOAD XML LOCAL INFILE 'xml' INTO TABLE loaded ROWS IDENTIFIED BY '<row>'
| <rows><row id="40" a="forty"/><row><field name="id">41</field><a>forty-one</a></row></rows>
SELECT id, a FROM loaded WHERE id >= 40 ORDER BY id
LOAD DATA LOCAL INFILE 'in several' INTO TABLE loaded (id); SELECT COUNT(*) FROM loaded; DELETE FROM loaded
| 50
SELECT 1 INTO OUTFILE '/nothing/there/at/all'
SELECT LOAD_FILE('/nothing/there')
DROP TABLE loaded
