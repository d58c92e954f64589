"""A primary of a Cluster is killed under load, and its replica takes over."""

import contextlib
import itertools
import re
import signal
import time

import instances
import redis_servers
import servers
import watching

LOG = "tapri:{default}:log"
NODE_TIMEOUT = 2000  # milliseconds: longer than answers come from the cache without the log
# Asked by nobody else, and of rows that nobody writes meanwhile.
ROWS = range(instances.ROWS // 2, instances.ROWS)


@contextlib.contextmanager
def cluster_of_six(*more):
    redis = redis_servers.Cluster("--cluster-node-timeout", str(NODE_TIMEOUT), *more, replicas=True).start()
    try:
        yield redis
    finally:
        redis.stop()


def ask(fleet, at, column):
    """For each row, an answer that is kept."""
    for row in ROWS:
        instances.run(fleet.links[at], f"select {column} from seats where id = {row}")


def from_redis(fleet, at, column):
    """How many of them that instance finds in Redis."""
    found = fleet.statements(at, "hit_l2")
    ask(fleet, at, column)
    return fleet.statements(at, "hit_l2") - found


def looked_up(redis):
    """Answers that were found there, by GET."""
    info = redis.ask("INFO", "commandstats")
    calls = re.search(r"cmdstat_get:calls=(\d+)", info)
    return int(calls.group(1)) if calls else 0


def serve_another(report, what, fleet, replica, column):
    """What one instance asks for now another finds, also where the replica has taken over."""
    looked = looked_up(replica)
    ask(fleet, 0, column)
    found = from_redis(fleet, 1, column)
    report.check(f"{what}: answers of one instance serve another again", found >= len(ROWS) * 9 // 10, found)
    report.check(f"{what}: also those that the new primary has", looked_up(replica) > looked)


def log_killed(report, what, server, *more, bound=instances.STALENESS):
    """The primary that has the log, which is the only one that the Tapris were told of."""
    with cluster_of_six() as redis:
        victim = redis.holder(LOG)
        redis.named = redis.servers[victim]
        with watching.fault(report, what, server, *more, count=3, redis=redis, bound=bound) as (fleet, watch):
            epochs = [fleet.log(at)["epoch"] for at in fleet.running()]
            killed = time.monotonic()
            if not more:
                watch.may_be_untold(killed)
            redis.servers[victim].stop(signal.SIGKILL)
            watch.log_unread()
            report.ok(f"{what}: what was kept before is not served any more")
            watch.going_on("while the log is away")
            servers.wait_for(lambda: redis.taken_over(victim), "the replica to take over")
            over = time.monotonic()
            servers.wait_for(lambda: min(fleet.log(at)["epoch"] for at in fleet.running()) > max(epochs), "another epoch")
            watch.all_told()
            report.note(f"the replica takes over {over - killed:.1f} s after, all is told {time.monotonic() - over:.1f} s "
                        "after that")
            later = {fleet.log(at)["epoch"] for at in fleet.running()}
            report.check(f"{what}: the log has one other epoch to all", len(later) == 1, f"{epochs}, then {later}")
            report.check(f"{what}: and goes on at the replica", redis.replicas[victim].ask("XLEN", LOG) > 0)
            watch.hits_again()
            report.ok(f"{what}: answers come from the cache again")
            until_none_fails(fleet)
            serve_another(report, what, fleet, redis.replicas[victim], "taken, id")
            if more:
                report.check(f"{what}: writes that could not be told have failed", watch.unsure > 0)


def cluster_log_killed(report, server):
    log_killed(report, "Cluster, the log's primary is killed", server)


def cluster_log_killed_strict(report, server):
    log_killed(report, "Cluster, strict, the log's primary is killed", server, "--coherence-mode", "strict",
               "--coherence-on-publish-failure", "fail_writes", bound=0)


def failed(fleet, at):
    return fleet.tapris[at].metric("tapri_remote_fetches_total", tier="redis", result="failed")


def until_none_fails(fleet):
    """Until every instance gets through to whoever has the answers."""
    columns = itertools.count(100)

    def none(at):
        before = failed(fleet, at)
        ask(fleet, at, f"taken, {next(columns)}")
        return failed(fleet, at) == before
    for at in fleet.running():
        servers.wait_for(lambda at=at: none(at), f"instance {at} to reach all of the Cluster")


def cluster_entries_killed(report, server):
    """A primary that has nothing but answers; the others go on without it."""
    what = "Cluster, a primary of answers is killed"
    with cluster_of_six("--cluster-require-full-coverage", "no") as redis:
        victim = (redis.holder(LOG) + 1) % 3
        replica = redis.replicas[victim]
        with watching.fault(report, what, server, count=3, redis=redis) as (fleet, watch):
            epochs = [fleet.log(at)["epoch"] for at in fleet.running()]
            ask(fleet, 0, "id, taken")
            servers.wait_for(lambda: replica.ask("DBSIZE") > 0 and
                             replica.ask("DBSIZE") == redis.servers[victim].ask("DBSIZE"), "the replica to have all")
            failures = failed(fleet, 1)
            redis.servers[victim].stop(signal.SIGKILL)
            ask(fleet, 1, "taken, 1")
            report.check(f"{what}: answers are not found that would be there", failed(fleet, 1) > failures)
            watch.hits_again()
            report.ok(f"{what}: answers come from the caches all the while")
            servers.wait_for(lambda: redis.taken_over(victim), "the replica to take over")
            over = time.monotonic()
            until_none_fails(fleet)
            report.note(f"the replica is used {time.monotonic() - over:.1f} s after it has taken over")
            found = from_redis(fleet, 1, "id, taken")
            report.check(f"{what}: answers of before come from the replica", found >= len(ROWS) * 9 // 10, found)
            serve_another(report, what, fleet, replica, "taken, id")
            same = [fleet.log(at)["epoch"] for at in fleet.running()]
            report.check(f"{what}: the log has gone on in its epoch", same == epochs, f"{epochs}, then {same}")


FAULTS = (cluster_log_killed, cluster_log_killed_strict, cluster_entries_killed)
