"""The network between one instance and Redis is cut, stalled and slowed; the others go on. And the log is trimmed before
such an instance has read it."""

import contextlib
import statistics
import time

import instances
import network
import redis_servers
import servers
import watching

FAR = 2  # the instance with a network of its own; of three
SLOW = 0.03  # seconds more each way


@contextlib.contextmanager
def fault(report, what, server, *more, count=3, far=FAR):
    """Like watching.fault: the fleet, its watch, and what lies between the last instance and Redis."""
    redis = redis_servers.Redis().start()
    way = network.Network(redis.host, redis.port)
    with watching.fault(report, what, server, *more, count=count, redis=redis, ways={far: way}) as (fleet, watch):
        yield fleet, watch, way
    redis.stop()


def others_go_on(report, what, fleet, watch):
    near = [at for at in fleet.running() if at != FAR]
    watch.hits_again(*near)
    watch.going_on("at the others", *near)
    told = [fleet.log(at) for at in near]
    report.check(f"{what}: the others go on", all(log["appending"] and log["following"] for log in told), told)


def out_of_reach(report, what, server, end, silent):
    """end(way): ends the connection; silent: nobody is told that it has."""
    with fault(report, what, server) as (fleet, watch, way):
        row = instances.ROWS - 1
        for at in fleet.running():
            fleet.keep(at, row)
        watch.may_be_untold(time.monotonic(), FAR)
        end(way)
        watch.log_unread(FAR)
        report.ok(f"{what}: it serves nothing that it had kept before")
        servers.wait_for(lambda: fleet.degraded(FAR), "tapri_degraded to say so")
        servers.wait_for(lambda: not fleet.log(FAR)["appending"], "its log to say so")
        report.ok(f"{what}: it says that it is degraded")
        others_go_on(report, what, fleet, watch)
        fleet.take(FAR, row, 77)
        report.check(f"{what}: it knows what it could not tell", fleet.log(FAR)["unannounced"] or silent)
        report.note(f"meanwhile another instance answers {fleet.value(0, row)}, not 77")
        way.mend()
        begun = time.monotonic()
        for at in (0, 1):
            instances.until_seen(fleet, at, row, 77, 20)
        report.ok(f"{what}: what it has written meanwhile is seen elsewhere")
        watch.all_told()
        report.note(f"all is told {time.monotonic() - begun:.2f} s after the network is whole again")
        servers.wait_for(lambda: not fleet.degraded(FAR), "tapri_degraded to go down")


def network_cut(report, server):
    out_of_reach(report, "the network of one is cut", server, network.Network.cut, False)


def network_stalled(report, server):
    out_of_reach(report, "the network of one is stalled", server, network.Network.stall, True)


def network_cut_and_writes_fail(report, server):
    """With fail_writes the client is told that others cannot know."""
    what = "the network of one is cut, and writes fail"
    redis = redis_servers.Redis().start()
    way = network.Network(redis.host, redis.port)
    more = ("--coherence-on-publish-failure", "fail_writes")
    with instances.fleet_of(2, server, *more, redis=redis, ways={1: way}) as fleet:
        fleet.keep(0, 3)
        way.cut()
        servers.wait_for(lambda: not fleet.log(1)["appending"], "the instance to know")
        state = None
        try:
            fleet.take(1, 3, 42)
        except instances.Refused as refused:
            state = refused.state
        report.check(f"{what}: the client gets 08007", state == "08007", state)
        report.check(f"{what}: its session ends", fleet.links[1].closed_by_server())
        report.check(f"{what}: others write as before", fleet.take(0, 4, 1) is None and fleet.value(0, 4) == 1)
        way.mend()
        fleet.links[1] = instances.caching.session_with_hits(fleet.tapris[1], instances.read(1))
        fleet.caught_up()
        fleet.take(1, 3, 43)
        seen = instances.until_seen(fleet, 0, 3, 43, 10)
        report.check(f"{what}: writes are seen elsewhere again", seen <= instances.STALENESS, seen)
    redis.stop()


def network_slow(report, server):
    """By more than a breaker likes, and less than a command may take: it costs time, and nothing else."""
    what = "the network of one is slow"
    with fault(report, what, server) as (fleet, watch, way):
        row = instances.ROWS - 1
        way.slow(SLOW)
        took, seen = [], []
        for value in range(1, 31):
            begun = time.monotonic()
            fleet.take(FAR, row, value)
            took.append(time.monotonic() - begun)
            seen.append(instances.until_seen(fleet, 0, row, value, 10))
        # Where Redis has given no answer in time once, the next may be acknowledged without.
        report.check(f"{what}: its writes take that time", statistics.median(took) > 2 * SLOW, took)
        report.check(f"{what}: and are seen", max(seen) <= instances.STALENESS, seen)
        watch.hits_again(FAR)
        report.ok(f"{what}: it answers from the cache")
        others_go_on(report, what, fleet, watch)
        way.mend()


def log_trimmed(report, server):
    """Records go before one instance has read them: it finds that they are missing."""
    what = "the log is trimmed under a slow follower"
    with fault(report, what, server) as (fleet, watch, way):
        row = instances.ROWS - 1
        for at in fleet.running():
            fleet.keep(at, row)
        gaps = fleet.log(FAR)["gaps"]
        watch.may_be_untold(time.monotonic(), FAR)
        way.cut()
        fleet.take(0, row, 5)
        watch.going_on("at the others", 0, 1)
        trimmed = int(fleet.redis.ask("XTRIM", "tapri:{default}:log", "MAXLEN", 0))
        report.check(f"{what}: records are gone before it has read them", trimmed > 0, trimmed)
        way.mend()
        servers.wait_for(lambda: fleet.log(FAR)["gaps"] > gaps, "the gap to be counted")
        report.check(f"{what}: the gap is counted", fleet.tapris[FAR].metric("tapri_log_gaps_total") > gaps)
        report.check(f"{what}: an answer of before is not given", fleet.value(FAR, row) == 5, fleet.value(FAR, row))
        fleet.keep(FAR, row)
        report.check(f"{what}: nor from the cache later", fleet.value(FAR, row) == 5, fleet.value(FAR, row))
        watch.all_told()


FAULTS = (network_cut, network_stalled, network_cut_and_writes_fail, network_slow, log_trimmed)
