"""Clocks of two instances that are an hour apart: neither the log nor the TTLs in Redis go by them."""

import glob
import json
import time

import instances
import servers
import watching

APART = 3600
TTL = 3  # seconds
RULES = {"version": 1, "defaults": {"ttl": f"{TTL}s", "jitter": "0%"}}


def another_time(seconds):
    """What makes a program see the wall clock so many seconds off. What counts time from its start it sees as it is."""
    libraries = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
    if not libraries:
        raise RuntimeError("libfaketime is not installed")
    return {"LD_PRELOAD": libraries[0], "FAKETIME": f"{seconds:+d}s", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1"}


def clocks_apart(report, server):
    what = "clocks an hour apart"
    off = {1: another_time(APART)}
    rules = servers.temporary_folder("rules") / "rules.json"
    rules.write_text(json.dumps(RULES), encoding="ascii")
    with instances.fleet_of(2, server, "--rules", str(rules), environments=off) as fleet:
        begun = [fleet.tapris[at].metric("process_start_time_seconds") for at in (0, 1)]
        apart = begun[1] - begun[0]
        report.check(f"{what}: they are", abs(apart - APART) < 60, apart)
        for row, (one, other) in ((40, (0, 1)), (41, (1, 0))):
            kept_for_its_ttl(report, f"{what}, kept by {one}", fleet, server, row, one, other)
    with watching.fault(report, what, server, environments=off) as (_, watch):
        watch.going_on("all the while")


def kept_for_its_ttl(report, what, fleet, server, row, one, other):
    """What one instance puts into Redis the other takes, and keeps for what is left of its TTL."""
    kept = time.monotonic()
    stored = fleet.tapris[one].metric("tapri_remote_stores_total", result="stored")
    fleet.value(one, row)
    servers.wait_for(lambda: fleet.tapris[one].metric("tapri_remote_stores_total", result="stored") > stored, "a store")
    found = fleet.statements(other, "hit_l2")
    report.check(f"{what}: the other has it from Redis", fleet.value(other, row) == 0 and
                 fleet.statements(other, "hit_l2") > found)
    server.sql(instances.update(row, 9))  # around all Tapris: nothing but the TTL ends it
    report.check(f"{what}: and then from its memory", fleet.value(other, row) == 0)
    instances.until_seen(fleet, other, row, 9, 2 * TTL)
    age = time.monotonic() - kept
    report.check(f"{what}: for no longer than its TTL", age <= TTL + 0.5, age)
    report.check(f"{what}: and not much shorter", age >= TTL - 0.5, age)


FAULTS = (clocks_apart,)
