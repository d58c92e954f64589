"""sysbench as a load: runs with the figures that our own load generator gives (load/tally.h)."""

import math
import re
import resource
import subprocess

ROWS = 1000
QUANTILES = (0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999, 1.0)  # as load/tally.cpp has them


def _database(peer):
    """Each has its own: what one writes ends nobody else's answers."""
    return "sysbench_" + peer.replace("-", "_")


def _sysbench(port, peer, test, *more, command):
    done = subprocess.run(["sysbench", f"/usr/share/sysbench/{test}.lua", "--mysql-host=127.0.0.1", f"--mysql-port={port}",
                           "--mysql-user=trusted", f"--mysql-db={_database(peer)}", "--mysql-ssl=off", "--tables=1",
                           f"--table-size={ROWS}", *more, command],
                          capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise RuntimeError(f"sysbench {test} {command}: {done.stdout[-1500:]}{done.stderr[-1500:]}")
    return done.stdout


def fill(server, peers):
    """Makes the tables of each."""
    first, *others = (_database(peer) for peer in peers)
    server.sql("".join(f"create database {name};" for name in (first, *others)))
    _sysbench(server.port, peers[0], "oltp_read_write", command="prepare")
    server.sql("".join(f"create table {name}.sbtest1 like {first}.sbtest1; insert into {name}.sbtest1 select * from {first}.sbtest1;"
                       for name in others))


class Sysbench:
    """Runs of a workload's test. Each connects anew; the first one, as long as a measured one, is not measured."""

    def __init__(self, workload, peer, port, seconds):
        self.test, *self.options = workload.sysbench
        self.clients, self.peer, self.port = workload.clients, peer.name, port
        self.run(seconds)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def run(self, seconds):
        """In whole seconds, for it knows no others; less than half of one is as many units as milliseconds."""
        events = round(1000 * seconds) if seconds < 0.5 else 0
        used = _cpu_of_children()
        said = _sysbench(self.port, self.peer, self.test, *self.options, f"--threads={self.clients}",
                         f"--time={math.ceil(seconds)}", f"--events={events}", "--rand-type=uniform", "--histogram=on", command="run")
        counts = dict(re.findall(r"^ +(read|total|transactions|total time): +([\d.]+)", said, re.M))
        return {"statements": int(counts["total"]), "reads": int(counts["read"]), "errors": 0, "wrong": 0, "stale": 0,
                "first_problem": "", "seconds": float(counts["total time"]), "client_cpu_seconds": _cpu_of_children() - used,
                "next_key": 0, "latency_us": {"all": _latencies(said)}}


def _cpu_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _latencies(said):
    """From the histogram: lines of milliseconds, stars and how many."""
    found = [(1000 * float(value), int(count)) for value, count in re.findall(r"^ +([\d.]+) \|\** +(\d+)$", said, re.M)]
    total = sum(count for _, count in found)
    quantiles, seen, buckets = [], 0, iter(found)
    value = 0
    for wanted in QUANTILES:
        while seen < wanted * total:
            value, count = next(buckets)
            seen += count
        quantiles.append([wanted, value])
    return {"count": total, "quantiles": quantiles}
