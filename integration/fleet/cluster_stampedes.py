"""Many clients ask three Tapris at once for what takes the database long, over a Redis Cluster: the locks of several
statements fall on several of its servers, and one of these dies while they are held.
"""

import collections
import concurrent.futures
import contextlib
import itertools
import re
import signal
import time

import cluster_failover
import redis_servers
import servers
import stampedes

COUNT, STATEMENTS, CLIENTS = 3, 9, 2  # instances; what is asked for at once; clients of each at each instance
SHAPE = "select count(*), sum(taken) from stock where id < "
ANSWER = {((b"3", b"321"),)}


def statements(of):
    """Others for each `of`: nobody has asked for them before."""
    return [f"{SHAPE}{1000 * of + number}" for number in range(1, STATEMENTS + 1)]


class Crowd:
    """All of them wait for the same statements at once."""

    def __init__(self, kind, cluster):
        self.kind, self.cluster = kind, cluster
        self.tapris = [servers.Tapri(kind.url(), "--redis", cluster.url(), *stampedes.TAPRI).start() for _ in range(COUNT)]
        self.links = [[kind.session(tapri) for _ in range(STATEMENTS * CLIENTS)] for tapri in self.tapris]
        self.pool = concurrent.futures.ThreadPoolExecutor(COUNT * STATEMENTS * CLIENTS)
        self.answers = []
        self.known_to_take_long()

    def known_to_take_long(self):
        for tapri, links in zip(self.tapris, self.links):
            servers.wait_for(lambda tapri=tapri, link=links[0]: self.hit(tapri, link), "an answer from the cache")
        # Of what nobody knows the cost all ask.
        with self.kind.locked():
            first = [self.pool.submit(self.kind.run, links[0], statements(0)[0]) for links in self.links]
            servers.wait_for(lambda: sum(self.waiting().values()) == COUNT, "the database to be asked")
            begun = time.monotonic()
            servers.wait_for(lambda: time.monotonic() > begun + stampedes.COST, "the database to take long")
        for answer in first:
            answer.result(stampedes.PATIENCE)

    def hit(self, tapri, link):
        before = tapri.hits()
        self.kind.run(link, stampedes.WARM)
        return tapri.hits() > before

    def waiting(self):
        """How many sessions wait at the database, by statement."""
        rows = self.kind.server.sql("select query from pg_stat_activity where wait_event_type = 'Lock' "
                                    f"and query like '{SHAPE}%'")
        return collections.Counter(rows.splitlines())

    def locks(self, result):
        return sum(int(tapri.metric("tapri_remote_locks_total", result=result)) for tapri in self.tapris)

    def running(self):
        return [server for server in self.cluster.servers + self.cluster.replicas if server.running()]

    def looked(self):
        infos = [server.ask("INFO", "commandstats") for server in self.running()]
        return sum(int(found[1]) for found in (re.search(r"cmdstat_pttl:calls=(\d+)", info) for info in infos) if found)

    def held(self):
        """Of each of the first primaries, the locks."""
        return [len(server.ask("KEYS", stampedes.LOCKS)) if server.running() else 0 for server in self.cluster.servers]

    def ask(self, texts):
        """At every instance, from CLIENTS for each; until all wait."""
        waiters = [tapri.metric("tapri_flight_waiters") for tapri in self.tapris]
        for links in self.links:
            self.answers += [self.pool.submit(self.kind.run, link, texts[at % len(texts)]) for at, link in enumerate(links)]
        for tapri, before in zip(self.tapris, waiters):
            servers.wait_for(lambda tapri=tapri, before=before: tapri.metric("tapri_flight_waiters") - before ==
                             len(texts) * (CLIENTS - 1), "all to wait")

    def answered(self):
        answers = {tuple(map(tuple, answer.result(stampedes.PATIENCE))) for answer in self.answers}
        self.answers = []
        return answers

    def stop(self):
        for links in self.links:
            for link in links:
                link.close()
        self.pool.shutdown()
        for tapri in self.tapris:
            tapri.stop()


@contextlib.contextmanager
def crowd(server, cluster):
    with stampedes.OnPostgres(server) as kind:
        asking = Crowd(kind, cluster)
        try:
            yield asking
        finally:
            asking.stop()


def all_held(asking, texts):
    """Until each statement has its lock, and its holder waits at the database."""
    def one_each():
        waiting = asking.waiting()
        return all(waiting[text] for text in texts)
    servers.wait_for(one_each, "the database to be asked for each")


def cluster_stampede(report, server):
    what = "Cluster, many ask three instances for several statements"
    cluster = redis_servers.Cluster().start()
    with crowd(server, cluster) as asking:
        texts = statements(1)
        since = asking.kind.log_size()
        for each in cluster.servers:
            each.ask("CONFIG", "RESETSTAT")
        with asking.kind.locked():
            asking.ask(texts)
            # Each instance looks for the entry and for its lock, and the holder for the entry once more.
            servers.wait_for(lambda: asking.looked() >= (2 * COUNT + 1) * STATEMENTS, "each instance to have looked")
            all_held(asking, texts)
            held, waiting = asking.held(), asking.waiting()
            report.check(f"{what}: each has one lock", sum(held) == STATEMENTS, held)
            report.check(f"{what}: which are on several servers", sum(map(bool, held)) > 1, held)
            report.check(f"{what}: one session waits at the database for each", set(waiting.values()) == {1}, waiting)
        report.check(f"{what}: all have the answer", asking.answered() == ANSWER)
        with open(server.folder / "server.log", "rb") as log:
            log.seek(since)
            lines = log.read().decode(errors="replace").splitlines()
        asked = [sum(line.endswith(f"statement: {text}") for line in lines) for text in texts]
        report.check(f"{what}: the database is asked once for each", asked == [1] * STATEMENTS, asked)
        counted = {result: asking.locks(result) for result in ("taken", "answered", "unanswered", "timed_out", "failed")}
        wanted = {"taken": STATEMENTS, "answered": (COUNT - 1) * STATEMENTS, "unanswered": 0, "timed_out": 0, "failed": 0}
        report.check(f"{what}: who had a lock and who waited is counted", counted == wanted, counted)
        servers.wait_for(lambda: sum(asking.held()) == 0, "no lock to be left")
    cluster.stop()


def cluster_stampede_failover(report, server):
    """A server that has locks is killed; the log is elsewhere."""
    what = "Cluster, a server that has locks is killed"
    with cluster_failover.cluster_of_six("--cluster-require-full-coverage", "no") as cluster, crowd(server, cluster) as asking:
        of_log = cluster.holder(cluster_failover.LOG)
        before, during = statements(1), statements(2)
        with asking.kind.locked():
            asking.ask(before)
            all_held(asking, before)
            held = asking.held()
            victim = max((at for at in range(3) if at != of_log), key=lambda at: held[at])
            report.check(f"{what}: it has some", held[victim] > 0, held)
            killed = time.monotonic()
            cluster.servers[victim].stop(signal.SIGKILL)
            # The table is locked still: these ask because their holder's lock is gone, not because it has the answer.
            def by_all():
                return sum(count == COUNT for count in asking.waiting().values()) >= held[victim]
            servers.wait_for(by_all, "each instance to ask for what had its lock there")
            report.ok(f"{what}: who waited for one asks the database")
            report.note(f"{time.monotonic() - killed:.2f} s after")
        report.check(f"{what}: all have the answer", asking.answered() == ANSWER)
        taken_over = cluster.taken_over(victim)
        with asking.kind.locked():
            begun = time.monotonic()
            asking.ask(during)
            all_held(asking, during)
            report.note(f"asked {begun - killed:.2f} s after, when its replica {'had' if taken_over else 'had not'} taken over, "
                        f"the database is asked for each after {time.monotonic() - begun:.2f} s")
        report.check(f"{what}: meanwhile all have the answer", asking.answered() == ANSWER)
        servers.wait_for(lambda: cluster.taken_over(victim), "the replica to take over")
        later = itertools.count(3)
        servers.wait_for(lambda: locks_again(asking, statements(next(later)), cluster.replicas[victim]), "a lock at the replica")
        report.ok(f"{what}: its replica has locks from then on")


def locks_again(asking, texts, replica):
    with asking.kind.locked():
        asking.ask(texts)
        all_held(asking, texts)
        there = len(replica.ask("KEYS", stampedes.LOCKS))
    asking.answered()
    return there > 0


FAULTS = (cluster_stampede, cluster_stampede_failover)
