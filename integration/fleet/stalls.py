"""Redis is silent for a while: clients do not wait for it, nothing more is asked of it, and no reply that comes late is
taken for another's.

redis.timeout is so long that whoever waited for it would be noticed; a look's own bound is the default. Each Tapri has
one worker, and so one connection for its answers.
"""

import concurrent.futures
import contextlib
import time

import instances
import pgwire
import servers

READERS = 8
TIMEOUT = 60.0  # of redis.timeout, seconds
ONE_WORKER = ("--workers", "1", "--redis-timeout", f"{TIMEOUT:g}s")


def answer(column, row):
    """Another for each row, and nowhere the same."""
    return column * 1000 + row


def ask(link, column, row):
    return int(instances.run(link, f"select {column} * 1000 + id from seats where id = {row}")[0][0])


class Readers:
    """Sessions at one instance that ask for a row each, all at once."""

    def __init__(self, tapri):
        self.links = [pgwire.Connection(tapri.host, tapri.port, 2 * TIMEOUT) for _ in range(READERS)]
        for link in self.links:
            link.login()
        self.pool = concurrent.futures.ThreadPoolExecutor(READERS)

    def wrong(self, column):
        """Rows whose answer is not theirs."""
        answers = self.pool.map(lambda at: ask(self.links[at], column, at + 1), range(READERS))
        return [row for row, got in enumerate(answers, 1) if got != answer(column, row)]

    def stop(self):
        self.pool.shutdown()
        for link in self.links:
            link.close()


@contextlib.contextmanager
def readers_at(tapri):
    readers = Readers(tapri)
    try:
        yield readers
    finally:
        readers.stop()


def asked_of_redis(tapri):
    """What clients have had asked of it, or refused; probes are not among it."""
    looks = [tapri.metric("tapri_remote_fetches_total", tier="redis", result=result)
             for result in ("hit", "absent", "failed", "dropped")]
    return [*looks, tapri.metric("tapri_redis_commands_total", tier="redis", result="refused")]


def breakers(tapri):
    """How many are not closed."""
    return sum(tapri.metric("tapri_redis_connections", tier="redis", state=state) for state in ("breaker_open", "half_open"))


def redis_stalled(report, server):
    what = "Redis is silent"
    with instances.fleet_of(2, server, *ONE_WORKER) as fleet, readers_at(fleet.tapris[0]) as readers:
        tapri = fleet.tapris[0]
        opened = tapri.metric("tapri_redis_breaker_opened_total", tier="redis")
        report.check(f"{what}: before, every row has its answer", readers.wrong(1) == [])
        with fleet.redis.paused():
            begun = time.monotonic()
            report.check(f"{what}: every row has its answer", readers.wrong(2) == [])
            took = time.monotonic() - begun
            report.check(f"{what}: nobody waits for redis.timeout", took < TIMEOUT / 2, took)
            report.note(f"reads take {took * 1000:.0f} ms when it falls silent")
            now = tapri.metric("tapri_redis_breaker_opened_total", tier="redis")
            report.check(f"{what}: looks that are not answered open the breaker of their connection, and no other",
                         (now - opened, breakers(tapri)) == (1, 1), (opened, now, breakers(tapri)))
            before = asked_of_redis(tapri)
            report.check(f"{what}: without Redis every row has its answer", readers.wrong(3) == [])
            report.check(f"{what}: for which it is not asked", asked_of_redis(tapri) == before,
                         (before, asked_of_redis(tapri)))
        servers.wait_for(lambda: breakers(tapri) == 0, "the breaker to close")
        fleet.caught_up()
        report.ok(f"{what}: the breaker closes by itself")
        report.check(f"{what}: after that every row has its answer", readers.wrong(4) == [])
        found = fleet.statements(1, "hit_l2")
        wrong = [row for row in range(1, READERS + 1) if ask(fleet.links[1], 4, row) != answer(4, row)]
        report.check(f"{what}: and it serves another instance again, with none that comes late in the place of another",
                     not wrong and fleet.statements(1, "hit_l2") > found, (wrong, found))


FAULTS = (redis_stalled,)
