 CREATE DEFINER=`root`@`localhost` PROCEDURE `p2`(inout a decimal(5,2) , b enum('a,)','b') charset latin1)
    MODIFIES SQL DATA
    SQL SECURITY INVOKER
    COMMENT 'it''s \\ c"'
lab: begin # x
 insert into t values (a) /* hm */ ; end lab