 CREATE DEFINER=`root`@`localhost` FUNCTION `f2`(`a b` text character set utf8mb4 collate utf8mb4_bin) RETURNS varchar(20) CHARSET utf8mb4 COLLATE utf8mb4_bin
    NO SQL
    DETERMINISTIC
return concat(`a b`, 'a\'b')