SELECT 'a'
'b', U&'x', 0x1F