"""Reads and writes through every instance of a fleet while something is done to it, and what they have seen.

Each row is written through one instance, with values that only grow, so an answer says which writes it has seen. One
is too old if it lacks a write that was acknowledged before its read began: at once at the instance that wrote, and in
mode `strict` everywhere, else more than coherence.max_staleness before.
"""

import contextlib
import random
import threading
import time

import instances
import pgwire
import servers

UNTOLD = ("08006", "08007")  # what could not be told to the others: was not sent, is committed
EACH = 4  # rows that an instance writes
PACE = 0.004  # seconds between two statements of a session: others want the processor, too


class Watch:
    """Two sessions at each instance, one that writes and one that reads, until told to stop."""

    def __init__(self, fleet, bound):
        """bound: seconds after which a write has to be seen by the others."""
        self.fleet, self.bound = fleet, bound
        self.count = len(fleet.tapris)
        self.rows = range(1, self.count * EACH + 1)
        self.acknowledged = {row: [] for row in self.rows}  # (when, value)
        self.sent = dict.fromkeys(self.rows, 0)
        self.untold = {}  # since when writes of an instance may be unknown to the others
        self.errors, self.stale = [], []
        self.reads, self.writes = [0] * self.count, [0] * self.count
        self.unsure = 0  # writes that ended so
        self.overdue = 0  # answers that lacked a write which may have been untold
        self.gone = set()  # instances that are to end
        self._running = True
        self._threads = [threading.Thread(target=self._work, args=(at, what), daemon=True)
                         for at in range(self.count) for what in (self._write, self._read)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._running = False
        for thread in self._threads:
            thread.join(60)

    def owner(self, row):
        return (row - 1) % self.count

    def own(self, at):
        return [row for row in self.rows if self.owner(row) == at]

    def _work(self, at, what):
        chance = random.Random(at)
        link = None
        try:
            while self._running and at not in self.gone:
                if link is None:
                    link = self._session(at)
                if not what(at, link, chance):
                    link.close()
                    link = None
                time.sleep(PACE)
        except Exception as error:  # pylint: disable=broad-except
            if at not in self.gone:
                self.errors.append(f"instance {at}: {error!r}")

    def _session(self, at):
        tapri = self.fleet.tapris[at]
        link = pgwire.Connection(tapri.host, tapri.port)
        link.login()
        return link

    def _write(self, at, link, chance):
        row = chance.choice(self.own(at))
        self.sent[row] += 1
        value = self.sent[row]
        try:
            instances.run(link, instances.update(row, value))
        except instances.Refused as refused:
            if refused.state not in UNTOLD:
                raise
            self.unsure += 1
            return False
        self.acknowledged[row].append((time.monotonic(), value))
        self.writes[at] += 1
        return True

    def _read(self, at, link, chance):
        row = chance.choice(self.rows)
        untold = dict(self.untold)
        begun = time.monotonic()
        value = int(instances.run(link, instances.read(row))[0][0])
        self.reads[at] += 1
        if value > self.sent[row]:
            self.errors.append(f"row {row} has {value}, which nobody has written")
        if value < self._newest(row, begun - (0 if at == self.owner(row) else self.bound)):
            self._too_old(at, row, value, begun, {**untold, **self.untold})
        return True

    def _newest(self, row, until, before=None):
        """The last value that was acknowledged by then."""
        for when, value in reversed(self.acknowledged[row]):
            if when <= until and (before is None or when < before):
                return value
        return 0

    def _too_old(self, at, row, value, begun, untold):
        writer = self.owner(row)
        since = untold.get(writer)
        if at != writer and since is not None and value >= self._newest(row, begun - self.bound, since):
            self.overdue += 1
            return
        newest = self._newest(row, begun)
        age = begun - next(when for when, each in self.acknowledged[row] if each > value)
        self.stale.append(f"instance {at} shows {value} of row {row}, not {newest}, {age:.3f} s later")

    def going_on(self, what, *which):
        """Reads and writes at these instances, or all that are there, end."""
        which = which or self.fleet.running()
        reads, writes = list(self.reads), list(self.writes)
        servers.wait_for(lambda: self.errors or all(self.reads[at] > reads[at] + 50 and
                                                    self.writes[at] + self.unsure > writes[at] + 5 for at in which),
                         f"reads and writes {what}")

    def may_be_untold(self, since, *which):
        """From here on others may read the log, though these instances, or all, could not tell in it what they have
        written from then on (coherence.on_publish_failure: serve). Until all_told()."""
        self.untold.update(dict.fromkeys(which or range(self.count), since))

    def all_told(self):
        self.fleet.caught_up()
        self.untold.clear()

    def hits_again(self, *which):
        which = which or self.fleet.running()
        before = [self.fleet.statements(at, "hit_l1") for at in which]
        servers.wait_for(lambda: all(self.fleet.statements(at, "hit_l1") > old + 1 for at, old in zip(which, before)),
                         f"answers from the cache of {list(which)}")

    def log_unread(self, *which):
        """The log has not been read for so long that what was kept before is not served: in `strict` nothing is any more,
        in `bounded` what the database has answered since."""
        which = which or self.fleet.running()
        if self.bound == 0:
            self._no_hits(which)
            return
        servers.wait_for(lambda: all(self.fleet.log(at)["last_sync_age_seconds"] > self.bound for at in which),
                         f"the log not to be read by {list(which)}")
        self.hits_again(*which)

    def _no_hits(self, which):
        """Reads are answered, none of them from the cache."""

        def none():
            before = [self._hits_and_others(at) for at in which]
            reads = list(self.reads)
            servers.wait_for(lambda: self.errors or all(self.reads[at] > reads[at] + 20 for at in which), "reads")
            now = [self._hits_and_others(at) for at in which]
            return self.errors or all(hits == old and others > asked for (hits, others), (old, asked) in zip(now, before))
        servers.wait_for(none, f"no answers from the cache of {list(which)}")

    def _hits_and_others(self, at):
        """Reads answered from the cache, and those that were not: in `strict` they count as log_stale."""
        hits, found, missed = (self.fleet.statements(at, what) for what in ("hit_l1", "hit_l2", "miss"))
        return hits + found, missed + self.fleet.bypassed(at, "log_stale")


@contextlib.contextmanager
def fault(report, what, server, *more, count=2, bound=instances.STALENESS, **options):
    """A fleet under load, to which something is done in the body; then what was seen is judged."""
    report.note(f"fault: {what}")
    with instances.fleet_of(count, server, *more, **options) as fleet:
        with Watch(fleet, bound) as watch:
            watch.hits_again()
            yield fleet, watch
            fleet.caught_up()
            watch.hits_again()
            watch.going_on("at the end")
        report.check(f"{what}: no client sees an error", not watch.errors, watch.errors[:5])
        report.check(f"{what}: no answer is too old", not watch.stale, f"{len(watch.stale)}: {watch.stale[:5]}")
        writes_seen_everywhere(report, what, fleet)
        if watch.overdue:
            report.note(f"{watch.overdue} of {sum(watch.reads)} answers lacked a write of which the fleet could not be told")


def writes_seen_everywhere(report, what, fleet):
    """At the end, through every instance."""
    row, slowest = instances.ROWS, 0
    for value, writer in enumerate(fleet.running(), 1_000):
        others = [at for at in fleet.running() if at != writer]
        for at in others:
            fleet.keep(at, row)
        fleet.take(writer, row, value)
        slowest = max([slowest] + [instances.until_seen(fleet, at, row, value, 10) for at in others])
    report.check(f"{what}: writes are seen elsewhere again", slowest <= instances.STALENESS, slowest)
