"""The history test (integration/history, integration/mysql_history) over three Tapris with one Redis: its sessions go to
them in turn, so that who reads is mostly at another than who wrote."""

import concurrent.futures
import contextlib
import os
import signal
import time

import histories
import mysql_servers
import redis_servers
import servers

COUNT = 3
# Reads from the caches of all, and from Redis, in one history at least; a slow machine gets ten times the seconds for them.
HITS_L1 = 3000
HITS_L2 = 50
# So many forms may be missing from a short history by chance: some are there four times on the average. In history and
# mysql_history, by the same programs, none may.
MISSING = 2
PAUSE = 2.0  # of Redis, in seconds


class Postgres:
    name = "PostgreSQL"
    forms = histories.FORMS
    reset, run = staticmethod(histories.reset), staticmethod(histories.run)

    @staticmethod
    def create():
        histories.build()
        return servers.Postgres("fleet", histories.SETTINGS).create()


class Mysql:
    """Or MariaDB."""
    forms = histories.MYSQL_FORMS
    reset, run = staticmethod(histories.reset_mysql), staticmethod(histories.run_mysql)

    def __init__(self, kind):
        self.kind = kind
        self.name = kind.name

    def create(self):
        histories.build_mysql()
        return self.kind(*histories.MYSQL_SETTINGS).create()


SIDES = {"postgres": Postgres(), "mariadb": Mysql(mysql_servers.MariaDB), "mysql": Mysql(mysql_servers.MySQL)}


class Instances:
    def __init__(self, server, *settings, program=None):
        self.redis = redis_servers.Redis().start()
        self.tapris = [servers.Tapri(server.url(), "--workers", "2", "--redis", self.redis.url(), *settings,
                                     program=program).start() for _ in range(COUNT)]

    def hits(self, outcome="hit_l1"):
        return [int(tapri.metric("tapri_statements_total", outcome=outcome)) for tapri in self.tapris]

    def until_hits(self, what):
        before = self.hits()
        servers.wait_for(lambda: all(now > then + 20 for now, then in zip(self.hits(), before)),
                         f"answers from the caches {what}", 120)

    def until_log_unread(self, bound, what):
        """For longer than `bound` (in milliseconds)."""
        servers.wait_for(lambda: all(float(tapri.metric("tapri_last_sync_age_seconds")) * 1000 > bound for tapri in self.tapris),
                         f"the log not to be read {what}")

    def stop(self):
        codes = [tapri.stop() for tapri in self.tapris]
        self.redis.stop()
        return codes


def seconds():
    return int(os.environ.get("TAPRI_FLEET_SECONDS", "12"))


@contextlib.contextmanager
def instances(side, *settings, program=None):
    server = side.create()
    side.reset(server)
    fleet = Instances(server, *settings, program=program)
    try:
        yield fleet, server
    finally:
        fleet.stop()
        server.stop()


def told(report, side, fleet, where, found):
    histories.tell(report, f"{side.name}, {where}", found, side.forms)
    for tapri in fleet.tapris:
        histories.tell_outcomes(report, tapri)


def judge(report, side, fleet, where, found, said):
    told(report, side, fleet, where, found)
    of = f"{side.name}, {where}: "
    histories.check(report, found, said, of)
    for outcome, least in (("hit_l1", HITS_L1), ("hit_l2", HITS_L2)):
        hits = fleet.hits(outcome)
        report.check(f"{of}at least {least} reads are {outcome}", sum(hits) >= least, hits)
    missing = [form for form in side.forms if not found.get(form)]
    report.check(f"{of}the history has all forms but {MISSING} at most", len(missing) <= MISSING, (missing, found))
    for fault in histories.FAULTS:
        report.check(f"{of}the history has {fault}", found.get(fault, 0) > 0, found)
    codes = [tapri.stop() for tapri in fleet.tapris]
    report.check(f"{of}all end cleanly", codes == [0] * COUNT, codes)


def enough_of(fleet):
    return sum(fleet.hits()) >= HITS_L1 and sum(fleet.hits("hit_l2")) >= HITS_L2


def strict(report, name):
    """As one linearizable database."""
    side = SIDES[name]
    with instances(side, "--coherence-mode", "strict") as (fleet, server):
        found, said = side.run(fleet.tapris, server, seconds(), enough=lambda: enough_of(fleet))
        judge(report, side, fleet, "strict", found, said)


def disturb(fleet, bound):
    """Redis is held up, and later killed and started anew; again and again, as long as the history is to be."""
    until = time.monotonic() + seconds()
    rounds = 0
    fleet.until_hits("at first")
    while rounds == 0 or time.monotonic() < until:
        with fleet.redis.paused():
            time.sleep(PAUSE)
        fleet.until_hits("after Redis was held up")
        fleet.redis.stop(signal.SIGKILL)
        fleet.until_log_unread(bound, "without Redis")
        fleet.redis.start()
        fleet.until_hits("after Redis was started anew")
        rounds += 1
    return rounds


def bounded(report, name, bound):
    """Nothing is older than the bound (in milliseconds), whatever becomes of Redis. What the others cannot be told is not
    acknowledged, for that is what `serve` gives up."""
    side = SIDES[name]
    settings = ("--coherence-max-staleness", f"{bound}ms", "--coherence-on-publish-failure", "fail_writes")
    with instances(side, *settings) as (fleet, server), concurrent.futures.ThreadPoolExecutor(1) as pool:
        disturbed = pool.submit(disturb, fleet, bound)
        found, said = side.run(fleet.tapris, server, seconds(), bound=bound,
                               enough=lambda: disturbed.done() and enough_of(fleet))
        report.note(f"Redis was held up and killed {disturbed.result()} times")
        report.check(f"{side.name}, bounded by {bound} ms: writes could not be told to others",
                     found.get("unannounced", 0) > 0, found)
        judge(report, side, fleet, f"bounded by {bound} ms", found, said)


def hold_up(fleet):
    """Redis, again and again, as long as the history is to be: one time alone may fall where nothing is written."""
    until = time.monotonic() + seconds()
    while time.monotonic() < until:
        fleet.until_hits("before Redis is held up")
        with fleet.redis.paused():
            time.sleep(PAUSE)


def beyond(report, name):
    """That the checker sees what is older than its bound: one far smaller than the one in force, and no word of writes."""
    side = SIDES[name]
    with instances(side, "--coherence-max-staleness", "5s") as (fleet, server):
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            held = pool.submit(hold_up, fleet)
            found, said = side.run(fleet.tapris, server, seconds(), bound=50, enough=held.done)
            held.result()
        told(report, side, fleet, "bounded by 5 s, held to 50 ms", found)
        report.check(f"{side.name}: what is older than the checker's bound is found",
                     found["stale"] + found["backwards"] > 0, found)
        others = {kind: found[kind] for kind in histories.ANOMALIES if kind not in ("stale", "backwards")}
        report.check(f"{side.name}: and nothing else", not any(others.values()),
                     (others, histories.violations(said, others)))


PARTS = {
    "strict_history": lambda report: [strict(report, name) for name in SIDES],
    "bounded_history": lambda report: [bounded(report, name, bound) for name in ("postgres", "mariadb")
                                       for bound in (1000, 200)],
    "beyond_history": lambda report: [beyond(report, name) for name in ("postgres", "mariadb")],
}
