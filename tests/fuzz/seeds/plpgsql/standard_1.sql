0RETURN ( SELECT t.a
   FROM s.t
  WHERE (t.a = x))