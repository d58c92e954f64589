"""The primary changes, as Sentinel has it."""

import contextlib
import signal
import time

import instances
import redis_servers
import servers
import watching


@contextlib.contextmanager
def watched_pair():
    """A primary and a replica that can take over, and the Sentinel."""
    soon = ("--repl-diskless-sync-delay", "0")
    primary = redis_servers.Redis(*soon).start()
    replica = redis_servers.Redis(*soon, "--replicaof", f"{primary.host} {primary.port}").start()
    sentinel = redis_servers.Sentinel(primary).start()
    servers.wait_for(sentinel.replicas, "Sentinel to know a replica")
    try:
        yield primary, replica, sentinel
    finally:
        for each in (sentinel, replica, primary):
            each.stop()


def another_primary(report, what, server, change, *more, bound=instances.STALENESS):
    """change(primary, sentinel): what makes the replica the primary."""
    with watched_pair() as (primary, replica, sentinel), \
            watching.fault(report, what, server, *more, redis=sentinel, bound=bound) as (fleet, watch):
        row = instances.ROWS - 1
        for at in (0, 1):
            fleet.keep(at, row)
        epochs = [fleet.log(at)["epoch"] for at in (0, 1)]
        if not more:
            watch.may_be_untold(time.monotonic())
        change(primary, sentinel)
        begun = time.monotonic()
        servers.wait_for(lambda: sentinel.primary_port() == replica.port, "another primary")
        servers.wait_for(lambda: min(fleet.log(at)["epoch"] for at in (0, 1)) > max(epochs), "another epoch")
        watch.all_told()
        report.note(f"all is told {time.monotonic() - begun:.1f} s after")
        report.check(f"{what}: the log goes on at the other Redis, in another epoch",
                     replica.ask("XLEN", "tapri:{default}:log") > 0)
        epoch = {fleet.log(at)["epoch"] for at in (0, 1)}
        report.check(f"{what}: which is the same to all", len(epoch) == 1, epoch)
        watch.hits_again()
        report.ok(f"{what}: answers come from the cache again")


def failed_over(report, server):
    another_primary(report, "a fail-over", server, lambda _, sentinel: sentinel.ask("SENTINEL", "FAILOVER", "shop"))


def primary_killed(report, server):
    another_primary(report, "the primary is killed", server, lambda primary, _: primary.stop(signal.SIGKILL))


def failed_over_strict(report, server):
    another_primary(report, "strict, a fail-over", server,
                    lambda _, sentinel: sentinel.ask("SENTINEL", "FAILOVER", "shop"), "--coherence-mode", "strict",
                    "--coherence-on-publish-failure", "fail_writes", bound=0)


FAULTS = (failed_over, primary_killed, failed_over_strict)
