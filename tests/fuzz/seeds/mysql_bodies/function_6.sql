 CREATE DEFINER=`a`@`%` FUNCTION `f`(a INT) RETURNS int(11)
    READS SQL DATA
RETURN last_insert_id()