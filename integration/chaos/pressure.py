"""Scenarios: one side does not read. What Tapri holds for such a session is bounded, and other sessions go on."""

import contextlib
import os
import signal
import threading

import clients
import pgwire as wire
import servers
from world import BACKLOG_MIB, scenario

MB = 1_000_000


@contextlib.contextmanager
def bounded(world, report, what):
    """A Tapri of its own, so that what others left free does not hide what is taken, and a session that reads from it all
    the while; memory stays within bounds."""
    tapri = servers.Tapri(world.url).start()
    with clients.Steady(tapri) as steady, clients.Memory(tapri.process.pid) as memory:
        yield tapri, steady
    report.note(f"FIGURE {what}: {memory.grown_mib:.1f} MiB more memory at most")
    grown = memory.grown_mib
    report.check(f"memory grows by less than {BACKLOG_MIB} MiB", grown < BACKLOG_MIB, f"{grown:.1f} MiB")
    steady.check(report, "another session is answered all the while")
    report.check("tapri ends cleanly", tapri.stop() == 0, tapri.tail())


def others_go_on(steady):
    at = steady.answers
    servers.wait_for(lambda: steady.answers > at + 200 or steady.error, "answers for another session", 120)


class Sender:
    """Sends the same piece again and again, until the other end takes no more: nothing for so many seconds."""

    def __init__(self, link, piece, most, silence=5):
        self.link, self.piece, self.most, self.silence = link, piece, most, silence
        self.sent = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        self.link.socket.settimeout(self.silence)
        with contextlib.suppress(OSError):
            while self.sent < self.most:
                self.sent += self.link.socket.send(self.piece[self.sent % len(self.piece):])

    def wait(self):
        self._thread.join(300)
        self.link.socket.settimeout(self.link.timeout)
        return self.sent


@scenario
def a_client_that_does_not_read_a_gigabyte(world, report):
    rows, width = 1000, MB
    with bounded(world, report, "1 GB unread") as (tapri, steady):
        slow = clients.session(tapri)
        slow.send(wire.query(f"select repeat('x', {width}) from generate_series(1, {rows})"))
        others_go_on(steady)
        slow.timeout = 120
        found = clients.drain_rows(slow)
        again = clients.value(slow, "select 1")
        slow.close()
    report.check("all of it arrives in the end", found[0] == rows and found[1] > rows * width and again == "1", found)


@scenario
def a_million_rows_for_a_slow_client(world, report):
    rows, stops = MB, 10
    with bounded(world, report, "a million small rows, read slowly") as (tapri, steady):
        slow = wire.Connection(tapri.host, tapri.port, 120, receive_buffer=4096)
        slow.login()
        slow.send(wire.query(f"select n from generate_series(1, {rows}) n"))
        slow.until(b"T")
        found = total = 0
        while True:
            kind, body = slow.receive()
            if kind != b"D":
                break
            found += 1
            total += int(body[6:])
            if found % (rows // stops) == 0:
                others_go_on(steady)
        slow.close()
    report.check("all of them arrive, each once", found == rows and total == rows * (rows + 1) // 2 and kind == b"C",
                 f"{found} rows, sum {total}, then {kind}")


@scenario
def one_row_of_nearly_a_gigabyte(world, report):
    size = (1 << 30) - 1000  # the server's own limit is 1 GiB, its header included
    with bounded(world, report, f"a row of {size / MB:.0f} MB") as (tapri, _):
        link = wire.Connection(tapri.host, tapri.port, 300)
        link.login()
        link.send(wire.query(f"select repeat('y', {size})"))
        link.until(b"T")
        head = link.read_bytes(11)
        left = size - len(link.buffer)
        right = set(link.buffer) <= {ord("y")}
        link.buffer.clear()
        while left:
            data = link.socket.recv(min(left, 1 << 20))
            if not data:
                break
            right = right and not data.strip(b"y")
            left -= len(data)
        ends = link.ready()
        link.close()
    whole = head[:1] == b"D" and int.from_bytes(head[7:], "big") == size and right and left == 0
    report.check("it arrives whole", whole and wire.kinds(ends) == "CZ", f"{head}, {left} missing, {wire.shown(ends)}")


@scenario
def a_client_that_sends_and_does_not_read(world, report):
    base = world.backends()
    most = 400 * MB
    with bounded(world, report, "requests sent without reading") as (tapri, _):
        link = clients.session(tapri)
        sent = Sender(link, wire.query("select repeat('z', 20000) /*" + "c" * 20000 + "*/") * 20, most).wait()
        link.close()
        world.settled(base + 1)
    report.note(f"FIGURE requests sent without reading: {sent / MB:.0f} MB taken")
    report.check("it could send, but not without end", MB < sent < most, f"{sent} bytes")


@scenario
def a_server_that_does_not_read(world, report):
    most, piece = 400 * MB, wire.copy_data((b"x" * 999 + b"\n") * 100)
    world.server.sql("create table taken (t text)")
    with bounded(world, report, "COPY to a stopped server") as (tapri, steady):
        link = wire.Connection(tapri.host, tapri.port, 120)
        link.login()
        link.send(wire.query("copy taken from stdin"))
        link.until(b"G")
        os.kill(link.backend[0], signal.SIGSTOP)
        try:
            sent = Sender(link, piece, most).wait()
            others_go_on(steady)
        finally:
            os.kill(link.backend[0], signal.SIGCONT)
        link.send(piece[sent % len(piece):] + wire.COPY_DONE)
        ends = link.ready()
        found = clients.value(link, "select count(*) from taken")
        link.close()
    rows = (sent // len(piece) + 1) * 100
    report.note(f"FIGURE COPY to a stopped server: {sent / MB:.0f} MB taken")
    report.check("the client could send, but not without end", MB < sent < most, f"{sent} bytes")
    report.check("all of it is there once the server goes on", found == str(rows),
                 f"{found} of {rows} rows, {wire.shown(ends)}")
