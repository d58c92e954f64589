"""What is refused, what ends, and what is killed in the middle. Scenarios of run."""

import signal
import socket

import caching
import mysqlwire as wire
import servers
from world import failed, outcome, scenario

LOCK = "select get_lock('door', 50)"
WRITE = "update people set owner = concat(owner, '!') where id = 2"


def held(world):
    """A session beside Tapri that holds the lock that LOCK waits for."""
    holder = world.session(world.server)
    holder.query("select get_lock('door', 0)")
    return holder


def released(holder):
    holder.query("do release_lock('door')")
    holder.leave()


def waiting(world, place):
    """(session that waits for the lock, its connection at the server)."""
    link = world.session(place)
    link.send(link.query_command(LOCK))
    return link, world.runs(LOCK.replace("'", "''"))


@scenario
def a_server_that_is_down(world, report):
    tapri = world.tapri()
    world.server.stop()
    link = wire.Connection(tapri.host, tapri.port)
    found = link.login("trusted")
    told = failed(found) or (0, "", "")
    report.check(f"{world.label}: a client is told that the database cannot be reached",
                 told[:2] == (2003, "HY000") and "cannot reach the database" in told[2], found)
    report.check(f"{world.label}: and the connection is closed", link.closed_by_server())
    world.server.start()
    link = world.session(tapri)
    report.check(f"{world.label}: when it is there again the next is let in", link.query("select 1").rows() == [[b"1"]])
    link.leave()
    path = world.tapri(f"mysql://trusted@/?socket={world.server.folder}/none", control_enabled="false")
    found = wire.Connection(path.host, path.port).login("trusted")
    report.check(f"{world.label}: a socket that is not there", (failed(found) or (0,))[0] == 2003, found)


@scenario
def too_many_clients(world, report):
    tapri = world.tapri(limits_max_connections=3)
    links = [world.session(tapri) for _ in range(3)]
    more = wire.Connection(tapri.host, tapri.port)
    found = more.login("trusted")
    report.check(f"{world.label}: one more is refused with 1040, before it has said anything",
                 (failed(found) or ())[:2] == (1040, "08004"), found)
    report.check(f"{world.label}: and closed", more.closed_by_server())
    refused = tapri.metric("tapri_client_connections_refused_total", protocol="mysql")
    report.check(f"{world.label}: it is counted", refused == 1, refused)
    links.pop().leave()

    def let_in():
        link = wire.Connection(tapri.host, tapri.port)
        return not failed(link.login("trusted")) and links.append(link) is None

    report.check(f"{world.label}: one that leaves makes room", servers.wait_for(let_in, "room"))
    for link in links:
        report.check(f"{world.label}: those within go on", link.query("select 1").rows() == [[b"1"]])
        link.leave()


@scenario
def the_server_has_too_many(world, report):
    """Its own refusal, which it says instead of a greeting."""
    before = world.server.sql("select @@max_connections")
    world.server.sql("set global max_connections = 10")
    tapri, links, said = world.tapri(control_enabled="false"), [], []
    for place in (world.server, tapri):
        def refused(place=place):
            link = wire.Connection(place.host, place.port)
            links.append(link)
            return failed(link.login("plain_user", servers.PASSWORD))
        said.append(servers.wait_for(refused, "a refusal"))
    for link in links:
        link.close()
    servers.wait_for(lambda: world.server.sql(f"set global max_connections = {before}") == "", "room")
    report.check(f"{world.label}: the server's refusal comes as it is", said[0] == said[1] and said[0][0] == 1040, said)


@scenario
def draining(world, report):
    tapri = world.tapri()
    holder = held(world)
    idle, inside = world.session(tapri), world.session(tapri)
    inside.query("begin")
    inside.query("update people set owner = 'drained' where id = 1")
    running, _ = waiting(world, tapri)
    tapri.process.send_signal(signal.SIGTERM)
    told = outcome(idle, b"\x03")
    report.check(f"{world.label}: an idle session ends with 1053",
                 told == ("error", 1053, "08S01", "Server shutdown in progress"), told)
    report.check(f"{world.label}: and its connection", idle.closed_by_server())
    released(holder)
    answer = running.read(b"\x03")
    report.check(f"{world.label}: a running statement is finished", answer.rows() == [[b"1"]], answer.packets)
    told = outcome(running, b"\x03")
    report.check(f"{world.label}: then its session ends with 1053", told[:2] == ("error", 1053), told)
    report.check(f"{world.label}: an open transaction goes on",
                 inside.query("select owner from people where id = 1").rows() == [[b"drained"]])
    answer = inside.query("commit")
    report.check(f"{world.label}: to its end", not answer.error, answer.packets)
    told = outcome(inside, b"\x03")
    report.check(f"{world.label}: then that session ends", told[:2] == ("error", 1053), told)
    with report.guard(f"{world.label}: and Tapri, with exit code 0"):
        assert tapri.process.wait(20) == 0, tapri.tail()
    kept = world.server.sql("select owner from shop.people where id = 1")
    report.check(f"{world.label}: what was committed is there", kept == "drained", kept)
    world.server.sql("update shop.people set owner = 'one' where id = 1")


@scenario
def a_client_killed_in_the_middle_of_a_write(world, report):
    """What was sent is carried out, whether anybody waits or not, as it is without Tapri."""
    tapri = world.tapri()
    blocker = world.session(world.server)
    blocker.query("begin")
    blocker.query("select * from people where id = 2 for update")
    link = world.session(tapri)
    link.send(link.query_command(WRITE))
    world.runs(WRITE.replace("'", "''"))
    link.close()
    blocker.query("rollback")
    changed = "select owner from shop.people where id = 2"
    with report.guard(f"{world.label}: the write is carried out"):
        servers.wait_for(lambda: world.server.sql(changed) == "two!", "the write")
    with report.guard(f"{world.label}: its connection ends at the server and at Tapri"):
        servers.wait_for(lambda: world.connections() == 1, "the server to see it")
        servers.wait_for(lambda: tapri.metric("tapri_client_connections", protocol="mysql") == 0, "Tapri to see it")
    world.server.sql("update shop.people set owner = 'two' where id = 2")
    blocker.leave()


@scenario
def a_client_killed_in_the_middle_of_a_result(world, report):
    tapri = world.tapri()
    link = world.session(tapri, timeout=30)
    text = "select repeat('x', 1000) from " + ", ".join(f"information_schema.character_sets c{n}" for n in range(4))
    link.send(link.query_command(text))
    link.socket.recv(10_000)
    number = world.runs(text.replace("'", "''"))
    link.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset, as of a killed machine
    link.close()
    with report.guard(f"{world.label}: the server is rid of it"):
        servers.wait_for(lambda: number not in world.statements("%"), "the end of its statement")
    other = world.session(tapri)
    report.check(f"{world.label}: the others go on", other.query("select 1").rows() == [[b"1"]])
    other.leave()


@scenario
def killed_by_another_session(world, report):
    """KILL with the number that the server has given, which is the client's, too: as directly."""
    tapri = world.tapri()
    for kill in ("kill query", "kill connection", "kill"):
        said = []
        for place in (world.server, tapri):
            holder = held(world)
            link, number = waiting(world, place)
            same = number == link.greeting.connection
            killer = world.session(place)
            killed = killer.query(f"{kill} {link.greeting.connection}")
            first = outcome(link, b"\x03")
            goes_on = kill == "kill query" and link.query("select 1").rows()
            said.append((same, killed.packets, first, goes_on or link.closed_by_server()))
            killer.leave()
            link.close()
            released(holder)
        report.check(f"{world.label}: {kill}: as directly", said[0] == said[1] and said[0][0], said)


@scenario
def killed_past_tapri(world, report):
    """What may have been cut short is not served any more, once the server's counters were looked at."""
    tapri = world.tapri(control_interval="100ms")
    plain = "select owner from people where id = 2"
    nested = "select owner from people where id = (select max(id) from people)"
    link = caching.mysql_session_with_hits(tapri, plain, database="shop")

    def hit(text):
        before = tapri.hits()
        answer = link.query(text)
        if answer.error:
            raise RuntimeError(f"{text}: {answer.error}")
        return tapri.hits() > before

    servers.wait_for(lambda: hit(nested), "an answer from the cache")
    past = world.session(world.server)
    gone = past.query("kill query 4294967290")  # counted, though there is none
    report.check(f"{world.label}: there was nothing to kill", gone.error and gone.error[0] == 1094, gone.error)
    report.check(f"{world.label}: what was kept of a sub-query is asked for anew",
                 servers.wait_for(lambda: not hit(nested), "the end of what may have been cut short"))
    report.check(f"{world.label}: what has none is still answered", hit(plain))
    link.leave()
    past.leave()


@scenario
def an_idle_session_that_is_killed(world, report):
    tapri, said = world.tapri(), []
    for place in (world.server, tapri):
        link = world.session(place)
        world.server.sql(f"kill {link.greeting.connection}")
        try:
            last = link.packet(20)
        except wire.Closed:
            last = None
        said.append((last, link.closed_by_server()))
    report.check(f"{world.label}: its client hears of it as directly", said[0] == said[1], said)


@scenario
def a_server_killed_in_the_middle_of_a_statement(world, report):
    tapri = world.tapri()
    holder = held(world)
    links = [waiting(world, place)[0] for place in (world.server,)]
    links.append(world.session(tapri))
    links[1].send(links[1].query_command("select get_lock('door', 49)"))
    world.runs("select get_lock(''door'', 49)")
    links += [world.session(place) for place in (world.server, tapri)]  # those two are idle
    world.server.stop(signal.SIGKILL)
    said = [outcome(link, b"\x03") for link in links]
    report.check(f"{world.label}: a running statement ends as directly", said[0] == said[1] == ("closed",), said)
    report.check(f"{world.label}: and an idle session", said[2] == said[3] == ("closed",), said)
    holder.close()
    world.server.start()
    link = world.session(tapri)
    report.check(f"{world.label}: the next goes to the server that is back", link.query("select 1").rows() == [[b"1"]])
    link.leave()
