"""What the client programs share: canonical lines and where to connect.

A client program is called with HOST PORT USER PASSWORD DATABASE and prints one JSON line a step: {"step": ..., "value": ...}.
"""

import json
import re
import sys

HOST, PORT, USER, PASSWORD, DATABASE = sys.argv[1:6]
PORT = int(PORT)
LOGINS = ("postgres", "plain_password", "with_md5", "with_scram")
FAILING = {
    "unique": "insert into products (id, name) values (1, 'again')",
    "not null": "insert into products (id) values (9999)",
    "foreign key": "insert into reviews (product_id, stars) values (99999, 1)",
    "check": "update accounts set balance = -1 where id = 1",
    "syntax": "selec 1",
    "undefined table": "select * from no_such_table",
    "undefined column": "select no_such_column from products",
    "division": "select 1/0 from accounts",
    "cast": "select 'x'::int",
    "own": "do $$ begin raise exception 'mine' using errcode = 'TP001', detail = 'detail', hint = 'hint'; end $$",
}
SETTINGS = ("set timezone = 'Asia/Kolkata'", "set timezone = 'UTC'", "set datestyle = 'German'", "set datestyle = 'ISO'",
            "set search_path = other, public", "set search_path = public", "set bytea_output = 'escape'", "reset all")
READS = ("select id, owner, balance from accounts where id = 1", "select name from products where id = 1",
         "select to_char(tz, 'YYYY-MM-DD HH24:MI:SS TZ'), d::text, b::text from kinds where i4 = 2")


def emit(step, value):
    print(json.dumps({"step": step, "value": value}, default=repr, sort_keys=True), flush=True)


def shown(field):
    text = repr(bytes(field) if isinstance(field, memoryview) else field)
    return type(field).__name__ + " " + re.sub(r" at 0x[0-9a-f]+", "", text)


def plain(rows):
    """Rows with their Python types, so that another type is a difference."""
    return [[shown(field) for field in row] for row in rows]
