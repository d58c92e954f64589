"""What the chaos scenarios share: sessions that misbehave, and figures."""

import selectors
import socket
import struct
import threading
import time

import caching
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
    """A session that reads all the time, as other sessions would: how many answers it got, how many of all answers came
    from the cache meanwhile, and the slowest."""

    def __init__(self, place, text="select v from counters where id = 1"):
        self.place, self.text = place, text
        self.answers, self.hits, self.slowest, self.error = 0, 0, 0.0, None
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
        caching.session_with_hits(self.place, self.text).close()
        self.hits = -self.place.hits()
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join(60)
        if self.place.alive():
            self.hits += self.place.hits()

    def check(self, report, name):
        report.check(name, self.error is None and self.answers > 0, self.error)
        report.check(f"{name}, from the cache", self.hits > self.answers // 2, f"{self.hits} of {self.answers}")


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
    """Connects `count` times at once and holds all; (ready, refused in proper form, others as texts, the sessions).

    Proper form: an ErrorResponse as the server would send it, FATAL with 53300 and a message, then the end."""
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
                refused += outcome == "refused"
                others += [] if outcome in ("ready", "refused") else [outcome]
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
        return f"{type(error).__name__} after {buffers[link][:200]!r}"
    buffers[link] += data
    return _storm_outcome(buffers[link], ended=not data)


def _storm_outcome(data, ended):
    """"ready", "refused" or what else it was; None while more is to come."""
    at = 0
    while len(data) >= at + 5:
        length = struct.unpack_from("!I", data, at + 1)[0]
        if len(data) < at + 1 + length:
            return None
        if data[at:at + 1] == b"Z":
            return "ready"
        if data[at:at + 1] == b"E":
            return _refusal(wire.error_fields(data[at + 5:at + 1 + length]), data[at + 1 + length:]) if ended else None
        at += 1 + length
    return f"ended after {data[:200]!r}" if ended else None


def _refusal(error, more):
    proper = error.get("S") == error.get("V") == "FATAL" and error.get("C") == "53300" and error.get("M") and not more
    return "refused" if proper else f"{error}, then {more!r}"
