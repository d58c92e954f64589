"""psql."""

import re

from emit import LOGINS, emit
from programs import psql, run

PSQL = {
    "reads": "select * from accounts order by id;\nselect * from accounts order by id;\n\\gdesc\n",
    "describe": "\\d products\n\\d+ accounts\n\\dt\n\\df say\n\\dT mood\n\\dn\n\\du plain_user\n\\sf twice\n",
    "types": "\\x\nselect * from kinds order by i4;\n",
    "errors": "select 1/0;\nselec 1;\nselect * from nothing;\ninsert into products values (1, 'x');\n\\errverbose\nselect 1;\n",
    "transaction": "begin;\ninsert into written values (1, 'x');\nselect count(*) from written;\nsavepoint s;\nselect 1/0;\n"
                   "rollback to s;\nselect count(*) from written;\nrollback;\nselect count(*) from written;\n",
    "copy": "\\copy (select id, owner from accounts order by id) to stdout with csv\nbegin;\ncopy written (id, v) from stdin;\n"
            "1\tone\n2\ttwo\n\\.\nselect * from written order by id;\nrollback;\nselect * from written;\n",
    "fetch count": "\\set FETCH_COUNT 7\nselect id, name from products order by id limit 40;\n",
    "settings": "set timezone = 'Asia/Kolkata';\nselect made from products where id = 1;\nset datestyle = german;\n"
                "select made from products where id = 1;\nset search_path = other;\nselect * from products order by id;\n",
    "notify": "listen here;\nnotify here;\nselect 1;\n",
    "notices": "select say('heard');\ndo $$ begin raise warning 'look'; end $$;\n",
    "several": "select 1 \\; select 2 \\; select 3;\n",
    "large object": "begin;\nselect lo_create(77);\nselect lo_put(77, 0, 'abc');\nselect lo_get(77);\nrollback;\n",
    "gexec": "select 'select ' || n from generate_series(1, 3) n \\gexec\n",
    "crosstab": "select stock, id % 2, count(*) from products group by 1, 2 order by 1, 2 \\crosstabview\n",
}


def with_psql():
    for name, text in PSQL.items():
        emit(f"psql {name}", re.sub(r'(Asynchronous notification "here".*PID) \d+', r"\1 N", repr(psql(text))))
    for user in LOGINS:
        emit(f"psql login {user}", psql("select current_user;", PGUSER=user))
        code, _, err = psql("select 1", PGUSER=user, PGPASSWORD="wrong")
        emit(f"psql wrong password {user}", [code, "password authentication failed" in err])
    emit("psql -1 -c", run("psql", "-X", "-1", "-c", "select owner from accounts where id = 1", "-c", "select 2"))
    emit("psql no such database", "does not exist" in psql("", PGDATABASE="nowhere")[2])
    emit("psql options", psql("show work_mem; show search_path;", PGOPTIONS="-c work_mem=7MB -c search_path=other"))


with_psql()
