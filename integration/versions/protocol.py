"""Protocol 3.2 end to end, and what becomes of it where only one end speaks it."""

import struct

import pgwire as wire
import servers

PROTOCOL_3_1, PROTOCOL_3_9 = 0x00030001, 0x00030009
READ = wire.query("select owner from accounts where id = 1")


def greeted(place, version, more=()):
    """(session, what it was greeted with: random parts left out)."""
    link = wire.Connection(place.host, place.port)
    messages = link.login(version=version, more=more)
    if messages[-1][0] != b"Z":
        raise AssertionError(wire.shown(messages))
    return link, messages


def negotiated(messages):
    """What each NegotiateProtocolVersion says is the newest version."""
    return [struct.unpack_from("!I", body)[0] for kind, body in messages if kind == b"v"]


def check_greeting(report, name, direct, tapri, version, said, key_size, more=()):
    """Through Tapri as directly; so many bytes of key; the versions that NegotiateProtocolVersion names."""
    with report.guard(name):
        (alone, expected), (link, found) = greeted(direct, version, more), greeted(tapri, version, more)
        answers = [link.run(READ) for _ in range(3)]
        alone_answer = alone.run(READ)
        link.close()
        alone.close()
        assert found == expected, wire.shown(found)
        assert negotiated(found) == said, wire.shown(found)
        assert (len(alone.backend[1]), len(link.backend[1])) == (key_size, key_size), link.backend
        assert answers == [alone_answer] * 3, answers


def greetings(world, report):
    """Against a server that speaks 3.2."""
    ends = (world.direct, world.tapri)
    check_greeting(report, "3.2: spoken by both ends", *ends, wire.PROTOCOL_3_2, [], 32)
    check_greeting(report, "3.1 is taken as it is", *ends, PROTOCOL_3_1, [], 4)
    check_greeting(report, "3.9: one answer, which says 3.2", *ends, PROTOCOL_3_9, [wire.PROTOCOL_3_2], 32)
    check_greeting(report, "3.0: a key of four bytes", *ends, wire.PROTOCOL_3_0, [], 4)
    check_greeting(report, "3.2 with an unknown option: one answer", *ends, wire.PROTOCOL_3_2, [wire.PROTOCOL_3_2], 32,
                   [("_pq_.nothing", "1")])


def older_server(report):
    """3.2 against PostgreSQL 15: exactly one NegotiateProtocolVersion."""
    server = servers.Postgres("older").create()
    server.sql("create table accounts (id int primary key, owner text); insert into accounts values (1, 'owner')")
    tapri = servers.Tapri(server.url()).start()
    check_greeting(report, "3.2 against the installed server: one answer, which says 3.0", server, tapri,
                   wire.PROTOCOL_3_2, [wire.PROTOCOL_3_0], 4)
    report.check("tapri ends cleanly", tapri.stop() == 0, tapri.tail())
    server.stop()


def cancel(place, process, key):
    link = wire.Connection(place.host, place.port)
    link.send(wire.cancel_request(process, key))
    if not link.closed_by_server():
        raise AssertionError("the connection of the cancel request stays open")
    link.close()


def sleeping(world, link, seconds, version):
    """Starts a statement and waits until the server runs it."""
    text = f"select pg_sleep({seconds}), 'slept under {version:x}'"
    link.send(wire.query(text))
    quoted = text.replace("'", "''")
    running = f"select count(*) from pg_stat_activity where pid = {link.backend[0]} and query = '{quoted}'"
    servers.wait_for(lambda: world.server.sql(running) == "1", "the statement to run")


def cancels(world, report):
    """Long keys are the server's own: they cancel through Tapri and on the server itself; other keys nothing."""
    for version in (wire.PROTOCOL_3_2, wire.PROTOCOL_3_0):
        for name, place in (("through Tapri", world.tapri), ("on the server itself", world.server)):
            with report.guard(f"{name}, the key of a session of 3.{version & 255} cancels its statement"):
                link, _ = greeted(world.tapri, version)
                sleeping(world, link, 60, version)
                cancel(place, *link.backend)
                messages = link.ready()
                assert wire.sqlstate(messages) == "57014", wire.shown(messages)
                assert wire.sqlstate(link.run(READ)) is None
                link.close()
    with report.guard("keys that are cut, lengthened or altered cancel nothing"):
        link, _ = greeted(world.tapri, wire.PROTOCOL_3_2)
        process, key = link.backend
        sleeping(world, link, 1.5, 0)
        for wrong in (key[:4], key[:-1], key + b"\0", key[:-1] + bytes([key[-1] ^ 1]), bytes(256)):
            cancel(world.tapri, process, wrong)
        messages = link.ready()
        assert wire.rows(messages)[0][1] == b"slept under 0", wire.shown(messages)
        link.close()


def check(world, report):
    greetings(world, report)
    cancels(world, report)
