"""psql, pgbench, pg_dump and pg_restore."""

import os
import re
import subprocess
import tempfile

from emit import DATABASE, HOST, LOGINS, PASSWORD, PORT, emit

ENVIRONMENT = {**os.environ, "PGHOST": HOST, "PGPORT": str(PORT), "PGPASSWORD": PASSWORD, "PGUSER": "with_scram",
               "PGDATABASE": DATABASE, "PGTZ": "UTC", "LC_ALL": "C.UTF-8"}


def run(*command, stdin="", **more):
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, errors="backslashreplace", check=False,
                          env={**ENVIRONMENT, **more}, timeout=120)
    return [done.returncode, done.stdout, done.stderr]


def psql(text, *more, **environment):
    code, out, err = run("psql", "-X", "-v", "VERBOSITY=verbose", *more, stdin=text, **environment)
    return [code, out, re.sub(r"server process with PID \d+", "server process with PID N", err)]


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


COUNT = """\\set id random(1, 20)
select balance from accounts where id = :id;
begin;
update bench set n = n + 1 where id = :client_id;
select n from bench where id = :client_id;
end;
select n from bench where id = :client_id;
"""


def with_pgbench():
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(COUNT)
        script.flush()
        psql("create table bench (id int primary key, n int); insert into bench select n, 0 from generate_series(0, 7) n;")
        for protocol in ("simple", "extended", "prepared"):
            code, out, err = run("pgbench", "-n", "-M", protocol, "-c", "8", "-j", "2", "-t", "100", "-f", script.name)
            counted = re.search(r"number of transactions actually processed: \S+", out)
            emit(f"pgbench {protocol}", [code, counted and counted[0], err.replace("\n", " ") if code else ""])
            emit(f"pgbench {protocol} counted", psql("select * from bench order by id"))
        psql("drop table bench")
    emit("pgbench -i", run("pgbench", "-i", "-q", "-s", "1", "-I", "dtgvp")[0])
    for protocol in ("simple", "extended", "prepared"):
        code, out, _ = run("pgbench", "-n", "-M", protocol, "-c", "4", "-t", "200")
        emit(f"pgbench tpcb {protocol}", [code, re.search(r"actually processed: \S+", out)[0]])
        emit(f"pgbench tpcb {protocol} balances", psql(
            "select (select sum(abalance) from pgbench_accounts) = (select sum(bbalance) from pgbench_branches), "
            "(select sum(delta) from pgbench_history) = (select sum(tbalance) from pgbench_tellers), "
            "(select count(*) from pgbench_history)"))
    emit("pgbench drop", run("pgbench", "-i", "-q", "-I", "d")[0])


def dump(*more):
    """Without the key that newer versions make up for each dump."""
    code, out, err = run("pg_dump", "--no-owner", *more)
    return [code, re.sub(r"(?m)^\\(un)?restrict .*\n", "", out), err]


def with_dump():
    with tempfile.TemporaryDirectory() as folder:
        plain = dump()
        emit("pg_dump", plain)
        emit("pg_dump custom", run("pg_dump", "-Fc", "-f", f"{folder}/dump"))
        emit("pg_dump directory, two jobs", run("pg_dump", "-Fd", "-j", "2", "-f", f"{folder}/jobs"))
        emit("createdb", run("createdb", "restored"))
        emit("pg_restore", run("pg_restore", "-d", "restored", "-j", "2", f"{folder}/dump"))
        again = dump("restored")
        emit("restored", again[1] == plain[1] or again)
        emit("dropdb", run("dropdb", "restored"))
        restore = "pg_restore --clean --if-exists --no-owner -f -"
        emit("pg_dump | pg_restore", run("bash", "-c", f"set -o pipefail; pg_dump -Fc | {restore} | wc -l"))


with_psql()
with_pgbench()
with_dump()
