"""Scenarios: what Tapri costs, and many connections at once."""

import os
import subprocess
import time

import caching
import clients
import servers
from world import READ, scenario

IDLE_KIB = 100         # what an idle session may cost Tapri
STORM = 2000
IDLE = 1000


@scenario
def start_up_and_size(world, report):
    times = []
    for _ in range(3):
        one = servers.Tapri(world.url).start()
        times.append(one.ready_after * 1000)
        report.check("readiness is told", one.admin("/readyz")[0] == 200, one.admin("/readyz?verbose"))
        report.check("an unused Tapri ends cleanly", one.stop() == 0, one.tail())
    size = os.path.getsize(world.tapri.program)
    stripped = world.tapri.folder / "stripped"
    subprocess.run(["strip", "-o", str(stripped), world.tapri.program], check=False, capture_output=True)
    report.note(f"FIGURE start-up: {min(times):.0f} ms (of {', '.join(f'{t:.0f}' for t in times)})")
    report.note(f"FIGURE binary: {size / 2**20:.1f} MiB, "
                f"stripped {os.path.getsize(stripped) / 2**20 if stripped.exists() else 0:.1f} MiB; "
                f"memory after start: {world.tapri.memory_kib() / 1024:.1f} MiB")


@scenario
def idle_sessions_cost_little(world, report):
    caching.session_with_hits(world.tapri, READ).close()
    before = world.tapri.memory_kib()
    links = [clients.session(world.tapri) for _ in range(IDLE)]
    opened = (world.tapri.memory_kib() - before) / IDLE
    hits = world.tapri.hits()
    for link in links:
        clients.value(link, READ)
    report.check("each reads from the cache", world.tapri.hits() == hits + IDLE, world.tapri.hits() - hits)
    used = (world.tapri.memory_kib() - before) / IDLE
    report.note(f"FIGURE idle sessions: {opened:.1f} KiB each when opened, {used:.1f} KiB each after a cached read")
    report.check(f"an idle session costs less than {IDLE_KIB} KiB", used < IDLE_KIB, f"{used:.1f} KiB")
    for link in links:
        link.close()


@scenario
def a_storm_of_connections(world, report):
    limit = servers.raise_file_limit(16384)
    if limit < 2 * STORM:
        report.fail("enough file descriptors", f"{limit}")
        return
    base = world.backends()
    with clients.Steady(world.tapri) as steady:
        for turn in (1, 2):
            begun = time.monotonic()
            ready, refused, others, links = clients.storm(world.tapri, STORM, 150)
            report.note(f"FIGURE storm {turn}: {ready} ready, {refused} refused, others {others[:3]}, "
                        f"{time.monotonic() - begun:.1f} s")
            report.check(f"storm {turn}: each of {STORM} is let in", ready == STORM,
                         f"{ready} ready, {refused} refused, {others[:10]}")
            for link in links:
                link.close()
            world.settled(base + 1)
    steady.check(report, "a session that was there before goes on")
    report.check("new sessions are answered afterwards", clients.works(world.tapri))


@scenario
def a_storm_past_the_limit(world, report):
    most, count = 50, 400
    base = world.backends()
    other = servers.Tapri(world.url, "--limits-max-connections", str(most)).start()
    ready, refused, others, links = clients.storm(other, count, 150)
    report.check("as many as the limit allows are let in", ready == most, f"{ready} ready, {others[:10]}")
    report.check("the others are refused in proper form", refused == count - most, f"{refused} refused, {others[:10]}")
    told = int(other.metric("tapri_client_connections_refused_total"))
    report.check("and counted", told == refused, f"{told}, not {refused}")
    for link in links:
        link.close()
    world.settled(base)
    servers.wait_for(lambda: clients.works(other), "room for a new session")
    report.check("it ends cleanly", other.stop() == 0, other.tail())
