"""The end: SIGTERM lets what runs finish, within drain.timeout, and nobody new in."""

import signal

import pgwire as wire
import servers
from world import PRODUCT, SECONDS, kept, request, scenario, session, value

LOCK = "select pg_advisory_lock(77)"
WAITING = "wait_event_type = 'Lock' and query like '%pg_advisory_lock_shared(77)%'"


def waiting_statement(world, tapri):
    """(a session whose statement runs as long as the other, which goes past Tapri, holds a lock; that other)."""
    holder, busy = session(world.server), session(tapri)
    value(holder, LOCK)
    busy.send(wire.query("select 'finished' from pg_advisory_lock_shared(77)"))
    servers.wait_for(lambda: world.backends(WAITING), "the statement to wait", SECONDS)
    return busy, holder


def refuses(tapri):
    """Nobody listens any more."""
    try:
        wire.Connection(tapri.host, tapri.port).close()
        return False
    except ConnectionRefusedError:
        return True


@scenario
def sigterm_lets_what_runs_finish(world, report):
    for how in (signal.SIGTERM, signal.SIGINT):
        tapri = world.tapri("--drain-timeout", "10m")
        writing, reading, idle = session(tapri), session(tapri), session(tapri)
        kept(tapri, idle, PRODUCT)
        busy, holder = waiting_statement(world, tapri)
        value(writing, "begin; update visits set count = count + 1 where id = 1")
        reading.run(wire.query("begin"))
        tapri.process.send_signal(how)
        servers.wait_for(lambda tapri=tapri: request(tapri, "/readyz").status == 503, "/readyz to say 503", SECONDS)
        report.check(f"{how.name}: /readyz says 503, /livez says 200", request(tapri, "/livez").status == 200)
        report.check(f"{how.name}: metrics say so", tapri.metric("tapri_draining") == 1)
        found = idle.rest()
        report.check(f"{how.name}: an idle session is told 57P01 and ended", wire.sqlstate(found) == "57P01",
                     wire.shown(found))
        servers.wait_for(lambda tapri=tapri: refuses(tapri), "the listener to close", SECONDS)
        report.check(f"{how.name}: nobody new is let in", tapri.alive())
        report.check(f"{how.name}: an open transaction goes on", value(writing, "select 5") == "5")
        found = writing.run(wire.query("commit"))
        report.check(f"{how.name}: to its end", wire.sqlstate(found) is None and
                     wire.sqlstate(writing.rest()) == "57P01", wire.shown(found))
        found = reading.run(wire.query(PRODUCT) + wire.query("commit"), readies=2)
        report.check(f"{how.name}: so does one of which the server has not heard", wire.sqlstate(found) is None and
                     tapri.metric("tapri_deferred_begins_total", result="avoided") == 1 and
                     wire.sqlstate(reading.rest()) == "57P01", wire.shown(found))
        report.check(f"{how.name}: the statement runs still", world.backends(WAITING) == 1 and tapri.alive())
        holder.close()
        found = busy.ready()
        report.check(f"{how.name}: and is finished", wire.rows(found) == [[b"finished"]], wire.shown(found))
        report.check(f"{how.name}: then the process ends well", tapri.process.wait(SECONDS) == 0, tapri.tail())


@scenario
def a_statement_longer_than_the_timeout(world, report):
    tapri = world.tapri("--drain-timeout", "500ms")
    busy, holder = waiting_statement(world, tapri)
    tapri.process.send_signal(signal.SIGTERM)
    # The lock is held throughout: only the timeout can be why it ends.
    report.check("the process ends all the same", tapri.process.wait(SECONDS) == 0, tapri.tail())
    found = busy.rest()
    report.check("its session ends without an answer", b"D" not in [kind for kind, _ in found], wire.shown(found))
    report.check("the lock was held all the while", world.backends("query = '" + LOCK + "'") == 1)
    holder.close()
    servers.wait_for(lambda: world.backends("query like '%pg_advisory_lock_shared(77)%'") == 0,
                     "the server's session to end", SECONDS)
    report.check("the server's session ends when the statement does", True)


@scenario
def a_second_signal_ends_at_once(world, report):
    tapri = world.tapri("--drain-timeout", "10m")
    busy, holder = waiting_statement(world, tapri)
    tapri.process.send_signal(signal.SIGTERM)
    servers.wait_for(lambda: request(tapri, "/readyz").status == 503, "/readyz to say 503", SECONDS)
    report.check("the first waits", tapri.alive() and world.backends(WAITING) == 1)
    tapri.process.send_signal(signal.SIGTERM)
    report.check("the second does not", tapri.process.wait(SECONDS) == 0, tapri.tail())
    busy.close()
    holder.close()
