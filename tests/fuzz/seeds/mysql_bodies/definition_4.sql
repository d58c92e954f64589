 CREATE DEFINER=`root`@`localhost` FUNCTION `f`() RETURNS int unsigned
return (select max(a) from t)