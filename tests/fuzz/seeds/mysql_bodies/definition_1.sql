 CREATE DEFINER=`root`@`localhost` PROCEDURE `p1`(in A int, out `b c` varchar(20))
begin declare x int; select 'it\'s'; delete from t where s = 'a''b' or s = "dq\"x" or s = '\\'; select  1 +  1; -- comment 'x
 set `b c` = 'x\ny'; end