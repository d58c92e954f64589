SELECT a ? 'x', -5, - 'y', .5, 1e3, $1, "q ?" FROM t -- c
