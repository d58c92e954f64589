 CREATE DEFINER=`a`@`%` FUNCTION `f`(a INT) RETURNS int(11)
    READS SQL DATA
RETURN (SELECT table_rows FROM information_schema.tables LIMIT 1)