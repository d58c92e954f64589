"""A Tapri is killed between the commit at the database and its record in the log."""

import contextlib
import signal
import time

import instances
import network
import pgwire
import redis_servers
import servers

LEASE, GRACE = 1.0, 2.0  # seconds: of coherence.writer_lease, and what followers add to it
DEAD, ROW = 1, 3
LOG = "tapri:{default}:log"


def locked(server):
    """A session at the database itself that holds the row, so that a write waits there."""
    link = pgwire.Connection(server.host, server.port)
    link.login()
    instances.run(link, "begin")
    instances.run(link, f"select 1 from seats where id = {ROW} for update")
    return link


@contextlib.contextmanager
def fleet_with_a_way(server, *more):
    redis = redis_servers.Redis().start()
    way = network.Network(redis.host, redis.port)
    more = ("--coherence-writer-lease", f"{LEASE:g}s", *more)
    with instances.fleet_of(3, server, *more, redis=redis, ways={DEAD: way}) as fleet:
        yield fleet, way
    redis.stop()


def killed_before_its_record(report, what, server, *more):
    with fleet_with_a_way(server, *more) as (fleet, way):
        others = [at for at in range(3) if at != DEAD]
        for at in others:
            fleet.keep(at, ROW)
        holder = locked(server)
        fleet.links[DEAD].send(pgwire.query(instances.update(ROW, 42)))
        for at in others:
            servers.wait_for(lambda at=at: fleet.log(at)["open_elsewhere"] == 1, "the write to be told of")
        way.stall()  # from here on Redis hears nothing of it
        told = fleet.redis.ask("XLEN", LOG)
        instances.run(holder, "commit")
        holder.close()
        servers.wait_for(lambda: server.sql(instances.read(ROW)) == "42", "the commit")
        fleet.tapris[DEAD].stop(signal.SIGKILL)
        died = time.monotonic()
        report.check(f"{what}: the commit is there, its record is not", fleet.redis.ask("XLEN", LOG) == told)
        hits = [fleet.statements(at, "hit_l1") + fleet.statements(at, "hit_l2") for at in others]
        values = [[fleet.value(at, ROW) for _ in range(20)] for at in others]
        same = [fleet.statements(at, "hit_l1") + fleet.statements(at, "hit_l2") for at in others] == hits
        report.check(f"{what}: others ask the database for what it may have changed", same and values == [[42] * 20] * 2,
                     values)
        report.check(f"{what}: and answer all else from the cache", all(fleet.keep(at, 1) is None for at in others))
        for at in others:
            fleet.keep(at, ROW)
        report.note(f"answered from the cache again {time.monotonic() - died:.1f} s after its death")
        values = [fleet.value(at, ROW) for at in others]
        report.check(f"{what}: after its lease and the grace what it wrote comes from the cache", values == [42, 42], values)
        open_writes = [fleet.log(at)["open_elsewhere"] for at in others]
        report.check(f"{what}: and nothing is under way any more", open_writes == [0, 0], open_writes)
        fleet.take(0, ROW, 43)
        instances.until_seen(fleet, others[-1], ROW, 43, instances.STALENESS)
        report.ok(f"{what}: writes are seen elsewhere again")


def tapri_killed(report, server):
    killed_before_its_record(report, "killed after its commit", server)


def tapri_killed_strict(report, server):
    killed_before_its_record(report, "strict, killed after its commit", server, "--coherence-mode", "strict")


FAULTS = (tapri_killed, tapri_killed_strict)
