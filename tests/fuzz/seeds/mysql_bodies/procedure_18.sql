 CREATE DEFINER=`a`@`%` PROCEDURE `p`(a INT, INOUT `b` DECIMAL(5, 2))
DO f(1), release_lock('a')