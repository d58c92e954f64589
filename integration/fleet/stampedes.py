"""Many clients ask three Tapris at once for what none has and the database takes long for: one asks it, for all.
Redis lets the Tapris do what docs/fleet.md tells, and no more.

The database takes as long as the tests like: the table that the statement reads is locked meanwhile. How often it was
asked its own log says.
"""

import concurrent.futures
import contextlib
import json
import re
import signal
import time

import instances
import mysql_servers
import mysqlwire
import pgwire
import redis_servers
import rights
import servers

COUNT, CLIENTS = 3, 10  # instances, and clients of each
COST = 2.0  # seconds that the database takes when it is asked first: the lock is then held for twice that at most
PATIENCE = 120.0  # seconds
TOTAL = "select count(*), sum(taken) from stock"
WARM = "select taken from stock where id = 1"
WRITE = "update stock set taken = taken + 1 where id = 2"
TABLE = """
drop table if exists stock;
create table stock (id int primary key, taken int not null);
insert into stock values (1, 1), (2, 20), (3, 300);
"""
TAPRI = (*instances.PATIENT, "--l2-lock-ttl", "1m", "--flight-max-wait", "2m")
LOCKS = "tapri:default:l:*"


class OnPostgres:
    name = "PostgreSQL"

    def __init__(self, server):
        self.server = server

    def __enter__(self):
        self.server.sql(TABLE)
        self.server.sql("alter role postgres set log_statement = 'all'; alter role postgres set log_min_messages = 'log'")
        return self

    def __exit__(self, *_):
        self.server.sql("alter role postgres reset log_statement; alter role postgres reset log_min_messages")

    def url(self):
        return self.server.url()

    @staticmethod
    def session(place):
        link = pgwire.Connection(place.host, place.port, PATIENCE)
        link.login()
        return link

    @staticmethod
    def run(link, text):
        return instances.run(link, text)

    @contextlib.contextmanager
    def locked(self):
        """Nobody can read the table."""
        holder = self.session(self.server)
        self.run(holder, "begin")
        self.run(holder, "lock table stock in access exclusive mode")
        yield
        self.run(holder, "commit")
        holder.close()

    def waiting(self):
        """Sessions at the database that wait for the table."""
        return int(self.server.sql(f"select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query = '{TOTAL}'"))

    def log_size(self):
        return (self.server.folder / "server.log").stat().st_size

    def asked(self, since):
        with open(self.server.folder / "server.log", "rb") as log:
            log.seek(since)
            return log.read().decode(errors="replace").count(f"statement: {TOTAL}\n")


class OnMysql:
    """Or MariaDB."""

    def __init__(self, kind):
        self.kind = kind
        self.name = kind.name

    def __enter__(self):
        self.server = self.kind(name="stampedes").create()
        self.server.sql(TABLE, "shop")
        return self

    def __exit__(self, *_):
        self.server.stop()

    def url(self):
        return self.server.url("shop")

    @staticmethod
    def session(place):
        return mysqlwire.session(place, timeout=PATIENCE, database="shop")

    @staticmethod
    def run(link, text):
        answer = link.query(text)
        if answer.error:
            raise RuntimeError(f"{text}: {answer.error}")
        return answer.rows() if text.startswith("select") else []

    @contextlib.contextmanager
    def locked(self):
        holder = self.session(self.server)
        self.run(holder, "lock tables stock write")
        yield
        self.run(holder, "unlock tables")
        holder.leave()

    def waiting(self):
        return int(self.server.sql("select count(*) from information_schema.processlist "
                                   f"where state like 'Waiting for table metadata lock' and info = '{TOTAL}'"))

    def log_size(self):
        return self.server.log_size()

    def asked(self, since):
        return sum(entry.command == "Query" and entry.text == TOTAL for entry in self.server.logged(since))


class Crowd:
    """Clients at three Tapris that wait for an answer that the database is asked for."""

    def __init__(self, kind, redis, *more):
        self.kind, self.redis = kind, redis
        self.tapris = [servers.Tapri(kind.url(), "--redis", redis.url(), *TAPRI, *more).start() for _ in range(COUNT)]
        self.links = [[kind.session(tapri) for _ in range(CLIENTS)] for tapri in self.tapris]
        for at, links in enumerate(self.links):
            servers.wait_for(lambda at=at, link=links[0]: self.hit(at, link), "an answer from the cache")
            for link in links:
                kind.run(link, WARM)
        self.pool = concurrent.futures.ThreadPoolExecutor(COUNT * CLIENTS)
        self.answers = []
        self.before = 0  # size of the database's log

    def hit(self, at, link):
        before = self.tapris[at].hits()
        self.kind.run(link, WARM)
        return self.tapris[at].hits() > before

    def locks(self, result):
        """Of each instance that is alive."""
        return [int(tapri.metric("tapri_remote_locks_total", result=result)) for tapri in self.tapris if tapri.alive()]

    def known_to_take_long(self):
        """And to be asked for anew."""
        with self.kind.locked():
            first = self.pool.submit(self.kind.run, self.links[0][0], TOTAL)
            servers.wait_for(lambda: self.kind.waiting() == 1, "the database to be asked")
            begun = time.monotonic()
            servers.wait_for(lambda: time.monotonic() > begun + COST, "the database to take long")
        first.result(PATIENCE)
        for at in range(COUNT):
            self.kind.run(self.links[at][0], TOTAL)
        self.kind.run(self.links[0][0], WRITE)
        servers.wait_for(lambda: [self.position(at) for at in range(COUNT)].count(self.position(0)) == COUNT,
                         "all to know of the write")

    def position(self, at):
        return json.loads(self.tapris[at].admin("/api/v1/fleet")[1])["log"]["position"]

    def looked(self):
        """Looks for the entry, and attempts to take its lock, in Redis."""
        found = re.search(r"cmdstat_pttl:calls=(\d+)", self.redis.ask("INFO", "commandstats"))
        return int(found[1]) if found else 0

    def ask(self, looks):
        """All at once; until everybody waits, and Redis was looked at so often."""
        self.before = self.kind.log_size()
        self.redis.ask("CONFIG", "RESETSTAT")
        self.answers = [[self.pool.submit(self.kind.run, link, TOTAL) for link in links] for links in self.links]
        for tapri in self.tapris:
            servers.wait_for(lambda tapri=tapri: tapri.metric("tapri_flight_waiters") == CLIENTS - 1, "all to wait")
        servers.wait_for(lambda: self.looked() >= looks, "each instance to have looked")

    def answered(self, but=None):
        """What came, of all but one instance's clients."""
        return {tuple(row) for at, answers in enumerate(self.answers) if at != but
                for answer in answers for row in answer.result(PATIENCE)}

    def stop(self):
        for links in self.links:
            for link in links:
                link.close()
        self.pool.shutdown()
        return [tapri.stop() for tapri in self.tapris]


@contextlib.contextmanager
def crowd(kind, *more):
    redis = redis_servers.Redis().start()
    redis.ask(*rights.documented())
    with kind:
        asking = Crowd(kind, rights.As(redis, "tapri"), *more)
        try:
            asking.known_to_take_long()
            yield asking
        finally:
            asking.stop()
            redis.stop()


# Each instance looks for the entry and then for the lock, and who has that for the entry once more.
LOOKS = 2 * COUNT + 1


def asked_once(report, kind):
    with crowd(kind) as asking:
        what = f"{kind.name}, many ask three instances at once"
        with kind.locked():
            asking.ask(LOOKS)
            report.check(f"{what}: one lock is held", len(asking.redis.ask("KEYS", LOCKS)) == 1)
            servers.wait_for(lambda: kind.waiting() > 0, "the database to be asked")
            waiting = kind.waiting()
            report.check(f"{what}: one session waits at the database", waiting == 1, waiting)
        answers = asking.answered()
        report.check(f"{what}: all have the answer", answers == {(b"3", b"322")}, answers)
        asked = kind.asked(asking.before)
        report.check(f"{what}: the database is asked once", asked == 1, asked)
        counted = {result: sum(asking.locks(result)) for result in ("taken", "answered", "unanswered", "timed_out", "failed")}
        wanted = {"taken": 1, "answered": COUNT - 1, "unanswered": 0, "timed_out": 0, "failed": 0}
        report.check(f"{what}: who had the lock and who waited is counted", counted == wanted, counted)
        report.check(f"{what}: no lock is left", asking.redis.ask("KEYS", LOCKS) == [])
        denied = asking.redis.ask("ACL", "LOG")
        report.check(f"{what}: the documented rights are enough", denied == [], denied)


def asked_by_each(report, kind):
    with crowd(kind, "--l2-lock-above", "0s") as asking:
        with kind.locked():
            asking.ask(COUNT)
            servers.wait_for(lambda: kind.waiting() == COUNT, "each instance to ask")
        asking.answered()
        asked = kind.asked(asking.before)
        report.check(f"{kind.name}: without locks each instance asks", asked == COUNT, asked)


def holder_killed(report, kind):
    with crowd(kind) as asking:
        what = f"{kind.name}, who asks is killed"
        with kind.locked():
            asking.ask(LOOKS)
            taken = time.monotonic()
            servers.wait_for(lambda: kind.waiting() > 0, "the database to be asked")
            holder = asking.locks("taken").index(1)
            asking.tapris[holder].stop(signal.SIGKILL)
            report.check(f"{what}: its lock is left", len(asking.redis.ask("KEYS", LOCKS)) == 1)
        answers = asking.answered(but=holder)
        took = time.monotonic() - taken
        report.check(f"{what}: the clients of the others have the answer", answers == {(b"3", b"322")}, answers)
        report.check(f"{what}: and before anything but the lock has ended", took < PATIENCE / 2, took)
        report.note(f"{took:.1f} s after the lock was taken for about {2 * COST:g} s")
        counted = asking.locks("timed_out")
        report.check(f"{what}: they did not wait past its time", counted == [1] * (COUNT - 1), counted)


def stampede(report, server):
    asked_by_each(report, OnPostgres(server))
    asked_once(report, OnPostgres(server))


def stampede_killed(report, server):
    holder_killed(report, OnPostgres(server))


def stampede_mysql(report, _server):
    asked_once(report, OnMysql(mysql_servers.MariaDB))


FAULTS = (stampede, stampede_killed, stampede_mysql)
