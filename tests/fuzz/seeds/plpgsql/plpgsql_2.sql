1DECLARE x s.money_domain := 1; y text = 'a'; z timestamptz; n varchar(10)[]; c CONSTANT int := 5;
BEGIN END