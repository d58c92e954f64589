# Every type, as text and in binary, with its edges.
# Both servers say another thing of the type of BIN(...) when a statement is executed again.
= without kept
SELECT BIN(b64) FROM numbers ORDER BY id

SELECT * FROM numbers ORDER BY id
SELECT b1, b64 FROM numbers ORDER BY id
SELECT b1 + 0, b64 + 0, HEX(b64) FROM numbers ORDER BY id
SELECT t, ut, s, us FROM numbers ORDER BY id
SELECT m, um, i, ui, l, ul FROM numbers ORDER BY id
SELECT d, f, dd, z, o FROM numbers ORDER BY id
SELECT id FROM numbers WHERE ul = 18446744073709551615
SELECT id FROM numbers WHERE l = -9223372036854775808
SELECT id FROM numbers WHERE b64 = 5
SELECT id FROM numbers WHERE b1 = b'1' ORDER BY id
SELECT id FROM numbers WHERE z = 000042
SELECT ul DIV 2, ul % 10, l DIV 2, -i, d * 2, f * 2 FROM numbers ORDER BY id
SELECT SUM(ul), SUM(l), SUM(d), AVG(ui), MAX(ul), MIN(l) FROM numbers
SELECT 18446744073709551615, 9223372036854775807, -9223372036854775808, 18446744073709551616, 0.1 + 0.2, 1e0 / 3, 1 / 3
SELECT 0x7fffffffffffffff + 0, x'' IS NULL, b'' IS NULL, 1.0, 1.50, 10e-3, .5, 5.
SELECT CAST(1 AS DOUBLE), CAST(1.5 AS FLOAT), CAST(65535 AS DECIMAL(10, 3)), CAST(18446744073709551615 AS SIGNED)

SELECT * FROM moments ORDER BY id
SELECT d, y FROM moments ORDER BY id
SELECT t, t6 FROM moments ORDER BY id
SELECT dt, dt6 FROM moments ORDER BY id
SELECT ts, ts6 FROM moments ORDER BY id
SELECT id FROM moments WHERE d = '2026-02-31'
SELECT id FROM moments WHERE t < '00:00:00'
SELECT id FROM moments WHERE y = 2026 OR y = 0 ORDER BY id
SELECT id FROM moments WHERE dt6 > '2024-01-01 00:00:00.000001' ORDER BY id
SELECT id FROM moments WHERE ts BETWEEN '2024-01-01' AND '2027-01-01' ORDER BY id
SELECT YEAR(d), MONTH(d), DAY(d), DAYOFWEEK(d), WEEKDAY(d), DAYOFYEAR(d), WEEK(d), WEEK(d, 3), QUARTER(d), LAST_DAY(d) FROM moments ORDER BY id
SELECT HOUR(t), MINUTE(t), SECOND(t), MICROSECOND(t6), TIME_TO_SEC(t) FROM moments ORDER BY id
SELECT DATE_ADD(dt, INTERVAL 1 DAY), DATE_SUB(dt, INTERVAL 1 MONTH), dt + INTERVAL 90 MINUTE, dt - INTERVAL '1:30' HOUR_MINUTE FROM moments WHERE id IN (1, 5) ORDER BY id
SELECT DATE_FORMAT(dt6, '%Y-%m-%d %H:%i:%s.%f %W %M %j %p'), TIME_FORMAT(t6, '%H %i %s %f') FROM moments WHERE id IN (1, 5) ORDER BY id
SELECT DATEDIFF(dt, '2026-01-01'), TIMEDIFF(t, '01:00:00'), TIMESTAMPDIFF(HOUR, '2026-01-01', dt), UNIX_TIMESTAMP(ts), TO_DAYS(d) FROM moments WHERE id IN (1, 5) ORDER BY id
SELECT FROM_UNIXTIME(1767322800), FROM_DAYS(739000), MAKEDATE(2026, 45), MAKETIME(1, 2, 3), SEC_TO_TIME(4000), STR_TO_DATE('03.02.2026', '%d.%m.%Y'), PERIOD_ADD(202601, 2), EXTRACT(YEAR_MONTH FROM '2026-02-03')
SELECT DATE '2026-01-02', TIME '01:02:03', TIMESTAMP '2026-01-02 03:04:05', TIMESTAMP('2026-01-02', '03:04:05.5'), {d '2026-01-02'}, {ts '2026-01-02 03:04:05'}
SELECT CONVERT_TZ('2026-01-02 03:04:05', '+00:00', '+02:30'), GET_FORMAT(DATE, 'EUR'), DAYNAME('2026-01-02'), MONTHNAME('2026-01-02')

SELECT * FROM texts ORDER BY id
SELECT c, v, CONCAT('[', c, ']'), LENGTH(c), LENGTH(v) FROM texts ORDER BY id
SELECT b, vb, HEX(b), HEX(vb), LENGTH(b) FROM texts ORDER BY id
SELECT tt, tx, mt, bl FROM texts ORDER BY id
SELECT bin, lat, asc_ii, u16, HEX(lat), HEX(u16) FROM texts ORDER BY id
SELECT e, st, e + 0, st + 0 FROM texts ORDER BY id
SELECT id FROM texts WHERE bin = 'abc'
SELECT id FROM texts WHERE c = 'ab' ORDER BY id
SELECT id FROM texts WHERE v = 'STRASSE' ORDER BY id
SELECT id FROM texts WHERE lat = 'cafe' ORDER BY id
SELECT id FROM texts WHERE u16 = 'ω'
SELECT id FROM texts WHERE e = 'b' OR e = 'ü' ORDER BY id
SELECT id FROM texts WHERE st = 'x,z'
SELECT id FROM texts WHERE vb = x'0001027f80ff'
SELECT id FROM texts WHERE tt = 'tiny' ORDER BY id
SELECT j, JSON_TYPE(j) FROM texts ORDER BY id
SELECT JSON_EXTRACT(j, '$.a[1]'), JSON_EXTRACT(j, '$.b.c'), JSON_EXTRACT(j, '$.a') FROM texts ORDER BY id
SELECT g, p FROM texts ORDER BY id
SELECT ST_AsText(g), ST_AsText(p), ST_X(p), ST_Y(p) FROM texts ORDER BY id
SELECT ST_GeometryType(g), ST_Length(g), ST_NumPoints(g) FROM texts WHERE id = 1
SELECT ST_Area(g), ST_Contains(g, ST_GeomFromText('POINT(1 1)')), ST_AsGeoJSON(g) FROM texts WHERE id = 2
SELECT id FROM texts WHERE ST_Equals(p, ST_GeomFromText('POINT(1 2)'))
SELECT UPPER(v), LOWER(v), REVERSE(v), CHAR_LENGTH(v), LENGTH(v) FROM texts ORDER BY id
SELECT MIN(v), MAX(v), MIN(bin), MAX(bin), GROUP_CONCAT(c ORDER BY id) FROM texts
SELECT DISTINCT bin COLLATE utf8mb4_general_ci AS x FROM texts ORDER BY x
SELECT COUNT(*), v COLLATE utf8mb4_unicode_ci AS x FROM texts GROUP BY x ORDER BY x
SELECT REPEAT('x', 250), REPEAT('x', 251), REPEAT('x', 252)
SELECT REPEAT('y', 65535), REPEAT('y', 65536)
SELECT REPEAT('0123456789', 20000)
SELECT _utf8mb4'😀', _utf8mb4 x'f09f9880', _latin1 x'e4', _binary 'ä', N'ü'
SELECT CHARSET(v), COLLATION(v), COERCIBILITY(v), CHARSET(lat), COLLATION(lat), CHARSET(bl) FROM texts WHERE id = 1
SELECT name, city, born FROM customers ORDER BY id
SELECT id FROM customers WHERE name = 'ADA' ORDER BY id
SELECT id FROM customers WHERE name = 'bjorn'
SELECT id FROM customers WHERE city = 'malmo'
