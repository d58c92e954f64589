 CREATE DEFINER=`a`@`%` PROCEDURE `p`(a INT, INOUT `b` DECIMAL(5, 2))
BEGIN CALL q(f(a), @x); CALL d.count(b); SELECT count(*) FROM t; END