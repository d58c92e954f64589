"""Two equal PostgreSQL servers: byte-for-byte copies of one cluster, down to the next OID that each will give."""

import pgwire as wire
import servers

SLOTS = 100
# No background worker takes a session's slot, so that every slot has its schema when the two servers part.
SETTINGS = ("max_parallel_workers_per_gather = 0\nmax_logical_replication_workers = 0\nshared_buffers = 64MB\n"
            f"max_connections = {SLOTS}\n")


def pair(prepare, database="postgres", more="", programs=None):
    """(server to ask directly, server behind Tapri), as prepare(server) leaves them. more: lines of the configuration;
    database: where temporary tables may be made."""
    first = servers.Postgres("direct", SETTINGS + more, programs=programs).create()
    prepare(first)
    make_temporary_schemas(first, database)
    first.stop()
    second = first.clone("behind")
    return first.start(), second.start()


def make_temporary_schemas(server, database):
    """One for each slot that a session may get, in whatever order: later it would move one server's next OID only."""
    sessions = []

    def fill_slot():
        session = wire.Connection(server.host, server.port)
        sessions.append(session)
        if session.login(database=database)[-1][0] == b"Z":
            session.run(wire.query("create temp table t (x text)"))
            return True
        sessions.pop().close()
        return False

    for _ in range(SLOTS):
        servers.wait_for(fill_slot, "a slot that a session before has left")
    for session in sessions:
        session.close()
