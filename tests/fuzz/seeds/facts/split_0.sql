select 1; -- one
select 'a;b', $$;$$, "x;y" /* ; */; ; (select 1; select 2)