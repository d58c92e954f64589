1DECLARE
  x int := (SELECT count(*) FROM of_default);
  r record;
  arr int[];
BEGIN
  IF a > (SELECT max(id) FROM of_if) THEN UPDATE then_branch SET n = 1;
  ELSIF f_elsif() THEN DELETE FROM elsif_branch;
  ELSE INSERT INTO else_branch VALUES (1); END IF;
  FOR r IN SELECT * FROM of_for LOOP PERFORM f_perform(r.id); END LOOP;
  FOR i IN f_low() .. f_high() BY f_step() LOOP CONTINUE WHEN f_continue(); END LOOP;
  FOREACH x IN ARRAY f_array() LOOP x := f_assigned(); END LOOP;
  arr[f_subscript()] := f_element();
  CASE f_case() WHEN f_when() THEN INSERT INTO when_branch VALUES (1); ELSE x := f_else(); END CASE;
  RAISE NOTICE 'x %', f_raised() USING HINT = f_hint();
  ASSERT f_asserted(), f_message();
  GET DIAGNOSTICS x = ROW_COUNT;
  SELECT id INTO STRICT x FROM of_into;
  CALL proc(f_called());
  WHILE f_while() LOOP EXIT WHEN f_exit(); END LOOP;
  LOOP INSERT INTO of_loop VALUES (1); EXIT; END LOOP;
  BEGIN
    MERGE INTO of_merge m USING src s ON m.id = s.id WHEN MATCHED THEN DELETE;
  EXCEPTION WHEN unique_violation OR SQLSTATE '23000' THEN INSERT INTO of_exception VALUES (1);
  END;
  RETURN f_returned();
END