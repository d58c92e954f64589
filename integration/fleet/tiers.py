"""Two Redis as tiers: a near one for answers alone, and that of the log behind it."""

import contextlib
import json
import signal

import instances
import redis_servers
import servers
import watching

NEAR_TTL, FAR_TTL = 30, 600  # seconds


def settings(near):
    return ("--l2-tiers", f"near={near.url()}?max_ttl={NEAR_TTL}s", "--l2-tiers", f"redis?max_ttl={FAR_TTL}s")


@contextlib.contextmanager
def near_redis():
    near = redis_servers.Redis(name="near").start()
    try:
        yield near
    finally:
        near.stop()


def found(fleet, at, tier):
    return fleet.tapris[at].metric("tapri_remote_fetches_total", tier=tier, result="hit")


def read_all(fleet, at):
    return [fleet.value(at, row) for row in range(1, instances.ROWS + 1)]


def anew(fleet, at):
    """In place of an instance another that has nothing in its own memory yet."""
    fleet.links[at].close()
    fleet.tapris[at].stop()
    fleet.tapris[at] = fleet.tapri(at).start()
    fleet.links[at] = instances.caching.session_with_hits(fleet.tapris[at], instances.read(1))


def times_left(redis):
    """In seconds, of the answers in a Redis; its log and what else is kept for good is left out."""
    names = redis.ask("KEYS", "tapri:default:e:*")
    return [redis.ask("PTTL", name) / 1000 for name in names]


def tiers(report, server):
    with near_redis() as near, instances.fleet_of(2, server, *settings(near)) as fleet:
        read_all(fleet, 0)
        servers.wait_for(lambda: len(times_left(near)) >= instances.ROWS and len(times_left(fleet.redis)) >= instances.ROWS,
                         "answers in both tiers")
        report.ok("what is new is stored in both")
        for what, redis, least, most in (("near", near, 0, NEAR_TTL), ("far", fleet.redis, NEAR_TTL, FAR_TTL)):
            left = times_left(redis)
            report.check(f"{what}: each is kept for as long as that tier keeps things",
                         all(least < each <= most for each in left), (min(left), max(left)))
        kept = near.ask("KEYS", "*")
        report.check("the log is in the far one alone", kept and all(name.startswith("tapri:default:e:") for name in kept), kept)

        near.ask("FLUSHALL")
        read_all(fleet, 1)
        report.check("what the near one has not is found in the far one", found(fleet, 1, "redis") >= instances.ROWS * 9 // 10,
                     found(fleet, 1, "redis"))
        servers.wait_for(lambda: len(times_left(near)) >= instances.ROWS * 9 // 10, "them in the near one")
        left = times_left(near)
        report.check("and stored in the near one, for its time", all(0 < each <= NEAR_TTL for each in left), max(left))

        anew(fleet, 1)
        read_all(fleet, 1)
        report.check("where others find it", found(fleet, 1, "near") >= instances.ROWS * 9 // 10, found(fleet, 1, "near"))
        fleet.take(0, 7, 77)
        instances.until_seen(fleet, 1, 7, 77, instances.STALENESS)
        report.ok("a write ends it in all")


def near_killed(report, server):
    what = "the near tier is killed"
    with near_redis() as near, watching.fault(report, what, server, *settings(near)) as (fleet, watch):
        servers.wait_for(lambda: found(fleet, 0, "near") and found(fleet, 1, "near"), "answers from the near one")
        near.stop(signal.SIGKILL)
        for at in (0, 1):
            servers.wait_for(lambda at=at: fleet.tapris[at].metric("tapri_redis_connections", tier="near", state="connected") == 0,
                             "it to be seen as down")
        before = [found(fleet, at, "near") for at in (0, 1)]
        far = [found(fleet, at, "redis") for at in (0, 1)]
        watch.going_on("without the near one")
        watch.hits_again()
        servers.wait_for(lambda: all(found(fleet, at, "redis") > far[at] + 5 for at in (0, 1)), "answers from the far one")
        report.check(f"{what}: answers come from the far one", [found(fleet, at, "near") for at in (0, 1)] == before)
        report.check(f"{what}: the log is not concerned", not any(fleet.degraded(at) for at in (0, 1)))
        near.start()
        servers.wait_for(lambda: all(found(fleet, at, "near") > before[at] for at in (0, 1)), "answers from the near one again")
        report.ok(f"{what}: it is used again once it is there")


def near_outlives_the_log(report, server):
    """What a tier has kept of another log is not answered, though positions begin anew and come to what they were."""
    with near_redis() as near, instances.fleet_of(1, server, *settings(near)) as fleet:
        for value in range(1, 6):
            fleet.take(0, 2, value)
        fleet.value(0, 7)
        servers.wait_for(lambda: len(times_left(near)) >= 2, "answers in the near one")
        position = fleet.log(0)["position"]
        fleet.links.pop().close()
        fleet.tapris.pop().stop()
        fleet.redis.stop(signal.SIGKILL)
        server.sql(instances.update(7, 70))  # by whatever the log that is lost would have told of
        fleet.redis.start()
        fleet.tapris.append(fleet.tapri().start())
        fleet.links.append(instances.caching.session_with_hits(fleet.tapris[0], instances.read(1)))
        for value in range(1, 60):
            fleet.take(0, 2, value)
        report.check("positions are again as they were", fleet.log(0)["position"] > position, (fleet.log(0), position))
        shown = fleet.value(0, 7)
        report.check("an answer of a log that is lost is not given", shown == 70, f"it shows {shown}")


def kept_back_by_rule(report, server):
    """A rule says how many answers go to Redis; the others are kept by who has asked alone."""
    rules = servers.temporary_folder("rules") / "rules.json"
    rules.write_text(json.dumps({"version": 1, "rules": [{"name": "few", "l2": {"max_rate": "1/m"}}]}), encoding="ascii")
    with instances.fleet_of(2, server, "--rules", str(rules)) as fleet:
        for at in (0, 1):
            read_all(fleet, at)
            before = fleet.tapris[at].hits()
            read_all(fleet, at)
            report.check(f"instance {at} keeps them all", fleet.tapris[at].hits() - before >= instances.ROWS * 9 // 10)
        withheld = [fleet.tapris[at].metric("tapri_remote_withheld_total", reason="rate") for at in (0, 1)]
        report.check("but stores few", min(withheld) >= instances.ROWS * 8 // 10, withheld)
        kept = len(times_left(fleet.redis))
        report.check("there are few in Redis", 1 <= kept <= instances.ROWS // 5, kept)


FAULTS = (tiers, near_killed, near_outlives_the_log, kept_back_by_rule)
