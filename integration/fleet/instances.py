"""Several Tapris before one PostgreSQL, with one Redis."""

import time

import caching
import pgwire
import servers

ROWS = 50
TABLES = f"""
drop table if exists seats;
create table seats (id int primary key, taken int not null);
insert into seats select i, 0 from generate_series(1, {ROWS}) i;
"""


def read(row):
    return f"select taken from seats where id = {row}"


class Fleet:
    """`count` instances; each has one session that is answered from the cache."""

    def __init__(self, server, redis, count, *more):
        self.server, self.redis, self.more = server, redis, more
        self.tapris = [self.tapri() for _ in range(count)]
        self.links = []

    def tapri(self):
        return servers.Tapri(self.server.url(), "--redis", self.redis.url(), *self.more)

    def start(self):
        for tapri in self.tapris:
            tapri.start()
        self.links = [caching.session_with_hits(tapri, read(1)) for tapri in self.tapris]
        return self

    def value(self, at, row):
        return int(self._run(at, read(row))[0][0])

    def take(self, at, row, value):
        self._run(at, f"update seats set taken = {value} where id = {row}")

    def _run(self, at, text):
        messages = self.links[at].run(pgwire.query(text))
        if pgwire.sqlstate(messages):
            raise RuntimeError(f"{text}: {pgwire.shown(messages)}")
        return pgwire.rows(messages)

    def keep(self, at, row):
        """Until the row's answer comes from the cache there."""
        def kept():
            before = self.tapris[at].hits()
            self.value(at, row)
            return self.tapris[at].hits() > before
        servers.wait_for(kept, f"an answer from the cache of instance {at}")

    def statements(self, at, outcome):
        return int(self.tapris[at].metric("tapri_statements_total", outcome=outcome))

    def stop(self):
        for link in self.links:
            link.close()
        return [tapri.stop() for tapri in self.tapris]


def until_seen(fleet, at, row, value, seconds):
    """How long another instance answers what was before, in seconds from now."""
    begun = time.monotonic()
    while fleet.value(at, row) != value:
        if time.monotonic() > begun + seconds:
            raise TimeoutError(f"instance {at} shows an old row {row} after {seconds} s")
    return time.monotonic() - begun
