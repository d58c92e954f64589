1#variable_conflict use_column
BEGIN UPDATE t SET n = a WHERE id = a; END