"""Clients and servers that keep to no rule, or only nearly: each harms itself alone. Scenarios of run."""

import contextlib
import select
import signal
import socket
import struct
import threading

import pgwire as wire
import servers

SCENARIOS = []
CLEAR = "sslmode=disable gssencmode=disable"
MIB = 1 << 20
PROTOCOL_2 = struct.pack("!II", 8 + 288, 2 << 16) + b"\0" * 288


def scenario(function):
    SCENARIOS.append((function.__name__.replace("_", " "), function))
    return function


class Door:
    """Listens on a free port; what becomes of a visitor is the subclass's, on a thread of its own."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.host, self.port = self.listener.getsockname()
        self.visitors = []
        threading.Thread(target=self._open, daemon=True).start()

    def _open(self):
        with contextlib.suppress(OSError):
            while True:
                visitor, _ = self.listener.accept()
                self.visitors.append(visitor)
                threading.Thread(target=self._serve, args=(visitor,), daemon=True).start()

    def _serve(self, visitor):
        with contextlib.suppress(OSError):
            self.serve(visitor)

    def serve(self, visitor):
        """Says nothing, ever."""

    def url(self, more):
        return f"postgres://postgres@{self.host}:{self.port}/postgres?{more}"

    def close(self):
        for one in [self.listener, *self.visitors]:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


class Passage(Door):
    """Hands everything on to a server, until it is made a hole: who comes then is not answered."""

    def __init__(self, server):
        self.server = server
        self.hole = False
        self.sent = b""  # the last bytes that went to the server
        self.up = self.down = 0  # bytes handed on
        super().__init__()

    def serve(self, visitor):
        if self.hole:
            return
        far = socket.create_connection((self.server.host, self.server.port))
        self.visitors.append(far)
        threading.Thread(target=self._pump, args=(far, visitor, False), daemon=True).start()
        self._pump(visitor, far, True)

    def _pump(self, source, sink, up):
        with contextlib.suppress(OSError):
            while True:
                data = source.recv(1 << 16)
                if not data:
                    break
                if up:
                    self.up += len(data)
                    self.sent = (self.sent + data)[-64:]
                else:
                    self.down += len(data)
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def swallow(self):
        """Ends all connections; new ones are accepted and never answered."""
        self.hole = True
        for one in self.visitors:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


class BrokenTls(Passage):
    """Promises TLS and cannot do it."""

    def serve(self, visitor):
        if visitor.recv(8, socket.MSG_PEEK) != wire.SSL_REQUEST:
            super().serve(visitor)
            return
        visitor.recv(8)
        visitor.sendall(b"S")
        visitor.recv(1 << 16)
        visitor.sendall(b"this is no TLS\r\n")
        visitor.close()


def push(link, amount):
    """Sends without end until nobody has taken anything for a while; how many bytes went."""
    link.socket.setblocking(False)
    piece = wire.copy_data(b"x" * 8000) * 8
    sent = 0
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        while sent < amount and select.select([], [link.socket], [], 5.0)[1]:
            with contextlib.suppress(BlockingIOError):
                sent += link.socket.send(piece)
    return sent


@scenario
def whoever_is_not_let_in_cannot_fill_the_memory(world, report):
    silent = Door()
    tapri = world.tapri(silent.url("sslmode=disable"), control_enabled="false")
    before = tapri.memory_kib()
    for name, first in (("before the login has ended", wire.startup([("user", "a")])),
                        ("behind a start-up packet of another protocol", PROTOCOL_2),
                        ("behind a cancel request", wire.cancel_request(1, b"1234"))):
        link = wire.Connection(tapri.host, tapri.port)
        link.send(first)
        sent = push(link, 64 * MIB)
        grown = tapri.memory_kib() - before
        report.check(f"memory does not grow by what is sent {name}", grown < 8 * 1024, f"{grown} KiB of {sent // 1024} KiB")
        link.close()
    silent.close()


@scenario
def a_client_that_spoke_too_early_gets_its_answers(world, report):
    tapri = world.tapri()
    link = wire.Connection(tapri.host, tapri.port)
    # Far more than is read ahead of the login.
    link.send(wire.startup([("user", "trusted"), ("database", "postgres")]) + wire.query("select 1 /*" + "x" * 300_000 + "*/"))
    report.check("it is let in", wire.authenticate(link, "trusted", None)[-1][0] == b"Z")
    report.check("and answered", wire.rows(link.ready()) == [[b"1"]])
    link.close()


@scenario
def a_hole_instead_of_the_database(world, report):
    passage = Passage(world.server)
    tapri = world.tapri(passage.url("sslmode=disable"), drain_timeout="1s")
    holder = wire.Connection(world.server.host, world.server.port)
    holder.login("trusted")
    holder.run(wire.query("begin; lock table people"))
    links = [wire.Connection(tapri.host, tapri.port) for _ in range(10)]
    for link in links:
        link.login("trusted")
        link.send(wire.query("update people set owner = owner where id = 1"))
    waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like 'update people%'"
    servers.wait_for(lambda: world.server.sql(waiting) == "10", "the writes to wait")
    passage.swallow()
    lost = {"component": "orphaned_writes"}
    servers.wait_for(lambda: tapri.metric("tapri_degraded", **lost) == 1, "lost writes to be noticed")
    attempts = len(passage.visitors)
    # Each attempt of the control connection takes its time; there are many questions by then if each makes its own.
    servers.wait_for(lambda: len(passage.visitors) > attempts + 1, "further questions")
    report.check("lost writes stay noted while nobody answers", tapri.metric("tapri_degraded", **lost) == 1)
    tapri.process.send_signal(signal.SIGTERM)
    with report.guard("SIGTERM ends it in the time set and that of one attempt to connect"):
        if tapri.process.wait(20) != 0:
            raise RuntimeError(f"exit code {tapri.process.returncode}")
    for link in [*links, holder]:
        link.close()
    passage.close()


@scenario
def too_many_clients_in_passthrough(world, report):
    tapri = world.tapri(world.url("sslmode=require"), client_tls_mode="passthrough", limits_max_connections=2)
    links = []
    for _ in range(2):
        link = wire.Connection(tapri.host, tapri.port)
        link.start_tls()
        links.append(link)
        report.check("within the limit", link.login("trusted")[-1][0] == b"Z")
    more = wire.Connection(tapri.host, tapri.port)
    more.send(wire.SSL_REQUEST)
    messages = more.rest()
    report.check("one more is refused with 53300", wire.sqlstate(messages) == "53300", wire.shown(messages))
    direct = wire.Connection(tapri.host, tapri.port)
    direct.send(bytes.fromhex("160301"))
    report.check("one that begins with TLS is closed", direct.closed_by_server())
    # psql does not show what it was told before TLS: anybody could have said it.
    world.refused(report, "psql is refused", tapri, "trusted", "sslmode=require gssencmode=disable", "error response")
    report.check("they are counted", tapri.metric("tapri_client_connections_refused_total") == 3)
    for link in [*links, more, direct]:
        link.close()


@scenario
def tls_upstream_that_fails(world, report):
    broken = BrokenTls(world.server)
    prefer = world.tapri(broken.url("sslmode=prefer"))
    world.same(report, "sslmode=prefer goes on without, as libpq does", prefer, "trusted", CLEAR)
    require = world.tapri(broken.url("sslmode=require"), control_enabled="false")
    world.refused(report, "sslmode=require does not", require, "trusted", CLEAR, "TLS with the server failed")
    broken.close()


@scenario
def bytes_are_counted_in_every_direction(world, report):
    upstream = Passage(world.server)
    tapri = world.tapri(upstream.url("sslmode=disable"), control_enabled="false")
    client = Passage(tapri)
    link = wire.Connection(client.host, client.port)
    link.login("trusted")
    rows = wire.rows(link.run(wire.query("select repeat('x', 3000000), random()")))
    report.check("the answer has come whole", len(rows[0][0]) == 3_000_000)

    def same():
        counted = {(leg, way): int(tapri.metric("tapri_network_bytes_total", leg=leg, direction=way))
                   for leg in ("client", "upstream") for way in ("in", "out")}
        return counted == {("client", "in"): client.up, ("client", "out"): client.down,
                           ("upstream", "in"): upstream.down, ("upstream", "out"): upstream.up}

    with report.guard("they are those that went over the wire"):
        servers.wait_for(same, "the counters to agree", 10)
    link.close()
    client.close()
    upstream.close()


@scenario
def a_client_that_ends_in_the_middle_of_a_message(world, report):
    passage = Passage(world.server)
    tapri = world.tapri(passage.url("sslmode=disable"), control_enabled="false")
    link = wire.Connection(tapri.host, tapri.port)
    link.login("trusted")
    before = world.server.sql("select owner from people where id = 2")
    # Over limits.max_statement, so that it is handed on while it comes; a Terminate would make it whole.
    text = wire.query("update people set owner = 'half' where id = 2 --" + "x" * (2 * MIB))
    link.send(text[:-5])
    link.socket.shutdown(socket.SHUT_WR)
    link.rest()
    report.check("nothing was added to it", not passage.sent.endswith(wire.TERMINATE), passage.sent[-20:])
    report.check("and it was not carried out", world.server.sql("select owner from people where id = 2") == before)
    whole = wire.Connection(tapri.host, tapri.port)
    whole.login("trusted")
    whole.socket.shutdown(socket.SHUT_WR)
    whole.rest()
    report.check("one that ends between messages is ended in good order", passage.sent.endswith(wire.TERMINATE))
    link.close()
    whole.close()
    passage.close()
