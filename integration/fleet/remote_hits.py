"""What an answer from Redis costs: beside a GET of the same bytes from the same Redis, the same way there, by the same load
generator, one client at a time, in turn. Redis on this machine is as near as Tapri is to its client, so there are two ways
to go instead of one; behind a network, as Redis mostly is, the way there is most of it. And what an entry takes in Redis.

That the answers come from Redis is checked. The figures are noted: medians of some rounds, and of the ratios in each.
"""

import contextlib
import os
import socket
import statistics

import instances
import load_generator
import network
import pgwire
import processes
import redis_servers
import servers

ENTRIES = int(os.environ.get("TAPRI_REMOTE_ENTRIES", "100000"))
ROUNDS = int(os.environ.get("TAPRI_REMOTE_ROUNDS", "3"))
SECONDS = 0.5
AT_ONCE = 500
TABLES = f"""
drop table if exists shelf;
create table shelf as select i as id, 0 as version, 'title ' || i as title from generate_series(1, {ENTRIES}) i;
alter table shelf add primary key (id);
"""
READ = "select id, version, title from shelf where id = $1"
NEAR, FAR = "Redis beside it", "Redis behind a network"
READERS = {"by default": (NEAR, ()), "with busy_poll": (NEAR, ("--busy-poll", "1ms")), "by default, behind a network": (FAR, ())}


def config(to, protocol, text, start=0, fresh=True):
    return {"host": to.host, "port": to.port, "user": "postgres", "database": "postgres", "clients": 1, "pipeline": 1,
            "warm_pipeline": 16, "rate": 0, "warm_seconds": 0.1, "seed": 1,
            "keys": {"count": ENTRIES, "start": start, "fresh": fresh},
            "statements": [{"text": text, "protocol": protocol, "rows": 1, "versioned": False, "writes": False}],
            "units": [{"name": "read", "share": 1, "steps": [0]}]}


def load(to, protocol, text, **keys):
    with load_generator.Load(config(to, protocol, text, **keys)) as generator:
        return generator.run(SECONDS)


def median_of(found):
    return dict(found["latency_us"]["all"]["quantiles"])[0.5]


def put_answers(server, redis):
    """Each row's, as PostgreSQL sends it, under a key of its own."""
    link = pgwire.Connection(server.host, server.port)
    link.login()
    with socket.create_connection((redis.host, redis.port)) as store:
        for first in range(1, ENTRIES + 1, AT_ONCE):
            rows = range(first, first + AT_ONCE)
            for row in rows:
                link.send(pgwire.query(READ.replace("$1", str(row))))
            for row in rows:
                value = b"".join(pgwire.message(kind, body) for kind, body in link.ready())
                key = b"answer:%d" % row
                store.sendall(b"*3\r\n$3\r\nSET\r\n$%d\r\n%b\r\n$%d\r\n%b\r\n" % (len(key), key, len(value), value))
            wanted = b"+OK\r\n" * AT_ONCE
            if store.recv(len(wanted), socket.MSG_WAITALL) != wanted:
                raise RuntimeError("Redis does not take the answers")
    link.close()


def used_memory(redis):
    return int(redis.ask("INFO", "memory").split("used_memory:")[1].split()[0])


class Reader:
    """An instance that has nothing in its own memory."""

    def __init__(self, server, way, *more):
        """way: to Redis."""
        self.tapri = servers.Tapri(server.url(), "--redis", way.url(), *instances.PATIENT, *more).start()
        instances.caching.session_with_hits(self.tapri, "select count(*) from shelf").close()
        self.next, self.p50, self.cpu, self.ratios = 0, [], [], []
        self.asked = self.answered = 0
        self.found = []

    def hits(self):
        return self.tapri.metric("tapri_statements_total", outcome="hit_l2")

    def read(self):
        pids, before = [self.tapri.process.pid], self.hits()
        used = processes.cpu(pids)
        found = load(self.tapri, "prepared", READ, start=self.next)
        spent = processes.microseconds_between(used, processes.cpu(pids))
        hits = self.hits() - before
        self.cpu.append(spent / max(hits, 1))
        self.answered += hits
        self.asked += found["next_key"] - self.next
        self.next = found["next_key"]
        self.found.append(found)
        return median_of(found)


def remote_hits(report, server):
    server.sql(TABLES)
    with contextlib.ExitStack() as stack:
        redis = redis_servers.Redis().start()
        stack.callback(redis.stop)
        writer = Reader(server, redis)
        empty = used_memory(redis)
        load(writer.tapri, "prepared", READ, fresh=False)
        servers.wait_for(lambda: int(redis.ask("DBSIZE")) >= 0.98 * ENTRIES, "nearly all answers in Redis")
        taken = (used_memory(redis) - empty) / int(redis.ask("DBSIZE"))
        writer.tapri.stop()
        put_answers(server, redis)
        ways = {NEAR: redis, FAR: network.Network(redis.host, redis.port)}
        readers = {name: Reader(server, ways[way], *more) for name, (way, more) in READERS.items()}
        plain, at = {way: [] for way in ways}, 0
        for _ in range(ROUNDS):
            for way, to in ways.items():
                found = load(to, "redis", "answer:", start=at)
                at = found["next_key"]
                plain[way].append(median_of(found))
            for name, reader in readers.items():
                reader.p50.append(reader.read())
                reader.ratios.append(reader.p50[-1] / plain[READERS[name][0]][-1])
        report.note(f"an entry takes {taken:.0f} bytes of Redis' memory ({ENTRIES} entries)")
        for way, found in plain.items():
            report.note(f"GET, {way}: p50 {statistics.median(found):.0f} us")
        for name, reader in readers.items():
            report.note(f"{name}: p50 {statistics.median(reader.p50):.0f} us, {statistics.median(reader.ratios):.2f} of GET's "
                        f"({min(reader.ratios):.2f} to {max(reader.ratios):.2f}), {statistics.median(reader.cpu):.0f} us of CPU")
            wrong = [found["first_problem"] for found in reader.found if found["errors"] or found["wrong"]]
            report.check(f"{name}: answers are right", not wrong, wrong[:2])
            report.check(f"{name}: they come from Redis", reader.answered >= 0.95 * reader.asked,
                         (reader.answered, reader.asked))
            report.check(f"{name}: tapri ends cleanly", reader.tapri.stop() == 0, reader.tapri.tail())


FAULTS = (remote_hits,)
