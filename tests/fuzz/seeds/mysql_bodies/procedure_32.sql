 CREATE DEFINER=`a`@`%` PROCEDURE `p`(a INT, INOUT `b` DECIMAL(5, 2))
SET sql_select_limit = 1