"""Holds the load generator against a server that does what it must notice."""

import dataclasses
import os
import signal
import time

import load_generator
import measure
import peers
import workloads

STALL = 0.4  # seconds


def _notices_another_row(report, given, _):
    """The responder answers about key 1, whatever is asked for."""
    given["keys"]["count"] = 2
    try:
        with load_generator.Load(given):
            said = "nothing"
    except RuntimeError as error:
        said = str(error)
    report.check("the load generator notices an answer about another row", "key 2: 1 rows of key 1" in said, said)


def _notices_a_stale_row(report, given, _):
    """The responder shows version 0, also after a write has been acknowledged."""
    read = given["statements"][0]
    given["statements"] = [{**read, "versioned": True}, {**read, "writes": True}]
    given["units"] = [{"name": "read", "share": 1, "steps": [0]}, {"name": "write", "share": 1, "steps": [1]}]
    with load_generator.Load(given) as load:
        found = load.run(0.1)
    report.check("the load generator notices a row from before a write", found["stale"] > 0 == found["wrong"], found)


def _charges_a_stall(report, given, process):
    """A server that stands still for a while: whatever was due in that time has waited."""
    with load_generator.Load(given) as load:
        load.begin(1.0)
        os.kill(process, signal.SIGSTOP)
        time.sleep(STALL)
        os.kill(process, signal.SIGCONT)
        found = load.end()
    waited = {at: value / 1e6 for at, value in found["latency_us"]["all"]["quantiles"]}
    report.check("at a fixed rate a stall is charged to all that were due in it", waited[0.9] > STALL / 4, waited)


def _notices_wrong_rows_of_mysql(report, peer, name):
    """Statements that show one row, and an old one, whatever is asked for and written."""
    known = next(one for one in workloads.WORKLOADS if one.name == name)
    workload = dataclasses.replace(known, clients=8, warm_seconds=0, units=(*known.units, ("write", 1, ("stock_write",))))
    given = measure.config(workload, peer, peer.prepare(workload)[0], 1, 0)
    read, write = given["statements"]
    of_one, old = ({**read, "text": f"select {columns}, name, price from items where id = $1", "versioned": True}
                   for columns in ("1, version", "id, 0"))
    given["statements"] = [of_one, write]
    try:
        with load_generator.Load(given):
            said = "nothing"
    except RuntimeError as error:
        said = str(error)
    report.check(f"the load generator notices an answer about another row, {name}", "1 rows of key 1" in said, said)
    given["statements"] = [old, write]
    with load_generator.Load(given) as load:
        found = load.run(0.1)
    report.check(f"the load generator notices a row from before a write, {name}", found["stale"] > 0 == found["wrong"], found)


def run(report, bench):
    """bench: what is started; what is not there is not held against anything."""
    if "postgres" in bench.servers:
        _run_on_postgres(report, bench.servers["postgres"])
    if "mariadb" in bench.peers:
        for name in ("mysql-text-1", "mysql-binary-32"):
            _notices_wrong_rows_of_mysql(report, bench.peers["mariadb"], name)


def _run_on_postgres(report, server):
    limit = peers.Limit(server).start()
    for name, check in (("simple-1", _notices_another_row), ("simple-1", _notices_a_stale_row),
                        ("open-2000", _charges_a_stall)):
        known = next(one for one in workloads.WORKLOADS if one.name == name)
        workload = dataclasses.replace(known, clients=8, warm_seconds=0)
        port, (process,) = limit.prepare(workload)
        check(report, measure.config(workload, limit, port, 1, 0), process)
