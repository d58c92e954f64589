"""Redis is paused, and killed, under load: in `bounded`, and in `strict` where writes fail that cannot be told."""

import signal
import time

import instances
import servers
import watching

PAUSE = 5.0
FAIL_WRITES = ("--coherence-on-publish-failure", "fail_writes")
STRICT = ("--coherence-mode", "strict", *FAIL_WRITES)


def paused(report, what, fleet, watch, serve):
    begun = time.monotonic()
    with fleet.redis.paused():
        watch.log_unread()
        report.ok(f"{what}: what was kept before is not served any more")
        servers.wait_for(lambda: all(fleet.degraded(at) for at in fleet.running()), "tapri_degraded to say so")
        report.ok(f"{what}: tapri_degraded says so")
        servers.wait_for(lambda: time.monotonic() > begun + PAUSE, "the end of the pause")
        watch.going_on("while Redis does not answer")
        if serve:
            watch.may_be_untold(begun)
    resumed = time.monotonic()
    watch.all_told()
    report.note(f"all is told {time.monotonic() - resumed:.2f} s after Redis goes on")
    watch.hits_again()
    report.ok(f"{what}: answers come from the cache again")
    servers.wait_for(lambda: not any(fleet.degraded(at) for at in fleet.running()), "tapri_degraded to go down")


def killed(report, what, fleet, watch, serve):
    epochs = [fleet.log(at)["epoch"] for at in fleet.running()]
    begun = time.monotonic()
    fleet.redis.stop(signal.SIGKILL)
    watch.log_unread()
    report.ok(f"{what}: what was kept before is not served any more")
    servers.wait_for(lambda: all(fleet.degraded(at) for at in fleet.running()), "tapri_degraded to say so")
    watch.going_on("without Redis")
    if serve:
        watch.may_be_untold(begun)
    fleet.redis.start()
    watch.all_told()
    later = [fleet.log(at)["epoch"] for at in fleet.running()]
    report.check(f"{what}: the log has another epoch", min(later) > max(epochs) and len(set(later)) == 1,
                 f"{epochs}, then {later}")
    watch.hits_again()
    report.ok(f"{what}: answers come from the cache again")


def redis_paused(report, server):
    what = "Redis is paused"
    with watching.fault(report, what, server) as (fleet, watch):
        paused(report, what, fleet, watch, True)


def redis_killed(report, server):
    what = "Redis is killed"
    with watching.fault(report, what, server) as (fleet, watch):
        killed(report, what, fleet, watch, True)


def unused_after_a_new_epoch(report, server):
    """What was kept in the epoch before is not answered any more, though nothing was written to it."""
    with instances.fleet_of(2, server) as fleet:
        for at in (0, 1):
            fleet.keep(at, 2)
        server.sql(instances.update(2, 5))  # around all Tapris: whoever answers 0 has it from before
        report.check("before Redis starts anew, answers are of before", [fleet.value(at, 2) for at in (0, 1)] == [0, 0])
        epoch = fleet.log(0)["epoch"]
        fleet.redis.stop(signal.SIGKILL)
        fleet.redis.start()
        fleet.caught_up()
        servers.wait_for(lambda: fleet.log(0)["epoch"] > epoch and fleet.log(1)["epoch"] > epoch, "another epoch")
        for at in (0, 1):
            fleet.keep(at, 2)
        report.check("answers of before another epoch are not given any more",
                     [fleet.value(at, 2) for at in (0, 1)] == [5, 5])


def strict_paused(report, server):
    what = "strict, Redis is paused"
    with watching.fault(report, what, server, *STRICT, bound=0) as (fleet, watch):
        paused(report, what, fleet, watch, False)
        report.check(f"{what}: writes that could not be told have failed", watch.unsure > 0)


def strict_killed(report, server):
    what = "strict, Redis is killed"
    with watching.fault(report, what, server, *STRICT, bound=0) as (fleet, watch):
        killed(report, what, fleet, watch, False)
        report.check(f"{what}: writes that could not be told have failed", watch.unsure > 0)


FAULTS = (redis_paused, redis_killed, unused_after_a_new_epoch, strict_paused, strict_killed)
