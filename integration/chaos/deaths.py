"""Scenarios: servers and clients that die."""

import signal
import socket
import subprocess
import threading
import time

import clients
import pgwire as wire
import servers
from world import BACKLOG_MIB, READ, scenario


@scenario
def the_database_is_killed(world, report):
    link = clients.session(world.tapri)
    for _ in range(50):
        clients.value(link, "update counters set v = v + 1 where id = 1 returning v")
        acknowledged = int(clients.value(link, READ))
    busy, caught = clients.session(world.tapri), clients.session(world.tapri)
    busy.send(wire.query("select pg_sleep(60)"))
    caught.run(wire.query("begin"))
    caught.run(wire.query("update counters set v = -1 where id = 1"))
    world.server.stop(signal.SIGKILL)
    ends = busy.rest()
    report.check("a running statement's session ends", b"Z" not in [kind for kind, _ in ends], wire.shown(ends))
    report.check("tapri lives on", world.tapri.alive(), world.tapri.tail())
    status, _ = world.tapri.admin("/livez")
    report.check("tapri says that it lives", status == 200, status)
    refused = not clients.works(world.tapri)
    report.check("a new session is refused while there is no database", refused)
    world.server.start()
    servers.wait_for(lambda: clients.works(world.tapri), "new sessions after the restart", 60)
    servers.wait_for(lambda: world.tapri.admin("/readyz")[0] == 200, "ready again", 60)
    world.check_reads(report, "what was acknowledged is there, what was not is gone", acknowledged)
    link = clients.session(world.tapri)
    clients.value(link, "update counters set v = v + 1 where id = 1 returning v")
    world.check_reads(report, "writes are seen again", acknowledged + 1)


@scenario
def the_database_restarts_under_load(world, report):
    stop = threading.Event()
    wrong, counts = [], {"acknowledged": int(world.server.sql("select v from counters where id = 2")), "reads": 0}

    def work(writer):
        while not stop.is_set():
            try:
                link = clients.session(world.tapri)
                while not stop.is_set():
                    if writer:
                        counts["acknowledged"] = int(
                            clients.value(link, "update counters set v = v + 1 where id = 2 returning v"))
                        time.sleep(0.005)
                    else:
                        least = counts["acknowledged"]
                        found = int(clients.value(link, "select v from counters where id = 2"))
                        counts["reads"] += 1
                        if found < least:
                            wrong.append((found, least))
            except (OSError, RuntimeError, wire.Closed, wire.Silent):
                time.sleep(0.05)

    threads = [threading.Thread(target=work, args=(number == 0,), daemon=True) for number in range(5)]
    for thread in threads:
        thread.start()

    def loaded(when):
        hits = world.tapri.hits()
        servers.wait_for(lambda: world.tapri.hits() > hits + 100, f"answers from the cache {when}", 120)
        servers.wait_for(lambda at=counts["reads"]: counts["reads"] > at + 300, f"reads {when}", 120)
        servers.wait_for(lambda at=counts["acknowledged"]: counts["acknowledged"] > at + 20, f"writes {when}", 120)

    loaded("at first")
    for how in (signal.SIGKILL, signal.SIGINT):
        world.server.stop(how)
        world.server.start()
        servers.wait_for(lambda: clients.works(world.tapri), "new sessions", 60)
        loaded("again")
    stop.set()
    for thread in threads:
        thread.join(40)
    report.note(f"{counts['reads']} reads, {counts['acknowledged']} writes over two restarts")
    report.check("no read was older than what was acknowledged before it", not wrong, wrong[:5])


@scenario
def a_client_is_killed_in_the_middle_of_an_answer(world, report):
    base = world.backends()
    tapri = servers.Tapri(world.url).start()  # nothing that was left free hides what is taken
    program = ["psql", "-X", "-h", tapri.host, "-p", str(tapri.port), "-U", "postgres", "-c",
               "\\copy (select repeat('x', 1000) from generate_series(1, 3000000)) to stdout"]
    with clients.Steady(tapri) as steady, clients.Memory(tapri.process.pid) as memory:
        for _ in range(5):
            child = servers.spawn(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            child.stdout.read(1_000_000)
            child.kill()
            child.wait()
            child.stdout.close()
        world.settled(base + 1)
    report.check("the database's sessions end with it", True)
    steady.check(report, "another session goes on")
    report.check("memory is bounded", memory.grown_mib < BACKLOG_MIB, f"{memory.grown_mib:.1f} MiB")
    report.check("tapri ends cleanly", tapri.stop() == 0, tapri.tail())


@scenario
def a_client_goes_in_the_middle_of_a_request(world, report):
    base = world.backends()
    for piece in (b"Q", b"Q\0\0", wire.query("select 1")[:-3], wire.parse("select 1"), wire.query("begin"),
                  wire.query("select pg_sleep(0.2)"), b"P\0\0\xff\xffabc"):
        for _ in range(10):
            link = clients.session(world.tapri)
            link.send(piece)
            link.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset, not an end
            link.close()
    world.settled(base)
    report.check("the database's sessions end with them", True)
    report.check("tapri lives on", clients.works(world.tapri))


@scenario
def tapri_is_killed(world, report):
    base = world.backends()
    other = servers.Tapri(world.url).start()
    links = [clients.session(other) for _ in range(20)]
    links[0].send(wire.query("select pg_sleep(1)"))
    links[1].run(wire.query("begin; update counters set v = v + 1000 where id = 1"))
    before = world.server.sql(READ)
    other.stop(signal.SIGKILL)
    report.check("its clients' connections end", all(link.closed_by_server() for link in links))
    world.settled(base)
    report.check("the database's sessions end, what was not committed is gone", world.server.sql(READ) == before)
    other = servers.Tapri(world.url)
    other.port = links[0].port
    other.start()
    world.check_reads(report, "started again on the same port it answers", before, other)
    report.check("and ends cleanly", other.stop() == 0, other.tail())


def told_to_go(link):
    """Its session was ended in proper form."""
    kind, body = link.receive()
    return kind == b"E" and b"57P01" in body and link.closed_by_server(30)


@scenario
def tapri_drains_on_sigterm(world, report):
    other = servers.Tapri(world.url).start()
    busy, idle, holder = clients.session(other), clients.session(other), clients.session(world.server)
    clients.value(holder, "select pg_advisory_lock(1)")
    busy.send(wire.query("select pg_advisory_xact_lock(1), 'finished'"))
    servers.wait_for(lambda: world.active("finished"), "the statement to run")
    other.process.send_signal(signal.SIGTERM)
    report.check("an idle session is ended", told_to_go(idle))
    report.check("a running statement goes on meanwhile", world.active("finished"))
    clients.value(holder, "select pg_advisory_unlock(1)")
    messages = busy.ready()
    report.check("a running statement is finished", wire.sqlstate(messages) is None and
                 wire.rows(messages)[0][1] == b"finished", wire.shown(messages))
    report.check("its session ends then", told_to_go(busy))
    report.check("the exit code says good", other.process.wait(60) == 0, other.tail())
    report.check("nobody answers any more", not clients.works(other))
