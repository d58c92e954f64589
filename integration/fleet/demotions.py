"""Answers that go to Redis when an instance's memory has no more room for them, as a rule says."""

import contextlib
import json

import instances
import servers
import tiers

MEMORY = "1MiB"  # of the instance that is short of it: for fewer than half of the answers below
RULES = {"version": 1, "rules": [{"name": "late", "l2": {"store": "at_eviction"}}]}


def large(row):
    return f"select taken, repeat('x', 50000) from seats where id = {row}"


def value(fleet, at, row):
    return int(instances.run(fleet.links[at], large(row))[0][0])


def demoted(fleet, at, result="sent"):
    return int(fleet.tapris[at].metric("tapri_remote_demotions_total", result=result))


def evicted(fleet, at):
    return int(fleet.tapris[at].metric("tapri_cache_evictions_total", tier="l1", cause="capacity"))


@contextlib.contextmanager
def short_of_memory(server, rules):
    """Two instances, the first of them short of memory; of some of its answers only."""
    path = servers.temporary_folder("rules") / "rules.json"
    path.write_text(json.dumps(rules), encoding="ascii")
    with instances.fleet_of(2, server, "--rules", str(path),
                            environments={0: {"TAPRI_CACHE_MEMORY": MEMORY}}) as fleet:
        yield fleet


def sent_when_evicted(report, server):
    with short_of_memory(server, RULES) as fleet:
        for row in range(1, 6):
            value(fleet, 0, row)
        report.check("nothing is in Redis while there is room", tiers.times_left(fleet.redis) == [])
        for row in range(6, instances.ROWS + 1):
            value(fleet, 0, row)
        gone = evicted(fleet, 0)
        report.check("there was no room for all", gone >= instances.ROWS // 4, gone)
        servers.wait_for(lambda: len(tiers.times_left(fleet.redis)) >= gone, "what was evicted in Redis")
        report.check("what is evicted is sent, and nothing else", demoted(fleet, 0) == gone == len(tiers.times_left(fleet.redis)),
                     (demoted(fleet, 0), gone))
        before = fleet.statements(1, "hit_l2")
        shown = [value(fleet, 1, row) for row in range(1, instances.ROWS + 1)]
        found = fleet.statements(1, "hit_l2") - before
        report.check("another instance finds it", found >= gone - 2 and set(shown) == {0}, (found, gone))
        report.check("and sends none of it back", demoted(fleet, 1) == 0, demoted(fleet, 1))


def not_used_after_a_write(report, server):
    with short_of_memory(server, RULES) as fleet:
        for row in range(1, instances.ROWS + 1):
            value(fleet, 0, row)
        servers.wait_for(lambda: demoted(fleet, 0) > 0, "evicted answers")
        sent = demoted(fleet, 0)
        fleet.take(0, 1, 7)
        fleet.caught_up()
        report.check("what was sent is not used after a write", value(fleet, 1, 1) == 7)
        for row in range(1, instances.ROWS + 1):
            fleet.take(0, row, 8)
        before = demoted(fleet, 0, "invalid")
        for row in range(1, instances.ROWS + 1):
            value(fleet, 0, row)
        servers.wait_for(lambda: demoted(fleet, 0, "invalid") > before, "evicted answers that are of no use")
        report.note(f"{sent} were sent, {demoted(fleet, 0, 'invalid')} were not, for they were written to")
        fleet.caught_up()
        shown = [value(fleet, 1, row) for row in range(1, instances.ROWS + 1)]
        report.check("no answer is from before the writes", set(shown) == {8}, sorted(set(shown)))


def sent_at_the_end(report, server):
    with short_of_memory(server, RULES) as fleet:
        for row in range(1, instances.ROWS + 1):
            value(fleet, 1, row)
        report.check("an instance with room for all sends nothing", tiers.times_left(fleet.redis) == [])
        tiers.anew(fleet, 1)
        kept = len(tiers.times_left(fleet.redis))
        report.check("when it ends it sends what it has", kept >= instances.ROWS, kept)
        before = fleet.statements(1, "hit_l2")
        for row in range(1, instances.ROWS + 1):
            value(fleet, 1, row)
        found = fleet.statements(1, "hit_l2") - before
        report.check("and who is started in its place finds it", found >= instances.ROWS, found)


def not_by_default(report, server):
    with short_of_memory(server, {"version": 1, "rules": []}) as fleet:
        for row in range(1, instances.ROWS + 1):
            value(fleet, 0, row)
        servers.wait_for(lambda: len(tiers.times_left(fleet.redis)) >= instances.ROWS, "all answers in Redis at once")
        report.check("by default none waits for its eviction", evicted(fleet, 0) > 0 and demoted(fleet, 0) == 0, demoted(fleet, 0))


FAULTS = (sent_when_evicted, not_used_after_a_write, sent_at_the_end, not_by_default)
