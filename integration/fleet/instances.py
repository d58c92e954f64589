"""Several Tapris before one PostgreSQL, with one Redis."""

import contextlib
import json
import time

import caching
import pgwire
import redis_servers
import servers

ROWS = 50
STALENESS = 1.0  # of coherence.max_staleness, not set otherwise
# A machine that has much to do keeps Redis waiting for a processor: that is not to look like one that is silent.
PATIENT = ("--l2-timeout", "250ms")
TABLES = f"""
drop table if exists seats;
create table seats (id int primary key, taken int not null);
insert into seats select i, 0 from generate_series(1, {ROWS}) i;
"""


def read(row):
    return f"select taken from seats where id = {row}"


def update(row, value):
    return f"update seats set taken = {value} where id = {row}"


class Refused(RuntimeError):
    """An ErrorResponse; `state` is its SQLSTATE."""

    def __init__(self, text, messages):
        super().__init__(f"{text}: {pgwire.shown(messages)}")
        self.state = pgwire.sqlstate(messages)


def run(link, text):
    """The rows; an error raises Refused, also where the server ends the session with it."""
    link.send(pgwire.query(text))
    messages = link.until(b"Z", b"E")
    if messages[-1][0] == b"E":
        with contextlib.suppress(pgwire.Closed):
            link.ready()
        raise Refused(text, messages)
    return pgwire.rows(messages)


def log_of(tapri):
    """What it says of the fleet's log."""
    return json.loads(tapri.admin("/api/v1/fleet")[1])["log"]


class Fleet:
    """`count` instances; each has one session that is answered from the cache."""

    def __init__(self, server, redis, count, *more, ways=None, environments=None):
        """ways: what some instances reach Redis by (url()); environments: variables of some; both by number."""
        self.server, self.redis, self.more = server, redis, more
        self.ways, self.environments = ways or {}, environments or {}
        self.tapris = [self.tapri(at) for at in range(count)]
        self.links = []

    def tapri(self, at=None):
        way = self.ways.get(at, self.redis)
        return servers.Tapri(self.server.url(), "--redis", way.url(), *PATIENT, *self.more, environment=self.environments.get(at))

    def start(self):
        for tapri in self.tapris:
            tapri.start()
        self.links = [caching.session_with_hits(tapri, read(1)) for tapri in self.tapris]
        return self

    def value(self, at, row):
        return int(run(self.links[at], read(row))[0][0])

    def take(self, at, row, value):
        run(self.links[at], update(row, value))

    def keep(self, at, row):
        """Until the row's answer comes from the cache there."""
        def kept():
            before = self.tapris[at].hits()
            self.value(at, row)
            return self.tapris[at].hits() > before
        servers.wait_for(kept, f"an answer from the cache of instance {at}")

    def statements(self, at, outcome):
        return int(self.tapris[at].metric("tapri_statements_total", outcome=outcome))

    def bypassed(self, at, reason):
        return int(self.tapris[at].metric("tapri_bypass_total", reason=reason))

    def degraded(self, at):
        return self.tapris[at].metric("tapri_degraded", component="redis") == 1

    def log(self, at):
        return log_of(self.tapris[at])

    def running(self):
        return [at for at, tapri in enumerate(self.tapris) if tapri.alive()]

    def caught_up(self):
        """Until all that was committed through any is known to each."""
        def told(at):
            log = self.log(at)
            return log["appending"] and log["following"] and not log["unannounced"]
        for at in self.running():
            servers.wait_for(lambda at=at: told(at), f"instance {at} to have told of its writes")
        last = max(self.log(at)["position"] for at in self.running())
        for at in self.running():
            servers.wait_for(lambda at=at: self.log(at)["position"] >= last, f"instance {at} to have read the log")

    def stop(self):
        for link in self.links:
            link.close()
        return [tapri.stop() for tapri in self.tapris]


@contextlib.contextmanager
def fleet_of(count, server, *more, redis=None, **options):
    """With a Redis of its own where none is named."""
    own = None if redis else redis_servers.Redis().start()
    server.sql(TABLES)
    fleet = Fleet(server, redis or own, count, *more, **options).start()
    try:
        yield fleet
    finally:
        fleet.stop()
        if own:
            own.stop()


def until_seen(fleet, at, row, value, seconds):
    """How long another instance answers what was before, in seconds from now."""
    begun = time.monotonic()
    while fleet.value(at, row) != value:
        if time.monotonic() > begun + seconds:
            raise TimeoutError(f"instance {at} shows an old row {row} after {seconds} s")
    return time.monotonic() - begun
