"""What the chaos scenarios share: sessions that misbehave, and figures."""

import selectors
import socket
import struct
import threading
import time

import pgwire as wire
from servers import memory_kib


def session(place, **more):
    link = wire.Connection(place.host, place.port)
    messages = link.login(**more)
    if messages[-1][0] != b"Z":
        raise RuntimeError(f"login failed: {wire.shown(messages)}")
    return link


def value(link, text):
    messages = link.run(wire.query(text))
    if wire.sqlstate(messages):
        raise RuntimeError(wire.shown(messages))
    return wire.rows(messages)[0][0].decode()


def works(place):
    """True when a new session is answered; for wait_for."""
    try:
        link = session(place)
        answer = value(link, "select 1") == "1"
        link.close()
        return answer
    except (OSError, RuntimeError, wire.Closed, wire.Silent):
        return False


class Steady:
    """A session that reads all the time, as other sessions would: how many answers it got, and the slowest."""

    def __init__(self, place, text="select v from counters where id = 1"):
        self.place, self.text = place, text
        self.answers, self.slowest, self.error = 0, 0.0, None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        try:
            link = session(self.place)
            while not self._stop.is_set():
                begun = time.monotonic()
                value(link, self.text)
                self.slowest = max(self.slowest, time.monotonic() - begun)
                self.answers += 1
                time.sleep(0.002)
            link.close()
        except Exception as error:  # pylint: disable=broad-except
            self.error = error

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join(60)


class Memory:
    """The most memory that a process had while this ran, over what it had at first; KiB."""

    def __init__(self, pid):
        self.pid = pid
        self.first = memory_kib(pid)
        self.most = self.first
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        while not self._stop.is_set():
            self.most = max(self.most, memory_kib(self.pid))
            time.sleep(0.02)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join(10)

    @property
    def grown_mib(self):
        return (self.most - self.first) / 1024


def drain_rows(link):
    """Reads an answer without keeping it; (rows, bytes)."""
    rows = size = 0
    while True:
        kind, body = link.receive()
        rows += kind == b"D"
        size += len(body) + 5
        if kind == b"Z":
            return rows, size
        if kind == b"E":
            raise RuntimeError(wire.shown([(kind, body)]))


def storm(place, count, seconds):
    """Connects `count` times at once and holds all; (ready, refused with 53300, others as texts, the sessions)."""
    first = wire.startup([("user", "postgres"), ("database", "postgres")])
    selector = selectors.DefaultSelector()
    buffers, links = {}, []
    for _ in range(count):
        link = socket.socket()
        link.setblocking(False)
        link.connect_ex((place.host, place.port))
        selector.register(link, selectors.EVENT_WRITE)
        buffers[link] = b""
        links.append(link)
    ready, refused, others = 0, 0, []
    deadline = time.monotonic() + seconds
    while buffers and time.monotonic() < deadline:
        for key, _ in selector.select(1):
            link = key.fileobj
            outcome = _storm_step(selector, key, first, buffers)
            if outcome is not None:
                selector.unregister(link)
                del buffers[link]
                ready += outcome == "ready"
                refused += outcome == "53300"
                others += [] if outcome in ("ready", "53300") else [outcome]
    others += ["no answer in time"] * len(buffers)
    selector.close()
    return ready, refused, others, links


def _storm_step(selector, key, first, buffers):
    """What became of a connection, or None while nobody knows."""
    link = key.fileobj
    try:
        if key.events & selectors.EVENT_WRITE:
            failed = link.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if failed:
                return f"connect: error {failed}"
            link.send(first)
            selector.modify(link, selectors.EVENT_READ)
            return None
        data = link.recv(65536)
    except OSError as error:
        return f"{type(error).__name__}"
    if not data:
        return "closed"
    buffers[link] += data
    return _storm_outcome(buffers[link])


def _storm_outcome(data):
    at = 0
    while len(data) >= at + 5:
        length = struct.unpack_from("!I", data, at + 1)[0]
        if len(data) < at + 1 + length:
            return None
        if data[at:at + 1] == b"Z":
            return "ready"
        if data[at:at + 1] == b"E":
            error = wire.error_fields(data[at + 5:at + 1 + length])
            return error["C"] if error["C"] == "53300" else f"{error['C']} {error['M']}"
        at += 1 + length
    return None
