"""What a Redis that is dead, dies or is paused costs the clients of a Tapri, beside one that has none.

The same load goes to all variants at once, so that what else the machine has to do concerns them alike: in turn reads of a
row that all ask for, reads of a few rows, reads of rows that nobody has asked for before, writes, and what an application
does (reads by Zipf's law, of which most are repeated, and some writes). That no client sees an error, and none of them an
old row, is checked. Latencies are noted: medians of some rounds, and their ratio to those without Redis; Redis dies, or is
paused, soon after they begin to count, so they are mostly those of a Redis that is gone. Where the log
cannot be read, what all ask for comes from the database once a second; reads of a few rows, each of which is asked for
about as often, go there mostly, which is another thing than a hit.
"""

import contextlib
import os
import signal
import statistics
import time

import instances
import load_generator
import redis_servers
import servers

ROUNDS = int(os.environ.get("TAPRI_OUTAGE_ROUNDS", "1"))
SECONDS = 4.0  # of each
BEFORE = 0.2   # of these pass before Redis dies or is paused
RATE = 50  # units a second of a kind at each variant: so few that nobody waits for the machine
STORM = 300  # of reads that all ask for
CLIENTS = 4
ONE, FEW, MANY = 1, 50, 200_000
TABLES = f"""
drop table if exists tickets, shelves, archive, stock, pages;
create table tickets as select i as id, 0 as version from generate_series(1, {ONE}) i;
create table shelves as select i as id, 0 as version from generate_series(1, {FEW}) i;
create table archive as select i as id, 0 as version from generate_series(1, {MANY}) i;
create table pages as select i as id, 0 as version from generate_series(1, {MANY}) i;
create table stock as select i as id, 0 as version from generate_series(1, {FEW}) i;
alter table tickets add primary key (id);
alter table shelves add primary key (id);
alter table archive add primary key (id);
alter table pages add primary key (id);
alter table stock add primary key (id);
"""
READ = "select id, version from {} where id = $1"
WRITE = "update {} set version = version + 1 where id = $1"
# The rate; statements with their shares; keys.
KINDS = {
    "reads that all ask for": (STORM, {READ.format("tickets"): 1}, {"count": ONE}),
    "repeated reads": (RATE, {READ.format("shelves"): 1}, {"count": FEW}),
    "other reads": (RATE, {READ.format("archive"): 1}, {"count": MANY, "fresh": True}),
    "writes": (RATE, {WRITE.format("stock"): 1}, {"count": FEW}),
    "an application": (STORM, {READ.format("pages"): 95, WRITE.format("pages"): 5}, {"count": MANY, "skew": 1.0}),
}
STATED = (0.5, 0.99)


class Variant:
    """A Tapri before the server, and what becomes of its Redis in mid-load."""

    def __init__(self, server, redis=None, fail=None, mend=None):
        self.redis, self.fail, self.mend = redis, fail or (lambda: None), mend or (lambda: None)
        more = ("--redis", redis.url()) if redis else ()
        self.tapri = servers.Tapri(server.url(), "--workers", "2", *more).start()
        self.starts = dict.fromkeys(KINDS, 0)
        self.found = {kind: [] for kind in KINDS}
        self.problems, self.degraded = [], True

    def config(self, kind, seed):
        rate, texts, keys = KINDS[kind]
        writes = [text.startswith("update") for text in texts]
        statements = [{"text": text, "protocol": "prepared", "rows": int(not write), "versioned": not write, "writes": write}
                      for text, write in zip(texts, writes)]
        units = [{"name": text, "share": share, "steps": [at]} for at, (text, share) in enumerate(texts.items())]
        return {"host": self.tapri.host, "port": self.tapri.port, "user": "postgres", "database": "postgres",
                "clients": CLIENTS, "pipeline": 1, "warm_pipeline": 1, "rate": rate, "warm_seconds": 0.2, "seed": seed,
                "keys": {"start": self.starts[kind], **keys}, "statements": statements, "units": units}

    def ready(self):
        if self.redis and self.redis.running():
            def told():
                log = instances.log_of(self.tapri)
                return log["appending"] and log["following"] and not self.is_degraded()
            servers.wait_for(told, "the log to be read and written")

    def is_degraded(self):
        return self.tapri.metric("tapri_degraded", component="redis") == 1

    def note(self, kind, found):
        self.starts[kind] = found["next_key"]
        if found["errors"] or found["wrong"] or found["stale"]:
            self.problems.append(f"{kind}: {found['errors']} errors, {found['wrong']} wrong, {found['stale']} stale: "
                                 f"{found['first_problem']}")
        self.found[kind].append({quantile: value for quantile, value in found["latency_us"]["all"]["quantiles"]})

    def median(self, kind, quantile):
        return statistics.median(each[quantile] for each in self.found[kind])

    def end(self):
        self.tapri.stop()
        if self.redis:
            self.redis.stop()


def variants_before(server):
    dying, paused = redis_servers.Redis().start(), redis_servers.Redis().start()
    return {
        "no Redis": Variant(server),
        "Redis that is well": Variant(server, redis_servers.Redis().start()),
        "Redis dead from the start": Variant(server, redis_servers.Redis()),
        "Redis dying in mid-load": Variant(server, dying, lambda: dying.stop(signal.SIGKILL), dying.start),
        "Redis paused in mid-load": Variant(server, paused, lambda: paused.process.send_signal(signal.SIGSTOP),
                                            lambda: paused.process.send_signal(signal.SIGCONT)),
    }


def all_at_once(variants, kind, seed):
    for variant in variants:
        variant.ready()
    with contextlib.ExitStack() as stack:
        loads = [(variant, stack.enter_context(load_generator.Load(variant.config(kind, seed)))) for variant in variants]
        due = time.monotonic() + BEFORE
        for _, load in loads:
            load.begin(SECONDS)
        servers.wait_for(lambda: time.monotonic() > due, "the time when Redis dies")
        for variant in variants:
            variant.fail()
        for variant, load in loads:
            variant.note(kind, load.end())
    for variant in variants:
        variant.degraded = variant.degraded and variant.is_degraded()
        variant.mend()


def outage(report, server):
    server.sql(TABLES)
    variants = variants_before(server)
    for number in range(ROUNDS):
        for kind in KINDS:
            all_at_once(list(variants.values()), kind, number + 1)
    plain, *others = variants.items()
    for kind in KINDS:
        none = [plain[1].median(kind, quantile) for quantile in STATED]
        report.note(f"{kind}, {plain[0]}: p50 {none[0]:.0f} us, p99 {none[1]:.0f} us (medians of {ROUNDS})")
        for name, variant in others:
            here = [variant.median(kind, quantile) for quantile in STATED]
            report.note(f"{kind}, {name}: p50 {here[0]:.0f} us ({here[0] / none[0]:.2f}), p99 {here[1]:.0f} us "
                        f"({here[1] / none[1]:.2f})")
    for name, variant in variants.items():
        report.check(f"{name}: no client sees an error or an old row", not variant.problems, variant.problems[:3])
        if name not in ("no Redis", "Redis that is well"):
            report.check(f"{name}: it is degraded each time", variant.degraded)
        variant.end()


FAULTS = (outage,)
