"""pgbench in one protocol: BENCH_PROTOCOL."""

import os
import re
import tempfile

from emit import emit
from programs import psql, run

PROTOCOL = os.environ["BENCH_PROTOCOL"]
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
        code, out, err = run("pgbench", "-n", "-M", PROTOCOL, "-c", "8", "-j", "2", "-t", "100", "-f", script.name)
        counted = re.search(r"number of transactions actually processed: \S+", out)
        emit("pgbench", [code, counted and counted[0], err.replace("\n", " ") if code else ""])
        emit("pgbench counted", psql("select * from bench order by id"))
        psql("drop table bench")
    emit("pgbench -i", run("pgbench", "-i", "-q", "-s", "1", "-I", "dtgvp")[0])
    code, out, _ = run("pgbench", "-n", "-M", PROTOCOL, "-c", "4", "-t", "200")
    emit("pgbench tpcb", [code, re.search(r"actually processed: \S+", out)[0]])
    emit("pgbench tpcb balances", psql(
        "select (select sum(abalance) from pgbench_accounts) = (select sum(bbalance) from pgbench_branches), "
        "(select sum(delta) from pgbench_history) = (select sum(tbalance) from pgbench_tellers), "
        "(select count(*) from pgbench_history)"))
    emit("pgbench drop", run("pgbench", "-i", "-q", "-I", "d")[0])


with_pgbench()
